// The kernel, the tactics and the corpus of `prove`; theorems of logic against truth tables and a decision procedure, equations
// against models in which they must hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tasks/proof_corpus.h"
#include "tasks/proof_decision.h"
#include "tasks/proof_tactics.h"
#include "tasks/wording.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;

// The worked example of the card: (p -> q) -> (q -> r) -> p -> r.
const Formula kChain = formula_from("(-> (-> p q) (-> (-> q r) (-> p r)))");

std::string refusal(ProofState& state, const std::vector<std::string>& tactics) {
  for (const std::string& tactic : tactics) {
    std::string why = state.apply(tactic);
    if (!why.empty()) return tactic + ": " + why;
  }
  return "";
}
bool proves(const char* theorem, const char* script) {
  ProofState state(formula_from(theorem), proof_library().lemmas);
  return refusal(state, split_words(script, ';')).empty() && state.proved();
}

TEST(ProofState, ProvesTheWorkedExample) {
  ProofState state(kChain, {});

  EXPECT_EQ(refusal(state, {"intro h1", "intro h2", "intro hp", "apply h2"}), "");
  EXPECT_EQ(state.text(), "h1:p -> q, h2:q -> r, hp:p |- q");
  EXPECT_FALSE(state.proved());
  EXPECT_EQ(refusal(state, {"apply h1", "exact hp"}), "");

  EXPECT_EQ(state.text(), "done");
  EXPECT_TRUE(state.proved());
}

TEST(ProofState, HasATacticForEveryConnective) {
  EXPECT_TRUE(proves("(-> (/\\ p q) (/\\ q p))", "intro h;cases h;split;exact h.2;exact h.1"));
  EXPECT_TRUE(proves("(-> (\\/ p q) (\\/ q p))", "intro h;cases h;right;exact h;left;exact h"));
  EXPECT_TRUE(proves("(-> false p)", "intro h;cases h"));
  EXPECT_TRUE(proves("(-> (-> p (-> q r)) (-> q (-> p r)))", "intro h;intro a;intro b;apply h;exact b;exact a"));
  EXPECT_TRUE(proves("(= (* a (* e b)) (* a b))", "rw one_mul;refl"));
  EXPECT_TRUE(proves("(= (* a b) (* a (* e b)))", "rw <- one_mul at 3;refl"));
  EXPECT_TRUE(proves("(-> (= a c) (= (* a a) (* c c)))", "intro h;rw h;rw h;refl"));
}

TEST(ProofState, RefusesWhatDoesNotFollow) {
  const auto refuses = [](const char* theorem, std::vector<std::string> tactics) {
    ProofState state(formula_from(theorem), proof_library().lemmas);
    return !refusal(state, tactics).empty();
  };
  EXPECT_TRUE(refuses("(-> p q)", {"intro h", "exact h"}));
  EXPECT_TRUE(refuses("(-> (\\/ p q) p)", {"intro h", "cases h", "exact h", "exact h"}));
  EXPECT_TRUE(refuses("(-> p (\\/ p q))", {"intro h", "right", "exact h"}));
  EXPECT_TRUE(refuses("(-> p (-> q p))", {"intro h", "intro h"}));
  EXPECT_TRUE(refuses("(= a b)", {"refl"}));
  EXPECT_TRUE(refuses("(= e e)", {"rw <- mul_inv"}));  // of what?
  EXPECT_TRUE(refuses("(= (* a e) a)", {"rw mul_one at 2"}));
  EXPECT_TRUE(refuses("(-> p p)", {"intro mul_one"}));
  EXPECT_TRUE(refuses("(-> p p)", {"sorry"}));
}

TEST(Kernel, AcceptsNoTermWithAHole) {
  Context nothing;
  ProofTerm hole;
  EXPECT_FALSE(conclusion_of(hole, nothing, {}));
}

TEST(Kernel, ChecksWhatTacticsWouldNotBuild) {
  using Rule = ProofTerm::Rule;
  const auto held = [](const char* name) {
    auto term = std::make_unique<ProofTerm>();
    term->rule = Rule::hypothesis;
    term->name = name;
    return term;
  };
  Context context{{"f", formula_from("(-> p q)")}, {"q", formula_from("q")}, {"e", formula_from("(= a b)")}};

  ProofTerm wrong_premise{.rule = Rule::apply};
  wrong_premise.parts.push_back(held("f"));
  wrong_premise.parts.push_back(held("q"));
  EXPECT_FALSE(conclusion_of(wrong_premise, context, {}));

  ProofTerm unbound{.rule = Rule::hypothesis, .name = "h"};
  EXPECT_FALSE(conclusion_of(unbound, context, {}));

  ProofTerm not_false{.rule = Rule::absurd, .formula = formula_from("r")};
  not_false.parts.push_back(held("q"));
  EXPECT_FALSE(conclusion_of(not_false, context, {}));

  // c = d is no consequence of a = b: the place holds no a.
  ProofTerm rewriting{.rule = Rule::rewrite, .formula = formula_from("(= c d)"), .place = 1};
  rewriting.parts.push_back(held("e"));
  rewriting.parts.push_back(held("e"));
  EXPECT_FALSE(conclusion_of(rewriting, context, {}));

  ProofTerm half_a_lemma{.rule = Rule::lemma, .name = "mul_inv"};
  EXPECT_FALSE(conclusion_of(half_a_lemma, context, proof_library().lemmas));
}

