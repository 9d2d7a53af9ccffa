#include "tasks/proof_corpus.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "tasks/proof_writer.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

struct Axiom {
  const char* name;
  const char* statement;
};

// Logic has proofs for its lemmas, below; these are the other theories' axioms. Variables begin with '?'.
constexpr std::array<Axiom, 5> kGroup{{{"mul_assoc", "(= (* (* ?x ?y) ?z) (* ?x (* ?y ?z)))"},
                                       {"mul_one", "(= (* ?x e) ?x)"},
                                       {"one_mul", "(= (* e ?x) ?x)"},
                                       {"mul_inv", "(= (* ?x (inv ?x)) e)"},
                                       {"inv_mul", "(= (* (inv ?x) ?x) e)"}}};
constexpr std::array<Axiom, 7> kRing{{{"add_assoc", "(= (+ (+ ?x ?y) ?z) (+ ?x (+ ?y ?z)))"},
                                      {"add_comm", "(= (+ ?x ?y) (+ ?y ?x))"},
                                      {"add_zero", "(= (+ ?x 0) ?x)"},
                                      {"add_neg", "(= (+ ?x (neg ?x)) 0)"},
                                      {"mul_add", "(= (* ?x (+ ?y ?z)) (+ (* ?x ?y) (* ?x ?z)))"},
                                      {"add_mul", "(= (* (+ ?x ?y) ?z) (+ (* ?x ?z) (* ?y ?z)))"},
                                      {"mul_unit", "(= (* ?x 1) ?x)"}}};
constexpr std::array<Axiom, 8> kLists{{{"nil_app", "(= (++ nil ?x) ?x)"},
                                       {"app_nil", "(= (++ ?x nil) ?x)"},
                                       {"app_assoc", "(= (++ (++ ?x ?y) ?z) (++ ?x (++ ?y ?z)))"},
                                       {"rev_nil", "(= (rev nil) nil)"},
                                       {"rev_app", "(= (rev (++ ?x ?y)) (++ (rev ?y) (rev ?x)))"},
                                       {"rev_rev", "(= (rev (rev ?x)) ?x)"},
                                       {"map_nil", "(= (map ?f nil) nil)"},
                                       {"map_app", "(= (map ?f (++ ?x ?y)) (++ (map ?f ?x) (map ?f ?y)))"}}};

struct ProvedLemma {
  const char* name;
  const char* statement;
  const char* proof;
};
constexpr std::array<ProvedLemma, 10> kLogic{{
    {"and_comm", "(-> (/\\ ?p ?q) (/\\ ?q ?p))", "intro h1;cases h1;split;exact h1.2;exact h1.1"},
    {"or_comm", "(-> (\\/ ?p ?q) (\\/ ?q ?p))", "intro h1;cases h1;right;exact h1;left;exact h1"},
    {"weaken", "(-> ?p (-> ?q ?p))", "intro h1;intro h2;exact h1"},
    {"contrapose", "(-> (-> ?p ?q) (-> (-> ?q false) (-> ?p false)))", "intro h1;intro h2;intro h3;apply h2;apply h1;exact h3"},
    {"not_not", "(-> ?p (-> (-> ?p false) false))", "intro h1;intro h2;apply h2;exact h1"},
    {"curry", "(-> (-> (/\\ ?p ?q) ?r) (-> ?p (-> ?q ?r)))", "intro h1;intro h2;intro h3;apply h1;split;exact h2;exact h3"},
    {"uncurry", "(-> (-> ?p (-> ?q ?r)) (-> (/\\ ?p ?q) ?r))", "intro h1;intro h2;cases h2;apply h1;exact h2.1;exact h2.2"},
    {"either", "(-> (-> ?p ?r) (-> (-> ?q ?r) (-> (\\/ ?p ?q) ?r)))",
     "intro h1;intro h2;intro h3;cases h3;apply h1;exact h3;apply h2;exact h3"},
    {"and_or", "(-> (/\\ ?p (\\/ ?q ?r)) (\\/ (/\\ ?p ?q) (/\\ ?p ?r)))",
     "intro h1;cases h1;cases h1.2;left;split;exact h1.1;exact h1.2;right;split;exact h1.1;exact h1.2"},
    {"or_and", "(-> (\\/ (/\\ ?p ?q) (/\\ ?p ?r)) (/\\ ?p (\\/ ?q ?r)))",
     "intro h1;cases h1;cases h1;split;exact h1.1;left;exact h1.2;cases h1;split;exact h1.1;right;exact h1.2"},
}};

