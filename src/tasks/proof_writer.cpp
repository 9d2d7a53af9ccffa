#include "tasks/proof_writer.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "tasks/wording.h"

namespace reckon {
namespace {

using Script = std::vector<std::string>;

struct Draft {
  Formula formula;
  Script script;
};

Script joined_scripts(std::string first, Script second, const Script& third = {}) {
  second.insert(second.begin(), std::move(first));
  second.insert(second.end(), third.begin(), third.end());
  return second;
}

class ProofText {
 public:
  ProofText(SplitMix64& rng, std::span<const Lemma> lemmas, std::span<const std::size_t> usable)
      : rng_(rng), lemmas_(lemmas), usable_(usable) {}

  // Something provable in `tactics` steps or fewer; the steps may name `assumed()`.
  Draft write(int tactics) {
    if (tactics <= 1) return held();
    switch (rng_.below(9)) {
      case 0:
      case 1: return applied(tactics, 1);
      case 2: return tactics >= 3 ? applied(tactics, 2) : applied(tactics, 1);
      case 3: return implication(tactics);
      case 4: return tactics >= 3 ? both(tactics) : held();
      case 5: return one_side(tactics);
      case 6: return tactics >= 5 ? by_cases(tactics) : one_side(tactics);
      case 7: return taken_apart(tactics);
      default: return usable_.empty() ? held() : by_lemma();
    }
  }
  Context& assumed() { return assumed_; }
  const std::vector<std::string>& premises() const { return premises_; }

 private:
  Formula atom() {
    constexpr std::array<std::string_view, 5> kAtoms{"p", "q", "r", "s", "t"};
    return {std::string(one_of(kAtoms, rng_))};
  }
  Formula small() {
    constexpr std::array<std::string_view, 3> kConnectives{"->", "/\\", "\\/"};
    const std::uint64_t kind = rng_.below(10);
    if (kind < 6) return atom();
    Formula first = atom();
    if (kind == 6) return implies(std::move(first), Formula{"false"});
    Formula second = atom();
    return {std::string(one_of(kConnectives, rng_)), {std::move(first), std::move(second)}};
  }
  std::string assume(Formula formula) {
    assumed_.emplace_back("n" + std::to_string(++names_), std::move(formula));
    return assumed_.back().first;
  }
  int part_of(int tactics) { return static_cast<int>(rng_.range(1, std::max(1, tactics - 1))); }

