#include "tasks/proof_tactics.h"

#include <algorithm>
#include <optional>

#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

using Rule = ProofTerm::Rule;

constexpr std::size_t kMostNodes = 400;  // of a goal: rewriting could double it with every step
constexpr std::size_t kLongestTactic = 80;
constexpr std::size_t kMostGoals = 32;
constexpr std::size_t kMostHypotheses = 128;

std::string in_quotes(std::string_view name) { return '\'' + std::string(name.substr(0, 32)) + '\''; }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 12 && name.front() >= 'a' && name.front() <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

const Formula* hypothesis(const Goal& goal, std::string_view name) {
  const auto found = std::find_if(goal.context.rbegin(), goal.context.rend(), [&](const auto& h) { return h.first == name; });
  return found == goal.context.rend() ? nullptr : &found->second;
}

ProofTerm* add_part(ProofTerm& term) { return term.parts.emplace_back(std::make_unique<ProofTerm>()).get(); }

// What a name stands for: a hypothesis, or the statement of a lemma whose variables are still free.
struct Named {
  const Formula* formula = nullptr;
  bool is_lemma = false;
};
Named named(const Goal& goal, std::span<const Lemma> lemmas, std::string_view name) {
  if (const Formula* held = hypothesis(goal, name)) return {held, false};
  const Lemma* lemma = find_lemma(lemmas, name);
  return lemma ? Named{&lemma->statement, true} : Named{};
}

void use(ProofTerm& term, const Named& source, std::string_view name, Substitution substitution) {
  term.rule = source.is_lemma ? Rule::lemma : Rule::hypothesis;
  term.name = name;
  term.substitution = std::move(substitution);
}

// Where a hypothesis with exactly this name stands in the context.
void remove_hypothesis(Context& context, std::string_view name) {
  std::erase_if(context, [&](const auto& h) { return h.first == name; });
}

}  // namespace

ProofState::ProofState(Formula theorem, std::span<const Lemma> lemmas)
    : theorem_(std::move(theorem)), lemmas_(lemmas), proof_(std::make_unique<ProofTerm>()) {
  goals_.push_back({{}, theorem_, proof_.get()});
}

std::string ProofState::apply(std::string_view tactic) {
  if (goals_.empty()) return "no goal is left";
  if (tactic.empty() || tactic.size() > kLongestTactic) return "not a tactic";
  const std::vector<std::string> words = split_words(tactic);
  Goal goal = std::move(goals_.front());
  goals_.erase(goals_.begin());
  const std::size_t others = goals_.size();
  std::string why = apply_to(goal, words.front(), std::span(words).subspan(1));
  if (!why.empty()) {
    goals_.insert(goals_.begin(), std::move(goal));
  } else {  // new goals come first
    std::rotate(goals_.begin(), goals_.begin() + static_cast<std::ptrdiff_t>(others), goals_.end());
  }
  return why;
}

std::string ProofState::apply_to(Goal& goal, std::string_view name, std::span<const std::string> arguments) {
  if (name == "rw") return rewrite(goal, arguments);
  const bool takes_name = name == "intro" || name == "exact" || name == "apply" || name == "cases";
  if (arguments.size() != (takes_name ? 1U : 0U))
    return takes_name ? "expected one name" : "expected nothing after " + in_quotes(name);
  if (goals_.size() + 4 > kMostGoals) return "too many goals";
  if (name == "intro") return intro(goal, arguments[0]);
  if (name == "exact") return exact(goal, arguments[0]);
  if (name == "apply") return apply_rule(goal, arguments[0]);
  if (name == "cases") return cases(goal, arguments[0]);
  if (name == "split") return split(goal);
  if (name == "left" || name == "right") return choose(goal, name == "left");
  if (name == "refl") return reflexivity(goal);
  return "no tactic " + in_quotes(name);
}

std::string ProofState::intro(Goal& goal, std::string_view name) {
  if (goal.conclusion.head != "->") return "the goal is no implication";
  if (!is_name(name) || hypothesis(goal, name) || find_lemma(lemmas_, name)) return in_quotes(name) + " is no new name";
  if (goal.context.size() >= kMostHypotheses) return "too many hypotheses";
  goal.hole->rule = Rule::assume;
  goal.hole->name = name;
  goal.hole->formula = goal.conclusion.parts[0];
  Context context = goal.context;
  context.emplace_back(name, goal.conclusion.parts[0]);
  goals_.push_back({std::move(context), goal.conclusion.parts[1], add_part(*goal.hole)});
  return "";
}