constexpr int kLemmasPerTheory = 100;
constexpr std::size_t kLargestTerm = 19;  // nodes of a term on the way

std::span<const Axiom> axioms_of(std::string_view theory) {
  if (theory == "group") return kGroup;
  return theory == "ring" ? std::span<const Axiom>(kRing) : std::span<const Axiom>(kLists);
}

bool is_variable(const Formula& formula) { return formula.head.starts_with('?'); }

// A term over the leaves, of about `operators` functions.
Formula draw_term(SplitMix64& rng, std::string_view theory, std::span<const std::string_view> leaves, int operators) {
  if (operators <= 0) {
    if (rng.below(4) != 0) return {std::string(one_of(leaves, rng))};
    return {theory == "group" ? "e" : theory == "lists" ? "nil" : rng.below(2) == 0 ? "0" : "1"};
  }
  if (rng.below(3) == 0) {
    Formula inside = draw_term(rng, theory, leaves, operators - 1);
    if (theory == "lists" && rng.below(2) == 0) return {"map", {Formula{"f"}, std::move(inside)}};
    return {theory == "group" ? "inv" : theory == "ring" ? "neg" : "rev", {std::move(inside)}};
  }
  const int left = static_cast<int>(rng.range(0, operators - 1));
  Formula first = draw_term(rng, theory, leaves, left);
  Formula second = draw_term(rng, theory, leaves, operators - 1 - left);
  const char* head = theory == "group" ? "*" : theory == "lists" ? "++" : rng.below(2) == 0 ? "+" : "*";
  return {head, {std::move(first), std::move(second)}};
}

struct Rewriting {
  std::size_t lemma;
  bool backwards;
  std::size_t occurrence;  // from 1
  Formula result;
};