TEST(Formulas, AreWrittenWithTheFewestBrackets) {
  EXPECT_EQ(text_of(kChain), "(p -> q) -> (q -> r) -> p -> r");
  EXPECT_EQ(text_of(formula_from("(/\\ (\\/ p q) (/\\ p q))")), "(p \\/ q) /\\ (p /\\ q)");
  EXPECT_EQ(text_of(formula_from("(= (* (* ?x ?y) ?z) (* ?x (* ?y (inv e))))")), "x * y * z = x * (y * inv(e))");
  EXPECT_EQ(stored(formula_from("(map ?f (rev nil))")), "(map ?f (rev nil))");
}

TEST(ProofLibrary, HasSeveralHundredLemmasWhoseProofsUseEarlierOnesOnly) {
  const ProofLibrary& library = proof_library();
  ASSERT_GE(library.lemmas.size(), 300U);
  for (std::size_t i = 0; i < library.lemmas.size(); ++i) {
    const LibraryLemma& about = library.about[i];
    if (about.proof.empty()) continue;  // an axiom
    // Of a lemma's variables nothing is known: constants stand for them.
    const auto fixed = [](auto self, Formula formula) -> Formula {
      if (formula.head.starts_with('?')) formula.head.erase(0, 1);
      for (Formula& part : formula.parts) part = self(self, part);
      return formula;
    };
    ProofState state(fixed(fixed, library.lemmas[i].statement), std::span(library.lemmas).first(i));

    EXPECT_EQ(refusal(state, about.proof), "") << library.lemmas[i].name;
    EXPECT_TRUE(state.proved()) << library.lemmas[i].name;
  }
}

// Truth of a formula of logic under an assignment of p, q, r, s, t.
bool truth(const Formula& formula, unsigned assignment) {
  if (formula.head == "false") return false;
  if (formula.parts.empty()) return (assignment >> (formula.head[0] - 'p') & 1U) != 0;
  const bool a = truth(formula.parts[0], assignment);
  const bool b = truth(formula.parts[1], assignment);
  return formula.head == "->" ? !a || b : formula.head == "/\\" ? a && b : a || b;
}

// The symmetric group of three, the integers mod 7 and words over four letters: an equation proved from the axioms holds in them.
using Permutation = std::array<int, 3>;
Permutation in_group(const Formula& term, const std::map<std::string, Permutation>& values) {
  if (term.head == "e") return {0, 1, 2};
  if (term.parts.empty()) return values.at(term.head);
  const Permutation a = in_group(term.parts[0], values);
  Permutation result{};
  if (term.head == "inv") {
    for (std::size_t i = 0; i < 3; ++i) result[static_cast<std::size_t>(a[i])] = static_cast<int>(i);
    return result;
  }
  const Permutation b = in_group(term.parts[1], values);
  for (std::size_t i = 0; i < 3; ++i) result[i] = a[static_cast<std::size_t>(b[i])];
  return result;
}
int in_ring(const Formula& term, const std::map<std::string, int>& values) {
  if (term.head == "0" || term.head == "1") return term.head == "1" ? 1 : 0;
  if (term.parts.empty()) return values.at(term.head);
  const int a = in_ring(term.parts[0], values);
  if (term.head == "neg") return (7 - a) % 7;
  const int b = in_ring(term.parts[1], values);
  return term.head == "+" ? (a + b) % 7 : a * b % 7;
}
std::string in_lists(const Formula& term) {
  if (term.head == "nil") return "";
  if (term.parts.empty()) return term.head + term.head + "z";
  if (term.head == "map") {
    std::string inside = in_lists(term.parts[1]);
    for (char& c : inside) c = static_cast<char>(c + 1);
    return inside;
  }
  std::string first = in_lists(term.parts[0]);
  if (term.head == "rev") return {first.rbegin(), first.rend()};
  return first + in_lists(term.parts[1]);
}