std::string ProofState::exact(Goal& goal, std::string_view name) {
  const Named source = named(goal, lemmas_, name);
  if (!source.formula) return "no hypothesis or lemma " + in_quotes(name);
  Substitution substitution;
  if (source.is_lemma ? !matches(*source.formula, goal.conclusion, substitution) : !(*source.formula == goal.conclusion)) {
    return in_quotes(name) + " is not the goal";
  }
  use(*goal.hole, source, name, std::move(substitution));
  return "";
}

// The fewest premises after which the goal is left.
std::string ProofState::apply_rule(Goal& goal, std::string_view name) {
  const Named source = named(goal, lemmas_, name);
  if (!source.formula) return "no hypothesis or lemma " + in_quotes(name);
  std::vector<const Formula*> premises;
  const Formula* rest = source.formula;
  Substitution substitution;
  for (;; rest = &rest->parts[1]) {
    substitution.clear();
    const bool fits = source.is_lemma ? matches(*rest, goal.conclusion, substitution) : *rest == goal.conclusion;
    const auto known = [&](const Formula* premise) { return !source.is_lemma || covers(substitution, *premise); };
    if (fits && std::ranges::all_of(premises, known)) break;
    if (rest->head != "->" || premises.size() == 8) return in_quotes(name) + " does not lead to the goal";
    premises.push_back(&rest->parts[0]);
  }
  if (goals_.size() + premises.size() > kMostGoals) return "too many goals";
  // ((rule premise) premise) …: the last application is the hole itself.
  ProofTerm* term = goal.hole;
  std::vector<ProofTerm*> applications;
  for (std::size_t i = 0; i < premises.size(); ++i) {
    term->rule = Rule::apply;
    applications.push_back(term);
    term = add_part(*term);
  }
  use(*term, source, name, substitution);
  for (std::size_t i = 0; i < premises.size(); ++i) {
    Formula premise = source.is_lemma ? instantiated(*premises[i], substitution) : *premises[i];
    goals_.push_back({goal.context, std::move(premise), add_part(*applications[premises.size() - 1 - i])});
  }
  return "";
}

std::string ProofState::split(Goal& goal) {
  if (goal.conclusion.head != "/\\") return "the goal is no conjunction";
  goal.hole->rule = Rule::both;
  for (const Formula& part : goal.conclusion.parts) goals_.push_back({goal.context, part, add_part(*goal.hole)});
  return "";
}

std::string ProofState::choose(Goal& goal, bool left) {
  if (goal.conclusion.head != "\\/") return "the goal is no disjunction";
  goal.hole->rule = left ? Rule::left : Rule::right;
  goal.hole->formula = goal.conclusion.parts[left ? 1 : 0];
  goals_.push_back({goal.context, goal.conclusion.parts[left ? 0 : 1], add_part(*goal.hole)});
  return "";
}

std::string ProofState::cases(Goal& goal, std::string_view name) {
  const Formula* found = hypothesis(goal, name);
  if (!found) return "no hypothesis " + in_quotes(name);
  const Formula held = *found;
  const std::string own(name);
  Context rest = goal.context;
  remove_hypothesis(rest, name);
  if (held.head == "false") {
    goal.hole->rule = Rule::absurd;
    goal.hole->formula = goal.conclusion;
    use(*add_part(*goal.hole), {&held, false}, name, {});
    return "";
  }
  if (held.head == "\\/") {
    goal.hole->rule = Rule::cases;
    goal.hole->name = name;
    use(*add_part(*goal.hole), {&held, false}, name, {});
    for (const Formula& part : held.parts) {
      Context context = rest;
      context.emplace_back(own, part);
      goals_.push_back({std::move(context), goal.conclusion, add_part(*goal.hole)});
    }
    return "";
  }
  if (held.head != "/\\") return in_quotes(name) + " is neither a disjunction, a conjunction nor false";
  const std::string first = own + ".1", second = own + ".2";
  if (hypothesis(goal, first) || hypothesis(goal, second) || own.size() > 20) return in_quotes(first) + " is no new name";
  // (assume first. assume second. …) (left side of h) (right side of h)
  ProofTerm& outer = *goal.hole;
  outer.rule = Rule::apply;
  ProofTerm& inner = *add_part(outer);
  inner.rule = Rule::apply;
  ProofTerm& assume_first = *add_part(inner);
  assume_first = {.rule = Rule::assume, .name = first, .formula = held.parts[0]};
  ProofTerm& assume_second = *add_part(assume_first);
  assume_second = {.rule = Rule::assume, .name = second, .formula = held.parts[1]};
  for (ProofTerm* application : {&inner, &outer}) {
    ProofTerm& side = *add_part(*application);
    side.rule = application == &inner ? Rule::first : Rule::second;
    use(*add_part(side), {&held, false}, name, {});
  }
  rest.emplace_back(first, held.parts[0]);
  rest.emplace_back(second, held.parts[1]);
  goals_.push_back({std::move(rest), goal.conclusion, add_part(assume_second)});
  return "";
}