  Draft held() {
    if (at_hand_.empty() || rng_.below(3) == 0) {
      Formula formula = small();
      std::string name = assume(formula);
      at_hand_.emplace_back(std::move(name), std::move(formula));
    }
    const auto& [name, formula] = one_of(at_hand_, rng_);
    return {formula, {"exact " + name}};
  }
  // By a new hypothesis with so many premises.
  Draft applied(int tactics, int premises) {
    const int first_part = premises == 1 ? tactics - 1 : part_of(tactics - 1);
    Draft first = write(first_part);
    Draft second = premises == 1 ? Draft{} : write(tactics - 1 - first_part);
    Formula conclusion = rng_.below(8) == 0 ? Formula{"false"} : small();
    Formula rule = premises == 1 ? conclusion : implies(std::move(second.formula), conclusion);
    std::string name = assume(implies(std::move(first.formula), std::move(rule)));
    return {std::move(conclusion), joined_scripts("apply " + name, std::move(first.script), second.script)};
  }
  Draft implication(int tactics) {
    std::string name = "n" + std::to_string(++names_);
    Formula from = small();
    const std::size_t before = at_hand_.size();
    at_hand_.emplace_back(name, from);
    Draft inside = write(tactics - 1);
    forget(name, before);
    return {implies(std::move(from), std::move(inside.formula)), joined_scripts("intro " + name, std::move(inside.script))};
  }
  Draft both(int tactics) {
    const int part = part_of(tactics - 1);
    Draft left = write(part);
    Draft right = write(tactics - 1 - part);
    Formula formula{"/\\", {std::move(left.formula), std::move(right.formula)}};
    return {std::move(formula), joined_scripts("split", std::move(left.script), right.script)};
  }
  Draft one_side(int tactics) {
    Draft held = write(tactics - 1);
    const bool left = rng_.below(2) == 0;
    Formula other = small();
    Formula formula{"\\/", {}};
    formula.parts =
        left ? std::vector{std::move(held.formula), std::move(other)} : std::vector{std::move(other), std::move(held.formula)};
    return {std::move(formula), joined_scripts(left ? "left" : "right", std::move(held.script))};
  }
  // A new disjunction: from its left side the left side of the result, from its right side the right one.
  Draft by_cases(int tactics) {
    Formula either{"\\/", {small(), small()}};
    const std::string name = assume(either);
    const int part = part_of(tactics - 3);
    std::array<Draft, 2> sides;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t before = at_hand_.size();
      at_hand_.emplace_back(name, either.parts[i]);
      sides[i] = write(i == 0 ? part : tactics - 3 - part);
      forget(name, before);
    }
    Script left = joined_scripts("left", std::move(sides[0].script));
    const Script right = joined_scripts("right", std::move(sides[1].script));
    Formula formula{"\\/", {std::move(sides[0].formula), std::move(sides[1].formula)}};
    return {std::move(formula), joined_scripts("cases " + name, std::move(left), right)};
  }
  // Of a new conjunction both sides are at hand.
  Draft taken_apart(int tactics) {
    Formula pair{"/\\", {small(), small()}};
    const std::string name = assume(pair);
    const std::size_t before = at_hand_.size();
    at_hand_.emplace_back(name + ".1", pair.parts[0]);
    at_hand_.emplace_back(name + ".2", pair.parts[1]);
    Draft inside = write(tactics - 1);
    forget(name + ".1", before);
    forget(name + ".2", before);
    return {std::move(inside.formula), joined_scripts("cases " + name, std::move(inside.script))};
  }
  // By a lemma a -> b whose premise is a new hypothesis.
  Draft by_lemma() {
    const Lemma& lemma = lemmas_[usable_[rng_.below(usable_.size())]];
    Substitution substitution;
    for (const char* variable : {"?p", "?q", "?r"}) substitution.emplace_back(variable, small());
    const Formula instance = instantiated(lemma.statement, substitution);
    const std::string name = assume(instance.parts[0]);
    if (std::ranges::find(premises_, lemma.name) == premises_.end()) premises_.push_back(lemma.name);
    return {instance.parts[1], {"apply " + lemma.name, "exact " + name}};
  }
  // What was at hand for a while; hypotheses of the whole theorem that came meanwhile stay.
  void forget(const std::string& name, std::size_t from) {
    const auto begin = at_hand_.begin() + static_cast<std::ptrdiff_t>(from);
    at_hand_.erase(std::remove_if(begin, at_hand_.end(), [&](const auto& h) { return h.first == name; }), at_hand_.end());
  }

  SplitMix64& rng_;
  std::span<const Lemma> lemmas_;
  std::span<const std::size_t> usable_;
  Context assumed_;  // hypotheses of the whole theorem
  Context at_hand_;  // what a step may name
  std::vector<std::string> premises_;
  int names_ = 0;
};

// Names in order of their introduction: h1, h2, …
Script renamed(const Script& script) {
  std::map<std::string, std::string> names;
  Script result;
  for (const std::string& tactic : script) {
    const std::size_t blank = tactic.find(' ');
    if (blank == std::string::npos) {
      result.push_back(tactic);
      continue;
    }
    const std::string verb = tactic.substr(0, blank);
    const std::string name = tactic.substr(blank + 1);
    const std::string own = name.substr(0, name.find('.'));
    if (verb == "intro") names.emplace(own, "h" + std::to_string(names.size() + 1));
    const auto known = names.find(own);
    result.push_back(known == names.end() ? tactic : verb + ' ' + known->second + name.substr(own.size()));
  }
  return result;
}

}  // namespace

Theorem write_theorem(SplitMix64& rng, std::span<const Lemma> lemmas, std::span<const std::size_t> usable, int low, int high) {
  for (;;) {
    const auto length = static_cast<int>(rng.range(low, high));
    ProofText writer(rng, lemmas, usable);
    Draft draft = writer.write(static_cast<int>(rng.range((length + 1) / 2, length - 1)));
    Context& assumed = writer.assumed();
    const auto total = std::ssize(draft.script) + std::ssize(assumed);
    const bool repeats = std::ranges::any_of(assumed, [&](const auto& h) { return h.second == draft.formula; });
    if (total < low || total > high || repeats) continue;
    shuffle(assumed, rng);
    Theorem theorem{{}, std::move(draft.formula), std::move(draft.script), writer.premises()};
    for (std::size_t i = assumed.size(); i-- > 0;) theorem.statement = implies(assumed[i].second, std::move(theorem.statement));
    for (std::size_t i = assumed.size(); i-- > 0;) theorem.proof.insert(theorem.proof.begin(), "intro " + assumed[i].first);
    theorem.proof = renamed(theorem.proof);
    return theorem;
  }
}

}  // namespace reckon
