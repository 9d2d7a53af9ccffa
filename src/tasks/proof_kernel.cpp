#include "tasks/proof_kernel.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace reckon {
namespace {

// Heads written between their two parts, by how tightly they bind; "->" to the right, all others to the left.
constexpr std::array<std::string_view, 7> kInfix{"->", "\\/", "/\\", "=", "++", "+", "*"};
std::size_t binding(std::string_view head) { return static_cast<std::size_t>(std::ranges::find(kInfix, head) - kInfix.begin()); }

std::string written(const Formula& formula, std::size_t loosest) {
  const std::size_t own = binding(formula.head);
  if (own < kInfix.size() && formula.parts.size() == 2) {
    const bool to_right = formula.head == "->";
    const std::string text = written(formula.parts[0], own + (to_right ? 1 : 0)) + ' ' + formula.head + ' ' +
                             written(formula.parts[1], own + (to_right ? 0 : 1));
    return own < loosest ? '(' + text + ')' : text;
  }
  std::string text = formula.head.starts_with('?') ? formula.head.substr(1) : formula.head;
  for (std::size_t i = 0; i < formula.parts.size(); ++i) text += (i == 0 ? "(" : ", ") + written(formula.parts[i], 0);
  return formula.parts.empty() ? text : text + ')';
}

Formula read_stored(std::string_view& rest, int depth) {
  const auto broken = [] { return Error(ErrorCode::internal, "an instance holds no formula"); };
  if (depth > 200 || rest.empty()) throw broken();
  const bool compound = rest.front() == '(';
  if (compound) rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find_first_of(" ()"), rest.size());
  Formula formula{std::string(rest.substr(0, end))};
  rest.remove_prefix(end);
  while (compound && !rest.empty() && rest.front() == ' ') {
    rest.remove_prefix(1);
    formula.parts.push_back(read_stored(rest, depth + 1));
  }
  if (formula.head.empty() || (compound && (rest.empty() || rest.front() != ')'))) throw broken();
  if (compound) rest.remove_prefix(1);
  return formula;
}

const Formula* value_of(const Substitution& substitution, const std::string& variable) {
  const auto found = std::ranges::find(substitution, variable, &std::pair<std::string, Formula>::first);
  return found == substitution.end() ? nullptr : &found->second;
}

// Variables of a pattern with what stands in their places, without copies: a goal is asked about at every node.
using Bindings = std::vector<std::pair<const std::string*, const Formula*>>;
bool bind(const Formula& pattern, const Formula& formula, Bindings& bindings) {
  if (pattern.head.starts_with('?')) {
    const auto known = std::ranges::find_if(bindings, [&](const auto& b) { return *b.first == pattern.head; });
    if (known != bindings.end()) return *known->second == formula;
    bindings.emplace_back(&pattern.head, &formula);
    return true;
  }
  if (pattern.head != formula.head || pattern.parts.size() != formula.parts.size()) return false;
  for (std::size_t i = 0; i < pattern.parts.size(); ++i) {
    if (!bind(pattern.parts[i], formula.parts[i], bindings)) return false;
  }
  return true;
}

bool is_connective(std::string_view head) {
  return head == "->" || head == "/\\" || head == "\\/" || head == "=" || head == "false";
}

// Calls `visit(node, place, is_term)` for every node before its parts, until it returns false.
template <typename Node, typename Visit>
bool walk(Node& formula, std::size_t& place, bool is_term, Visit& visit) {
  if (!visit(formula, place++, is_term)) return false;
  const bool terms_below = is_term || formula.head == "=";
  return std::ranges::all_of(formula.parts, [&](Node& part) { return walk(part, place, terms_below, visit); });
}

// The kernel, a rule a function; each gives what the term proves.
class Kernel {
 public:
  Kernel(Context& context, std::span<const Lemma> lemmas) : context_(context), lemmas_(lemmas) {}

  std::optional<Formula> infer(const ProofTerm& proof) {
    using Rule = ProofTerm::Rule;
    switch (proof.rule) {
      case Rule::open: return std::nullopt;
      case Rule::hypothesis: return hypothesis(proof);
      case Rule::lemma: return lemma(proof);
      case Rule::assume: return assume(proof);
      case Rule::apply: return apply(proof);
      case Rule::both: return both(proof);
      case Rule::first:
      case Rule::second: return side(proof);
      case Rule::left:
      case Rule::right: return choice(proof);
      case Rule::cases: return cases(proof);
      case Rule::absurd: return infer_part(proof, 0) == Formula{"false"} ? std::optional(proof.formula) : std::nullopt;
      case Rule::reflexivity: return equation(proof.formula, proof.formula);
      case Rule::rewrite: return rewrite(proof);
    }
    return std::nullopt;
  }