std::string ProofState::rewrite(Goal& goal, std::span<const std::string> arguments) {
  const bool backwards = !arguments.empty() && arguments[0] == "<-";
  if (backwards) arguments = arguments.subspan(1);
  const bool has_place = arguments.size() == 3 && arguments[1] == "at";
  if (arguments.size() != 1 && !has_place) return "expected rw name or rw name at number";
  const auto wanted = has_place ? whole_number(arguments[2]) : std::optional<std::int64_t>(1);
  const Named source = named(goal, lemmas_, arguments[0]);
  if (!source.formula || source.formula->head != "=") return "no equation " + in_quotes(arguments[0]);
  const Formula& from = source.formula->parts[backwards ? 1 : 0];
  const std::vector<std::size_t> places = places_of(from, goal.conclusion);
  if (!wanted || *wanted < 1 || static_cast<std::size_t>(*wanted) > places.size()) {
    return std::to_string(places.size()) + " places that " + in_quotes(arguments[0]) + " can change";
  }
  const std::size_t place = places[static_cast<std::size_t>(*wanted - 1)];
  Substitution substitution;
  matches(from, *term_at(goal.conclusion, place), substitution);
  const Formula& to = source.formula->parts[backwards ? 0 : 1];
  if (!covers(substitution, to)) return in_quotes(arguments[0]) + " does not say what to put there";
  Formula next = replaced_at(goal.conclusion, place, instantiated(to, substitution));
  if (nodes_of(next) > kMostNodes) return "the goal would grow too large";
  ProofTerm& term = *goal.hole;
  term.rule = Rule::rewrite;
  term.formula = goal.conclusion;
  term.place = place;
  term.backwards = backwards;
  use(*add_part(term), source, arguments[0], std::move(substitution));
  goals_.push_back({goal.context, std::move(next), add_part(term)});
  return "";
}

std::string ProofState::reflexivity(Goal& goal) {
  if (goal.conclusion.head != "=" || !(goal.conclusion.parts[0] == goal.conclusion.parts[1])) return "the two sides differ";
  goal.hole->rule = Rule::reflexivity;
  goal.hole->formula = goal.conclusion.parts[0];
  return "";
}

std::string ProofState::text() const {
  if (goals_.empty()) return "done";
  std::string text;
  for (const Goal& goal : goals_) {
    if (!text.empty()) text += " ; ";
    for (std::size_t i = 0; i < goal.context.size(); ++i) {
      text.append(i == 0 ? "" : ", ").append(goal.context[i].first).append(":").append(text_of(goal.context[i].second));
    }
    text.append(goal.context.empty() ? "|- " : " |- ").append(text_of(goal.conclusion));
  }
  return text;
}

bool ProofState::proved() const {
  Context nothing;
  return goals_.empty() && conclusion_of(*proof_, nothing, lemmas_) == theorem_;
}

std::vector<std::string_view> tactics_in(std::string_view script) {
  std::vector<std::string_view> tactics;
  while (!script.empty()) {
    const std::size_t end = std::min(script.find_first_of(";\n"), script.size());
    const std::string_view tactic = trimmed(script.substr(0, end));
    if (!tactic.empty()) tactics.push_back(tactic);
    script.remove_prefix(std::min(end + 1, script.size()));
  }
  return tactics;
}

}  // namespace reckon
