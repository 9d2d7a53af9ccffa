// order, corr2cause and nli_logic.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>

#include "tasks/causal_graph.h"
#include "tasks/order_puzzle.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::measure;
using trial::steps;

// The people of the card: F G H K L are 0 1 2 3 4 there; here names go F G H I J, so K and L are I and J.
constexpr int kF = 0, kG = 1, kH = 2, kI = 3, kJ = 4;
const std::vector<OrderConstraint> kCardOrder{
    {ConstraintKind::between, kJ, kF, 1}, {ConstraintKind::just_before, kJ, kH, 0}, {ConstraintKind::just_before, kG, kF, 0}};

TEST(OrderPuzzle, ComputesTheExampleOfTheCard) {
  const std::vector<Order> unique = orders_left(5, kCardOrder);
  ASSERT_EQ(unique.size(), 1U);
  EXPECT_EQ(unique[0], (Order{kG, kF, kI, kJ, kH}));
  const std::vector<Order> open = orders_left(5, std::span(kCardOrder).first(2));
  EXPECT_EQ(open.size(), 10U);
  EXPECT_TRUE(std::ranges::any_of(open, [](const Order& order) { return order.back() == kH; }));
  EXPECT_TRUE(std::ranges::none_of(open, [](const Order& order) { return holds({ConstraintKind::adjacent, kF, kJ, 0}, order); }));
}

TEST(OrderPuzzle, OrdersAgreeWithAllPermutations) {
  SplitMix64 rng(5);
  for (int round = 0; round < 40; ++round) {
    const int people = static_cast<int>(rng.range(4, 6));
    const std::vector<OrderConstraint> constraints = draw_constraints(rng, people, 1, 20);
    std::vector<Order> expected;
    Order order(static_cast<std::size_t>(people));
    std::iota(order.begin(), order.end(), 0);
    do {
      if (all_hold(constraints, order)) expected.push_back(order);
    } while (std::ranges::next_permutation(order).found);
    EXPECT_EQ(orders_left(people, constraints), expected);
    EXPECT_LE(expected.size(), 20U);
  }
}

TEST(OrderPuzzle, NoConstraintSaysWhatTheOthersSay) {
  SplitMix64 rng(6);
  for (int round = 0; round < 20; ++round) {
    const std::vector<OrderConstraint> constraints = draw_constraints(rng, 6, 3, 40);
    const std::size_t left = orders_left(6, constraints).size();
    EXPECT_GE(left, 3U);
    EXPECT_LE(left, 40U);
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      std::vector<OrderConstraint> without = constraints;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_GT(orders_left(6, without).size(), left) << sentence(constraints[i]);
    }
  }
}

TEST(Order, ExactlyOneOptionIsRight) {
  const auto task = make_task("order:level=1+2+3+4");
  std::map<std::string, int> questions;
  for (std::uint64_t i = 0; i < 80; ++i) {
    const Instance instance = task->problem(Split::train, i);
    ++questions[instance.words[0]];
    if (instance.words[0] == "positions") continue;
    int right = 0;
    for (const char* letter : {"A", "B", "C", "D", "E"}) right += is_right(*task, instance, letter) ? 1 : 0;
    EXPECT_EQ(right, 1) << instance.prompt;
    EXPECT_TRUE(is_right(*task, instance, instance.words[static_cast<std::size_t>(instance.gold[0] - 'A' + 1)]))
        << instance.prompt;
  }
  EXPECT_EQ(questions.size(), 5U);
}

// All labelled graphs without cycles.
std::vector<Dag> all_dags(int variables) {
  std::vector<std::pair<int, int>> pairs;
  for (int a = 0; a < variables; ++a) {
    for (int b = a + 1; b < variables; ++b) pairs.emplace_back(a, b);
  }
  std::size_t codes = 1;
  for (std::size_t i = 0; i < pairs.size(); ++i) codes *= 3;
  std::vector<Dag> dags;
  for (std::size_t code = 0; code < codes; ++code) {
    Dag dag{.variables = variables};
    std::size_t left = code;
    for (const auto& [a, b] : pairs) {
      if (left % 3 == 1) dag.children[static_cast<std::size_t>(a)] |= static_cast<VariableSet>(1U << b);
      if (left % 3 == 2) dag.children[static_cast<std::size_t>(b)] |= static_cast<VariableSet>(1U << a);
      left /= 3;
    }
    if (is_acyclic(dag)) dags.push_back(dag);
  }
  return dags;
}