TEST(Prove, EveryTheoremHoldsInModels) {
  const auto task = make_task("prove");
  for (std::uint64_t i = 0; i < 400; ++i) {
    const Instance instance = task->generate(Split::train, 1 + static_cast<int>(i % 5), i);
    const Formula theorem = formula_from(instance.words[0]);
    if (instance.family == "logic") {
      for (unsigned assignment = 0; assignment < 32; ++assignment) EXPECT_TRUE(truth(theorem, assignment)) << instance.prompt;
      int steps = 1'000'000;
      EXPECT_TRUE(provable({}, theorem, steps)) << instance.prompt;
      EXPECT_GT(steps, 0);
    } else if (instance.family == "group") {
      const std::map<std::string, Permutation> values{{"a", {1, 2, 0}}, {"b", {1, 0, 2}}, {"c", {0, 2, 1}}, {"d", {2, 0, 1}}};
      EXPECT_EQ(in_group(theorem.parts[0], values), in_group(theorem.parts[1], values)) << instance.prompt;
    } else if (instance.family == "ring") {
      const std::map<std::string, int> values{{"a", 2}, {"b", 3}, {"c", 5}, {"d", 6}};
      EXPECT_EQ(in_ring(theorem.parts[0], values), in_ring(theorem.parts[1], values)) << instance.prompt;
    } else {
      EXPECT_EQ(in_lists(theorem.parts[0]), in_lists(theorem.parts[1])) << instance.prompt;
    }
  }
}

TEST(Decision, KnowsIntuitionisticFromClassical) {
  const auto is_provable = [](const char* formula) {
    int steps = 100'000;
    return provable({}, formula_from(formula), steps);
  };
  EXPECT_TRUE(is_provable("(-> (-> (\\/ p (-> p false)) false) false)"));
  EXPECT_TRUE(is_provable("(-> (-> (-> (-> (-> p q) p) p) q) q)"));  // not not Peirce
  EXPECT_FALSE(is_provable("(\\/ p (-> p false))"));
  EXPECT_FALSE(is_provable("(-> (-> (-> p q) p) p)"));  // Peirce
  EXPECT_FALSE(is_provable("(-> (-> (-> p false) false) p)"));
  EXPECT_TRUE(is_provable("(-> (-> (-> p q) r) (-> q r))"));
  EXPECT_FALSE(is_provable("(-> (-> (-> p q) r) (-> p r))"));
}

TEST(Prove, AnyProofCountsAndAnUnfinishedOneDoesNot) {
  const auto task = make_task("prove:theory=logic");
  Instance instance = task->generate(Split::train, 1, 0);
  instance.words = {"(-> p (-> q p))", "logic", "intro h1", "intro h2", "exact h1"};

  EXPECT_TRUE(task->check(instance, boxed("intro a; intro b; exact a")).correct);
  EXPECT_TRUE(task->check(instance, boxed("exact weaken")).correct);
  EXPECT_EQ(task->check(instance, boxed("intro a; intro b")).detail, "1 goal is left");
  EXPECT_EQ(task->check(instance, boxed("intro a; intro b; exact b")).detail, "tactic 3: 'b' is not the goal");
  EXPECT_EQ(task->check(instance, boxed("intro a; intro b; exact a; exact a")).detail, "tactic 4: no goal is left");
}

TEST(Prove, StepsSeeWhenAGoalIsLost) {
  const auto task = make_task("prove:theory=logic");
  Instance instance = task->generate(Split::train, 1, 0);
  instance.words = {"(-> p (\\/ q p))", "logic", "intro h1", "right", "exact h1"};

  EXPECT_EQ(trial::steps(*task, instance, "<think>\nintro h1 | h1:p |- q \\/ p\nright | h1:p |- p\nexact h1 | done\n"), "+++");
  EXPECT_EQ(trial::steps(*task, instance, "<think>\nintro h1 | h1:p |- q \\/ p\nleft | h1:p |- q\n"), "+~");
  EXPECT_EQ(trial::steps(*task, instance, "<think>\nintro h1 | h1:p |- p \\/ q\nright | h1:p |- p\n"), "--");
}

TEST(Prove, NovelSplitsUseLemmasThatTrainingDoesNot) {
  const auto task = make_task("prove:premises=novel,theory=group");
  const ProofLibrary& library = proof_library();
  const auto novel = [&](const Instance& instance) {
    bool any = false;
    for (std::size_t i = 2; i < instance.words.size(); ++i) {
      for (const std::string& word : split_words(instance.words[i])) {
        const Lemma* lemma = find_lemma(library.lemmas, word);
        any = any || (lemma && library.about[static_cast<std::size_t>(lemma - library.lemmas.data())].novel);
      }
    }
    return any;
  };
  for (std::uint64_t i = 0; i < 40; ++i) {
    EXPECT_FALSE(novel(task->generate(Split::train, 2, i)));
    EXPECT_TRUE(novel(task->generate(Split::test, 2, i)));
  }
}

TEST(Prove, GrowthIsBounded) {
  ProofState state(formula_from("(= (* (+ a b) (+ a b)) a)"), proof_library().lemmas);
  std::string why;
  for (int i = 0; i < 3000 && why.empty(); ++i) why = state.apply("rw <- add_zero");
  EXPECT_EQ(why, "the goal would grow too large");
}

}  // namespace
}  // namespace reckon