// A random rewriting of the term by one of the lemmas, of a side that is more than a variable; nullopt when a draw does not fit.
std::optional<Rewriting> draw_rewriting(SplitMix64& rng, const Formula& term, std::span<const Lemma> lemmas,
                                        std::span<const std::size_t> usable) {
  Rewriting rewriting{usable[rng.below(usable.size())], rng.below(3) == 0, 0, {}};
  const Formula& statement = lemmas[rewriting.lemma].statement;
  const Formula& from = statement.parts[rewriting.backwards ? 1 : 0];
  const Formula& to = statement.parts[rewriting.backwards ? 0 : 1];
  if (is_variable(from) || from.parts.empty()) return std::nullopt;
  const Formula whole = equation(term, Formula{"nil"});  // a goal's left side comes first: the same count there
  const std::vector<std::size_t> places = places_of(from, whole);
  if (places.empty()) return std::nullopt;
  rewriting.occurrence = 1 + rng.below(places.size());
  const std::size_t place = places[rewriting.occurrence - 1];
  Substitution substitution;
  matches(from, *term_at(whole, place), substitution);
  if (!covers(substitution, to)) return std::nullopt;
  rewriting.result = replaced_at(whole, place, instantiated(to, substitution)).parts[0];
  if (nodes_of(rewriting.result) > kLargestTerm) return std::nullopt;
  return rewriting;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// From a term by `steps` rewritings, all terms different; nullopt when it does not come about.
std::optional<Theorem> draw_equation(SplitMix64& rng, std::string_view theory, int steps, std::span<const Lemma> lemmas,
                                     std::span<const std::size_t> usable, std::span<const std::string_view> leaves) {
  Theorem theorem{std::string(theory), {}, {}, {}};
  std::vector<Formula> terms{draw_term(rng, theory, leaves, static_cast<int>(rng.range(2, 5)))};
  for (int tries = 0; tries < 200 && std::ssize(terms) <= steps; ++tries) {
    auto next = draw_rewriting(rng, terms.back(), lemmas, usable);
    if (!next || std::ranges::find(terms, next->result) != terms.end()) continue;
    const std::string& name = lemmas[next->lemma].name;
    std::string tactic = next->backwards ? "rw <- " : "rw ";
    tactic += name;
    if (next->occurrence > 1) tactic += " at " + std::to_string(next->occurrence);
    theorem.proof.push_back(std::move(tactic));
    add_once(theorem.premises, name);
    terms.push_back(std::move(next->result));
  }
  if (std::ssize(terms) <= steps) return std::nullopt;
  theorem.proof.emplace_back("refl");
  theorem.statement = equation(terms.front(), terms.back());
  return theorem;
}

// Heads that begin with one of these letters, numbered as they come up, under a prefix.
Formula renumbered(const Formula& formula, std::string_view renamed, const std::string& prefix,
                   std::map<std::string, int>& seen) {
  Formula result = formula;
  if (renamed.find(formula.head) != std::string_view::npos && formula.head.size() == 1) {
    const int number = seen.emplace(formula.head, static_cast<int>(seen.size()) + 1).first->second;
    result.head = prefix + std::to_string(number);
  }
  for (Formula& part : result.parts) part = renumbered(part, renamed, prefix, seen);
  return result;
}

// Constants x, y, z become variables: what was proved of any three things is a lemma.
Formula generalized(const Formula& formula) {
  Formula result = formula;
  if (formula.head == "x" || formula.head == "y" || formula.head == "z" || formula.head == "f") result.head = '?' + formula.head;
  for (Formula& part : result.parts) part = generalized(part);
  return result;
}

ProofLibrary make_library() {
  ProofLibrary library;
  for (const ProvedLemma& lemma : kLogic) {
    library.lemmas.push_back({lemma.name, formula_from(lemma.statement)});
    library.about.push_back({.theory = "logic", .proof = split_words(lemma.proof, ';'), .premises = {}});
    library.about.back().novel = fnv1a(lemma.name) % 5 == 0;
  }
  constexpr std::array<std::string_view, 3> kVariables{"x", "y", "z"};
  for (const std::string_view theory : {kTheories[1], kTheories[2], kTheories[3]}) {
    std::vector<std::size_t> usable;
    for (const Axiom& axiom : axioms_of(theory)) {
      usable.push_back(library.lemmas.size());
      library.lemmas.push_back({axiom.name, formula_from(axiom.statement)});
      library.about.push_back({.theory = std::string(theory), .proof = {}, .premises = {}});
    }
    SplitMix64 rng(fnv1a("prove/library/1/" + std::string(theory)));
    for (int number = 1; number <= kLemmasPerTheory;) {
      const auto theorem = draw_equation(rng, theory, static_cast<int>(rng.range(2, 4)), library.lemmas, usable, kVariables);
      if (!theorem || nodes_of(theorem->statement) > 16) continue;
      const Formula statement = generalized(theorem->statement);
      Substitution left, right;
      matches(statement.parts[0], statement.parts[0], left);
      if (!covers(left, statement.parts[1]) || statement.parts[0].parts.empty()) continue;
      const bool known = std::ranges::any_of(library.lemmas, [&](const Lemma& lemma) {
        Substitution substitution;
        return matches(lemma.statement, statement, substitution);
      });
      if (known) continue;
      const std::string name = std::string(theory) + '_' + std::to_string(number++);
      usable.push_back(library.lemmas.size());
      library.lemmas.push_back({name, statement});
      library.about.push_back({.theory = std::string(theory),
                               .proof = theorem->proof,
                               .premises = theorem->premises,
                               .novel = fnv1a(name) % 10 == 0});
    }
  }
  return library;
}

}  // namespace

const ProofLibrary& proof_library() {
  static const ProofLibrary kLibrary = make_library();
  return kLibrary;
}

Theorem draw_theorem(SplitMix64& rng, std::string_view theory, int low, int high) {
  const ProofLibrary& library = proof_library();
  std::vector<std::size_t> usable;
  for (std::size_t i = 0; i < library.about.size(); ++i) {
    if (library.about[i].theory == theory) usable.push_back(i);
  }
  if (theory == "logic") {
    Theorem theorem = write_theorem(rng, library.lemmas, usable, low, high);
    theorem.theory = theory;
    return theorem;
  }
  constexpr std::array<std::string_view, 4> kConstants{"a", "b", "c", "d"};
  for (;;) {
    const auto steps = static_cast<int>(rng.range(low, high)) - 1;
    if (auto theorem = draw_equation(rng, theory, steps, library.lemmas, usable, kConstants)) return *std::move(theorem);
  }
}

std::string Theorem::key() const {
  std::map<std::string, int> seen;
  return "prove|" + theory + '|' + stored(renumbered(statement, theory == "logic" ? "pqrst" : "abcd", "v", seen));
}

}  // namespace reckon