// A path is open when every collider on it has itself or a descendant in `given`, and nothing else on it is given: by definition.
bool open_path(const Dag& dag, std::vector<int>& path, int end, VariableSet given) {
  const auto at_or_below = [&](int v) {
    VariableSet below = static_cast<VariableSet>(1U << v);
    for (int round = 0; round < dag.variables; ++round) {
      for (int w = 0; w < dag.variables; ++w) {
        if ((below >> w & 1) != 0) below |= dag.children[static_cast<std::size_t>(w)];
      }
    }
    return (below & given) != 0;
  };
  if (path.back() == end) {
    for (std::size_t i = 1; i + 1 < path.size(); ++i) {
      const bool collider = dag.has_edge(path[i - 1], path[i]) && dag.has_edge(path[i + 1], path[i]);
      const bool is_given = (given >> path[i] & 1) != 0;
      if (collider ? !at_or_below(path[i]) : is_given) return false;
    }
    return true;
  }
  for (int next = 0; next < dag.variables; ++next) {
    const bool edge = dag.has_edge(path.back(), next) || dag.has_edge(next, path.back());
    if (!edge || std::ranges::find(path, next) != path.end()) continue;
    path.push_back(next);
    const bool open = open_path(dag, path, end, given);
    path.pop_back();
    if (open) return true;
  }
  return false;
}

TEST(CausalGraph, SeparationAgreesWithPathBlockingOnAllGraphsOfFour) {
  for (const Dag& dag : all_dags(4)) {
    for (int x = 0; x < 4; ++x) {
      for (int y = x + 1; y < 4; ++y) {
        for (unsigned given = 0; given < 16; ++given) {
          if ((given >> x & 1U) != 0 || (given >> y & 1U) != 0) continue;
          std::vector<int> path{x};
          ASSERT_EQ(separated(dag, x, y, static_cast<VariableSet>(given)),
                    !open_path(dag, path, y, static_cast<VariableSet>(given)));
        }
      }
    }
  }
}

using ClassCode = std::pair<std::array<VariableSet, kMostVariables>, std::array<VariableSet, kMostVariables>>;
ClassCode code_of(const EquivalenceClass& c) { return {c.neighbours, c.colliders.children}; }

// The least code over all names of the variables.
ClassCode unnamed(const EquivalenceClass& c) {
  std::vector<int> names(static_cast<std::size_t>(c.variables));
  std::iota(names.begin(), names.end(), 0);
  ClassCode least = code_of(c);
  do {
    const auto renamed = [&](const std::array<VariableSet, kMostVariables>& sets) {
      std::array<VariableSet, kMostVariables> result{};
      for (int a = 0; a < c.variables; ++a) {
        for (int b = 0; b < c.variables; ++b) {
          if ((sets[static_cast<std::size_t>(a)] >> b & 1) == 0) continue;
          result[static_cast<std::size_t>(names[static_cast<std::size_t>(a)])] |=
              static_cast<VariableSet>(1U << names[static_cast<std::size_t>(b)]);
        }
      }
      return result;
    };
    least = std::min(least, ClassCode{renamed(c.neighbours), renamed(c.colliders.children)});
  } while (std::ranges::next_permutation(names).found);
  return least;
}

struct Counts {
  std::size_t dags, classes, unnamed;
  double valid, sometimes;  // per cent of hypotheses over unnamed classes
};

Counts counted(int variables) {
  std::map<ClassCode, std::vector<Dag>> classes;
  std::map<ClassCode, EquivalenceClass> one;
  Counts counts{};
  for (const Dag& dag : all_dags(variables)) {
    ++counts.dags;
    const EquivalenceClass c = class_of(dag);
    classes[code_of(c)].push_back(dag);
    one.emplace(code_of(c), c);
  }
  counts.classes = classes.size();
  std::set<ClassCode> seen;
  double hypotheses = 0, valid = 0, sometimes = 0;
  for (const auto& [code, c] : one) {
    if (!seen.insert(unnamed(c)).second) continue;
    const std::vector<Dag>& graphs = classes[code];
    for (int i = 0; i < variables; ++i) {
      for (int j = i + 1; j < variables; ++j) {
        for (int r = 0; r < kRelations; ++r) {
          const auto holding =
              std::ranges::count_if(graphs, [&](const Dag& g) { return holds(static_cast<CausalRelation>(r), g, i, j); });
          hypotheses += 1;
          valid += static_cast<std::size_t>(holding) == graphs.size() ? 1 : 0;
          sometimes += holding > 0 && static_cast<std::size_t>(holding) < graphs.size() ? 1 : 0;
        }
      }
    }
  }
  counts.unnamed = seen.size();
  counts.valid = 100 * valid / hypotheses;
  counts.sometimes = 100 * sometimes / hypotheses;
  return counts;
}