 private:
  std::optional<Formula> infer_part(const ProofTerm& proof, std::size_t index) {
    if (index >= proof.parts.size() || !proof.parts[index]) return std::nullopt;
    return infer(*proof.parts[index]);
  }
  std::optional<Formula> with(const std::string& name, const Formula& formula, const ProofTerm& proof, std::size_t index) {
    context_.emplace_back(name, formula);
    auto result = infer_part(proof, index);
    context_.pop_back();
    return result;
  }
  std::optional<Formula> hypothesis(const ProofTerm& proof) const {
    const auto found = std::find_if(context_.rbegin(), context_.rend(), [&](const auto& h) { return h.first == proof.name; });
    return found == context_.rend() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Formula> lemma(const ProofTerm& proof) const {
    const Lemma* known = find_lemma(lemmas_, proof.name);
    if (!known || !covers(proof.substitution, known->statement)) return std::nullopt;
    return instantiated(known->statement, proof.substitution);
  }
  std::optional<Formula> assume(const ProofTerm& proof) {
    auto body = with(proof.name, proof.formula, proof, 0);
    return body ? std::optional(implies(proof.formula, *std::move(body))) : std::nullopt;
  }
  std::optional<Formula> apply(const ProofTerm& proof) {
    const auto rule = infer_part(proof, 0);
    if (!rule || rule->head != "->" || rule->parts.size() != 2) return std::nullopt;
    return infer_part(proof, 1) == rule->parts[0] ? std::optional(rule->parts[1]) : std::nullopt;
  }
  std::optional<Formula> both(const ProofTerm& proof) {
    auto left = infer_part(proof, 0);
    auto right = infer_part(proof, 1);
    if (!left || !right) return std::nullopt;
    return Formula{"/\\", {*std::move(left), *std::move(right)}};
  }
  std::optional<Formula> side(const ProofTerm& proof) {
    const auto pair = infer_part(proof, 0);
    if (!pair || pair->head != "/\\" || pair->parts.size() != 2) return std::nullopt;
    return pair->parts[proof.rule == ProofTerm::Rule::first ? 0 : 1];
  }
  std::optional<Formula> choice(const ProofTerm& proof) {
    auto held = infer_part(proof, 0);
    if (!held) return std::nullopt;
    if (proof.rule == ProofTerm::Rule::left) return Formula{"\\/", {*std::move(held), proof.formula}};
    return Formula{"\\/", {proof.formula, *std::move(held)}};
  }
  std::optional<Formula> cases(const ProofTerm& proof) {
    const auto either = infer_part(proof, 0);
    if (!either || either->head != "\\/" || either->parts.size() != 2) return std::nullopt;
    auto left = with(proof.name, either->parts[0], proof, 1);
    const auto right = with(proof.name, either->parts[1], proof, 2);
    return left && left == right ? left : std::nullopt;
  }
  std::optional<Formula> rewrite(const ProofTerm& proof) {
    const auto rule = infer_part(proof, 0);
    if (!rule || rule->head != "=" || rule->parts.size() != 2) return std::nullopt;
    const Formula* term = term_at(proof.formula, proof.place);
    if (!term || !(*term == rule->parts[proof.backwards ? 1 : 0])) return std::nullopt;
    const Formula before = replaced_at(proof.formula, proof.place, rule->parts[proof.backwards ? 0 : 1]);
    return infer_part(proof, 1) == before ? std::optional(proof.formula) : std::nullopt;
  }

  Context& context_;
  std::span<const Lemma> lemmas_;
};

}  // namespace

bool operator==(const Formula& a, const Formula& b) { return a.head == b.head && a.parts == b.parts; }

Formula implies(Formula from, Formula to) { return {"->", {std::move(from), std::move(to)}}; }
Formula equation(Formula left, Formula right) { return {"=", {std::move(left), std::move(right)}}; }

std::string text_of(const Formula& formula) { return written(formula, 0); }

std::size_t nodes_of(const Formula& formula) {
  std::size_t count = 1;
  for (const Formula& part : formula.parts) count += nodes_of(part);
  return count;
}

std::string stored(const Formula& formula) {
  if (formula.parts.empty()) return formula.head;
  std::string text = '(' + formula.head;
  for (const Formula& part : formula.parts) text.append(" ").append(stored(part));
  return text + ')';
}

Formula formula_from(std::string_view stored) { return read_stored(stored, 0); }

bool matches(const Formula& pattern, const Formula& formula, Substitution& substitution) {
  Bindings bindings;
  if (!bind(pattern, formula, bindings)) return false;
  for (const auto& [variable, value] : bindings) {
    const Formula* known = value_of(substitution, *variable);
    if (known && !(*known == *value)) return false;
    if (!known) substitution.emplace_back(*variable, *value);
  }
  return true;
}

Formula instantiated(const Formula& pattern, const Substitution& substitution) {
  if (const Formula* value = value_of(substitution, pattern.head)) return *value;
  Formula result{pattern.head};
  for (const Formula& part : pattern.parts) result.parts.push_back(instantiated(part, substitution));
  return result;
}

bool covers(const Substitution& substitution, const Formula& pattern) {
  if (pattern.head.starts_with('?')) return value_of(substitution, pattern.head) != nullptr;
  return std::ranges::all_of(pattern.parts, [&](const Formula& part) { return covers(substitution, part); });
}

const Formula* term_at(const Formula& formula, std::size_t place) {
  const Formula* found = nullptr;
  std::size_t at = 0;
  auto visit = [&](const Formula& node, std::size_t here, bool is_term) {
    if (here == place && is_term && !is_connective(node.head)) found = &node;
    return here < place;
  };
  walk(formula, at, false, visit);
  return found;
}

std::vector<std::size_t> places_of(const Formula& pattern, const Formula& formula) {
  std::vector<std::size_t> places;
  std::size_t at = 0;
  auto visit = [&](const Formula& node, std::size_t here, bool is_term) {
    Bindings bindings;
    if (is_term && bind(pattern, node, bindings)) places.push_back(here);
    return true;
  };
  walk(formula, at, false, visit);
  return places;
}

Formula replaced_at(Formula formula, std::size_t place, const Formula& with) {
  std::size_t at = 0;
  auto visit = [&](Formula& node, std::size_t here, bool) {
    if (here == place) node = Formula(with);
    return here < place;
  };
  walk(formula, at, false, visit);
  return formula;
}

const Lemma* find_lemma(std::span<const Lemma> lemmas, std::string_view name) {
  const auto found = std::ranges::find(lemmas, name, &Lemma::name);
  return found == lemmas.end() ? nullptr : &*found;
}

std::optional<Formula> conclusion_of(const ProofTerm& proof, Context& context, std::span<const Lemma> lemmas) {
  return Kernel(context, lemmas).infer(proof);
}

}  // namespace reckon