TEST(CausalGraph, CountsAreThoseOfTheCard) {
  const std::vector<std::array<std::size_t, 3>> expected{{3, 2, 2}, {25, 11, 5}, {543, 185, 20}, {29281, 8782, 142}};
  const std::vector<double> valid{0, 3.33, 7.92, 14.65}, sometimes{16.7, 30, 28.3, 24.5};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Counts counts = counted(static_cast<int>(i) + 2);
    EXPECT_EQ((std::array{counts.dags, counts.classes, counts.unnamed}), expected[i]);
    EXPECT_NEAR(counts.valid, valid[i], 0.005) << i + 2;
    EXPECT_NEAR(counts.sometimes, sometimes[i], 0.05) << i + 2;
  }
}

TEST(CausalGraph, TheClassIsFoundFromIndependencesAlone) {
  for (const Dag& dag : all_dags(4)) {
    for (const bool minimal : {false, true}) ASSERT_EQ(class_from(4, independences(dag, minimal)), class_of(dag));
    const std::vector<Dag> same = members(class_of(dag));
    ASSERT_NE(std::ranges::find(same, dag), same.end());
  }
}

// A -> B -> C <- D.
const Dag kCardDag{.variables = 4, .children = {0b0010, 0b0100, 0, 0b0100}};

Instance card_claim(CausalRelation relation, std::int64_t i, std::int64_t j) {
  Instance instance{.id = "by hand",
                    .task = "corr2cause",
                    .numbers = {4, static_cast<std::int64_t>(relation), i, j},
                    .words = {"A", "B", "C", "D"}};
  for (const Independence& f : independences(kCardDag, false))
    instance.numbers.insert(instance.numbers.end(), {f.first, f.second, f.given});
  return instance;
}

TEST(Corr2Cause, ComputesTheExampleOfTheCard) {
  const auto task = make_task("corr2cause");
  const auto answer = [&](CausalRelation relation, int i, int j) {
    const std::string solution = *task->solve(card_claim(relation, i, j));
    return solution.substr(solution.rfind("holds"));
  };
  EXPECT_EQ(answer(CausalRelation::parent, 1, 2), "holds in 2 of 2\n</think>\n\\boxed{yes}");
  EXPECT_EQ(answer(CausalRelation::collider, 1, 3), "holds in 2 of 2\n</think>\n\\boxed{yes}");
  EXPECT_EQ(answer(CausalRelation::parent, 0, 1), "holds in 1 of 2\n</think>\n\\boxed{no}");
  EXPECT_EQ(answer(CausalRelation::ancestor, 0, 2), "holds in 1 of 2\n</think>\n\\boxed{no}");
  EXPECT_EQ(answer(CausalRelation::parent, 3, 2), "holds in 2 of 2\n</think>\n\\boxed{yes}");
  EXPECT_TRUE(task->solve(card_claim(CausalRelation::parent, 1, 2))
                  ->starts_with("<think>\nskeleton A-B B-C C-D\nB D apart given nothing: B>C<D\nopen A-B\n"))
      << *task->solve(card_claim(CausalRelation::parent, 1, 2));
}

TEST(Corr2Cause, TheIndependencesAreThoseOfTheCard) {
  const std::vector<Independence> expected{{0, 3, 0},      {0, 2, 0b0010}, {0, 2, 0b1010}, {0, 3, 0b0010},
                                           {0, 3, 0b0110}, {1, 3, 0},      {1, 3, 0b0001}};
  EXPECT_EQ(independences(kCardDag, false), expected);
}

TEST(Corr2Cause, TheAnswerBelongsToOneClass) {
  const auto task = make_task("corr2cause:level=5");
  int yes = 0;
  for (std::uint64_t i = 0; i < 30; ++i) {
    const Instance instance = task->problem(Split::test, i);
    yes += instance.gold == "yes" ? 1 : 0;
    const Verdict verdict = task->check(instance, trial::boxed("Yes."));
    EXPECT_EQ(verdict.correct, instance.gold == "yes");
    EXPECT_EQ(measure(verdict, "said yes"), 1);
    EXPECT_EQ(measure(verdict, "yes"), instance.gold == "yes" ? 1 : 0);
    EXPECT_FALSE(is_right(*task, instance, "maybe"));
  }
  EXPECT_GE(yes, 8);
  EXPECT_LE(yes, 22);
}

// kind, a, b per sentence; the hypothesis last.
Instance logic(const std::string& family, std::int64_t words, std::vector<std::int64_t> sentences) {
  sentences.insert(sentences.begin(), words);
  return {.id = "by hand", .task = "nli_logic", .numbers = sentences, .words = {family}};
}

TEST(NliLogic, KnowsTheOldRules) {
  const auto task = make_task("nli_logic");
  // 0 fact, 3 implies; 5 every, 6 some, 7 no, 9 is; 10 at least, 11 at most, 12 exactly; 13 did, 14 did not, 15 was done.
  EXPECT_TRUE(is_right(*task, logic("connectives", 2, {3, 1, 2, 0, 1, 0, 0, 2, 0}), "entailed"));       // modus ponens
  EXPECT_TRUE(is_right(*task, logic("connectives", 2, {3, 1, 2, 0, -2, 0, 0, 1, 0}), "contradicted"));  // modus tollens
  EXPECT_TRUE(is_right(*task, logic("connectives", 2, {3, 1, 2, 0, 2, 0, 0, 1, 0}), "neutral"));        // the fallacy
  EXPECT_TRUE(is_right(*task, logic("quantifiers", 3, {5, 1, 2, 5, 2, 3, 5, 1, 3}), "e"));              // Barbara
  EXPECT_TRUE(is_right(*task, logic("quantifiers", 3, {7, 2, 3, 5, 1, 2, 6, 1, 3}), "contradiction"));  // Celarent, denied
  EXPECT_TRUE(is_right(*task, logic("quantifiers", 2, {5, 1, 2, 6, 1, 2}), "neutral"));  // every says not that there is one
  EXPECT_TRUE(is_right(*task, logic("quantifiers", 2, {5, 1, 2, 9, 0, 1, 9, 0, 2}), "entailment"));  // Socrates
  EXPECT_TRUE(is_right(*task, logic("numbers", 2, {12, 3, 0, 10, 2, 0}), "entailed"));
  EXPECT_TRUE(is_right(*task, logic("numbers", 2, {10, 3, 0, 12, 2, 0}), "contradicted"));
  EXPECT_TRUE(is_right(*task, logic("numbers", 2, {10, 3, 0, 12, 4, 0}), "neutral"));
  EXPECT_TRUE(is_right(*task, logic("roles", 2, {13, 1, 2, 13, 2, 1}), "neutral"));  // overlap of words
  EXPECT_TRUE(is_right(*task, logic("roles", 2, {13, 1, 2, 15, 1, 2}), "entailed"));
  EXPECT_FALSE(is_right(*task, logic("roles", 2, {13, 1, 2, 15, 1, 2}), "neutral"));
  EXPECT_FALSE(is_right(*task, logic("roles", 2, {13, 1, 2, 15, 1, 2}), "entailed or not"));
  EXPECT_FALSE(is_right(*task, logic("roles", 2, {13, 1, 2, 15, 1, 2}), ""));
}

TEST(NliLogic, LabelsAreBalanced) {
  const auto task = make_task("nli_logic:level=3+4+5");
  std::map<std::string, int> labels;
  for (std::uint64_t i = 0; i < 150; ++i) ++labels[task->problem(Split::train, i).gold];
  EXPECT_EQ(labels.size(), 3U);
  for (const auto& [label, count] : labels) EXPECT_GE(count, 30) << label;
}

TEST(NliLogic, ChineseProblemsAreTheSameInOtherWords) {
  const auto english = make_task("nli_logic");
  const auto chinese = make_task("nli_logic:language=zh");
  const std::map<std::string, std::string> labels{{"entailed", "蕴含"}, {"contradicted", "矛盾"}, {"neutral", "中立"}};
  int measured = 0, without_subject = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const int level = 1 + static_cast<int>(i % 5);
    const Instance a = english->generate(Split::test, level, i);
    const Instance b = chinese->generate(Split::test, level, i);
    EXPECT_EQ(a.key, b.key);
    EXPECT_EQ(labels.at(a.gold), b.gold);
    EXPECT_TRUE(is_right(*chinese, b, b.gold));
    EXPECT_TRUE(is_right(*chinese, b, a.gold));
    EXPECT_FALSE(is_right(*chinese, b, a.gold == "neutral" ? "矛盾" : "中立"));
    EXPECT_TRUE(b.prompt.starts_with("前提：")) << b.prompt;
    for (const char* measure : {"盏", "艘", "本", "把", "张", "匹", "条", "只", "棵", "座", "封", "辆"}) {
      measured += b.family == "numbers" && b.prompt.find(measure) != std::string::npos ? 1 : 0;
    }
    without_subject += b.prompt.find("。也") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(measured, 20);
  EXPECT_GT(without_subject, 2);
}

}  // namespace
}  // namespace reckon
