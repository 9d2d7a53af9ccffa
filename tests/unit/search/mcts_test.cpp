// Monte-Carlo tree search: the statistics alone, as a bandit and on trees of known values; and the strategy on small trees.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "search/strategies/mcts_tree.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/noting_verifier.h"
#include "unit/search/random_reward.h"

namespace reckon {
namespace {

// --- The tree. ---

// A tree that grows where it is visited, `width` children each down to `depth`, whose nodes are worth what `worth` says. Keeps
// every value that was backed up.
class Grown {
 public:
  Grown(const TreeOptions& options, int width, int depth, std::function<double(std::size_t)> worth)
      : tree(options), width_(width), depth_(depth), worth_(std::move(worth)), depth_of_(1, 0) {}

  void simulate() {
    std::size_t node = tree.descend();
    if (tree.visits(node) > 0 && depth_of_[node] < depth_) {
      for (int i = 0; i < width_; ++i) {
        tree.add_child(node, 1.0 / width_, worth_(tree.size()));
        depth_of_.push_back(depth_of_[node] + 1);
      }
      node = tree.descend(node);
    }
    values.push_back(worth_(node));
    tree.back_up(node, values.back());
  }

  MctsTree tree;
  std::vector<double> values;

 private:
  int width_;
  int depth_;
  std::function<double(std::size_t)> worth_;
  std::vector<int> depth_of_;
};

TreeOptions with_rule(TreeRule rule, Backup backup = Backup::mean) {
  TreeOptions options;
  options.rule = rule;
  options.backup = backup;
  return options;
}

TEST(MctsTree, VisitsOfChildrenAreThoseOfTheirParentButTheFirst) {
  for (const TreeRule rule : {TreeRule::puct, TreeRule::uct}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Grown grown(with_rule(rule), 3, 4, [seed](std::size_t node) { return random_reward(seed, std::to_string(node)); });
      for (int i = 0; i < 200; ++i) grown.simulate();

      const MctsTree& tree = grown.tree;
      EXPECT_EQ(tree.visits(MctsTree::kRoot), 200);
      for (std::size_t node = 0; node < tree.size(); ++node) {
        if (tree.children(node).empty()) continue;
        std::int64_t visits = 0;
        for (const std::size_t child : tree.children(node)) visits += tree.visits(child);
        EXPECT_EQ(visits, tree.visits(node) - 1);
      }
      const double sum = std::accumulate(grown.values.begin(), grown.values.end(), 0.0);
      EXPECT_NEAR(tree.mean(MctsTree::kRoot), sum / 200, 1e-12);
    }
  }
}

TEST(MctsTree, PrefersByTheFormulas) {
  TreeOptions options = with_rule(TreeRule::puct);
  options.c_base = 100;
  MctsTree tree(options);
  tree.back_up(MctsTree::kRoot, 0.5);
  const std::size_t first = tree.add_child(MctsTree::kRoot, 0.3, 0.6);
  const std::size_t second = tree.add_child(MctsTree::kRoot, 0.7, 0.4);
  // 0.6 + 0.3 * 1 * c against 0.4 + 0.7 * 1 * c, with c = 1.25 + log(102 / 100): the prior decides.
  EXPECT_EQ(tree.descend(), second);
  tree.back_up(second, 0.1);
  // 0.6 + 0.3 * sqrt(2) * c against 0.1 + 0.7 * sqrt(2) * c / 2.
  EXPECT_EQ(tree.descend(), first);

  MctsTree uct(with_rule(TreeRule::uct));
  uct.back_up(MctsTree::kRoot, 0.5);
  const std::size_t left = uct.add_child(MctsTree::kRoot, 0.5, 0.2);
  const std::size_t right = uct.add_child(MctsTree::kRoot, 0.5, 0.3);
  EXPECT_EQ(uct.descend(), right) << "of two that were never visited the one thought better";
  uct.back_up(right, 1);
  EXPECT_EQ(uct.descend(), left) << "never visited comes first";
  uct.back_up(left, 0.4);
  EXPECT_EQ(uct.descend(), right);  // 1 + c against 0.4 + c
  for (int i = 0; i < 3; ++i) uct.back_up(right, 0.2);
  EXPECT_EQ(uct.descend(), left);  // 0.4 + 1.4 * sqrt(log 6) against 0.4 + 1.4 * sqrt(log 6 / 4)
}

TEST(MctsTree, RegretOfABanditGrowsLikeTheLogarithm) {
  TreeOptions options = with_rule(TreeRule::uct);
  options.exploration = std::sqrt(2.0);  // UCB1: the rarer arm is played at most 8 log n / gap^2 + 1 + pi^2 / 3 times on average
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SplitMix64 rng(seed);
    const auto play = [&rng](double mean) { return static_cast<double>(rng.below(1000)) < 1000 * mean ? 1.0 : 0.0; };
    MctsTree tree(options);
    tree.back_up(MctsTree::kRoot, 0);
    const std::size_t good = tree.add_child(MctsTree::kRoot, 0.5, std::nullopt);
    const std::size_t bad = tree.add_child(MctsTree::kRoot, 0.5, std::nullopt);
    for (const std::int64_t plays : {100, 1000, 10000}) {
      while (tree.visits(MctsTree::kRoot) < plays) {
        const std::size_t arm = tree.descend();
        tree.back_up(arm, play(arm == good ? 0.7 : 0.3));
      }
      EXPECT_LE(static_cast<double>(tree.visits(bad)), 8 * std::log(static_cast<double>(plays)) / (0.4 * 0.4) + 5) << plays;
      EXPECT_GE(tree.visits(bad), 5);
    }
    EXPECT_LT(tree.visits(bad), 300);
  }
}

TEST(MctsTree, OfKnownLeavesTheBestIsVisitedMost) {
  for (const Backup backup : {Backup::mean, Backup::max}) {
    for (const TreeRule rule : {TreeRule::puct, TreeRule::uct}) {
      // One level: the arg max of the leaves. The root's own worth is none.
      Grown grown(with_rule(rule, backup), 5, 1,
                  [](std::size_t node) { return node == 3 ? 0.8 : 0.1 * static_cast<double>(node); });
      for (int i = 0; i < 2000; ++i) grown.simulate();

      const auto& children = grown.tree.children(MctsTree::kRoot);
      const auto most = std::ranges::max_element(children, {}, [&](std::size_t child) { return grown.tree.visits(child); });
      EXPECT_EQ(*most, 3U);
      EXPECT_GT(grown.tree.visits(3), 1000);
    }
  }
}

TEST(MctsTree, BacksUpTheMeanOrTheMost) {
  for (const Backup backup : {Backup::mean, Backup::max}) {
    MctsTree tree(with_rule(TreeRule::puct, backup));
    tree.back_up(MctsTree::kRoot, 0.3);
    const std::size_t child = tree.add_child(MctsTree::kRoot, 1, 0.9);
    EXPECT_EQ(tree.value(child), 0.9);
    tree.back_up(child, 0.9);
    tree.back_up(child, 0.6);

    EXPECT_NEAR(tree.value(child), backup == Backup::max ? 0.9 : 0.75, 1e-15);
    EXPECT_NEAR(tree.value(MctsTree::kRoot), backup == Backup::max ? 0.9 : 0.6, 1e-15);
    EXPECT_NEAR(tree.mean(MctsTree::kRoot), 0.6, 1e-15);
  }
}

TEST(MctsTree, AVisitUnderWaySendsTheNextElsewhereAndLeavesNoTrace) {
  MctsTree tree(with_rule(TreeRule::puct));
  tree.back_up(MctsTree::kRoot, 0.5);
  const std::size_t first = tree.add_child(MctsTree::kRoot, 0.5, 0.6);
  const std::size_t second = tree.add_child(MctsTree::kRoot, 0.5, 0.5);
  ASSERT_EQ(tree.descend(), first);

  tree.begin_visit(first);
  EXPECT_EQ(tree.descend(), second);
  EXPECT_TRUE(tree.under_way(first));
  EXPECT_TRUE(tree.under_way(MctsTree::kRoot));
  tree.end_visit(first);

  EXPECT_EQ(tree.descend(), first);
  EXPECT_FALSE(tree.under_way(MctsTree::kRoot));
  EXPECT_EQ(tree.visits(MctsTree::kRoot), 1);
}

// --- The strategy. ---

Reward random_reward_tree(std::uint64_t seed) {
  return [seed](std::string_view letters) { return random_reward(seed, letters); };
}

TEST(Mcts, WithEnoughSimulationsFindsTheBestWord) {
  for (const char* parameters : {"rule=puct", "rule=uct", "backup=max", "prior=likelihood", "value=rollout", "batch=4",
                                 "batch=3,value=rollout,rule=uct"}) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      ToySpace space(two_letter_chain(), letters_in_turn());
      const auto strategy = make_strategy(std::string("mcts:simulations=500,width=2,select=best,") + parameters,
                                          by_letters(random_reward_tree(seed)));

      EXPECT_EQ(solve_on(space, *strategy).answer, best_word(random_reward_tree(seed))) << parameters << ", seed " << seed;
    }
  }
}

TEST(Mcts, GivesANodeItsChildrenOnce) {  // of public implementations some make them anew on every visit
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto verifier = noting(random_reward_tree(seed));
    ToySpace space(two_letter_chain(), letters_in_turn());

    const Outcome outcome = solve_on(space, *make_strategy("mcts:simulations=500,width=2", verifier));

    std::vector<std::string> grown = verifier->grown();
    std::ranges::sort(grown);
    EXPECT_EQ(grown, (std::vector<std::string>{"", "0", "00", "01", "1", "10", "11"})) << seed;  // and goes all the way down
    EXPECT_EQ(space.ledger().generated, 14);
    EXPECT_EQ(std::ranges::count(outcome.paths, PathState::finished, &PathRecord::state), 8);
  }
}

TEST(Mcts, EveryEndVotesWithItsScore) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    ToySpaceOptions options;
    options.seed = seed;
    ToySpace space(two_letter_chain(), options);

    const Outcome outcome = solve_on(space, *make_strategy("mcts:simulations=12,width=3", by_letters(two_letter_reward)));

    std::map<std::string, double> votes;
    double ends = 0;
    for (const PathRecord& path : outcome.paths) {
      if (!path.answer) continue;
      EXPECT_EQ(path.score, two_letter_reward(*path.answer));
      votes[*path.answer] += path.score;
      ends += 1;
    }
    ASSERT_FALSE(votes.empty());
    const double most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->second;
    EXPECT_NEAR(votes.at(outcome.answer.value_or("none")), most, 1e-12);
    EXPECT_NEAR(outcome.confidence, most / ends, 1e-12);
  }
}

TEST(Mcts, IsNoSurerOfEndsThatAgreeThanTheVerifierIs) {
  ToySpaceOptions options;
  options.choose = [](std::span<const double>) { return 1; };
  for (const char* select : {"weighted", "majority", "best"}) {
    ToySpace space(two_letter_chain(), options);
    const auto strategy = make_strategy(std::string("mcts:simulations=30,width=2,select=") + select,
                                        by_letters([](std::string_view) { return 0.04; }));

    const Outcome outcome = solve_on(space, *strategy);

    EXPECT_EQ(outcome.answer, "111") << select;
    EXPECT_EQ(outcome.confidence, 0.04) << select;
  }
}

TEST(Mcts, MergesChildrenOfTheSameText) {
  ToySpaceOptions options;
  options.choose = [](std::span<const double>) { return 1; };
  ToySpace space(two_letter_chain(), options);

  const Outcome outcome = solve_on(space, *make_strategy("mcts:simulations=50,width=3", by_letters(two_letter_reward)));

  EXPECT_EQ(space.ledger().generated, 3 * 3);  // a chain: one child of three goes on
  EXPECT_EQ(std::ranges::count(outcome.paths, PathState::finished, &PathRecord::state), 1);
  EXPECT_EQ(outcome.answer, "111");
}

TEST(Mcts, OfWidthOneIsOnePath) {
  const auto engine = answering_engine();
  for (const char* simulations : {"simulations=1", "simulations=3", "simulations=100"}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Question question;
      question.seed = seed;
      question.strategy = std::string("mcts:width=1,step=tokens,step_tokens=3,max_tokens=25,") + simulations;
      const Outcome outcome = solve(*engine, question).outcome;
      question.strategy = "best_of_n:n=1,max_tokens=25";
      const Outcome one = solve(*engine, question).outcome;

      ASSERT_EQ(outcome.paths.size(), 1U);
      EXPECT_EQ(outcome.paths[0].text, one.paths[0].text) << simulations;
      EXPECT_EQ(outcome.answer, one.answer);
    }
  }
}

TEST(Mcts, RolloutsAreGreedyAndVote) {
  ToySpace space(two_letter_chain(), letters_in_turn());

  const Outcome outcome =
      solve_on(space, *make_strategy("mcts:simulations=1,width=2,value=rollout", by_letters(two_letter_reward)));

  ASSERT_EQ(outcome.paths.size(), 2U);  // the root, given up, and its roll-out
  EXPECT_EQ(outcome.answer, "000");
  EXPECT_EQ(outcome.confidence, two_letter_reward("000"));
}

// A simulation at a time, written as one recursive function on words.
struct PlainNode {
  double sum = 0;
  int visits = 0;
  std::vector<std::string> children;
};

double plain_visit(std::map<std::string, PlainNode>& nodes, const std::string& word, const Reward& reward,
                   std::set<std::string>& grown, const Reward& belief) {
  PlainNode& node = nodes[word];
  double value = reward(word);
  if (node.visits > 0 && word.size() < 3) {
    if (node.children.empty()) {
      node.children = {word + '0', word + '1'};
      grown.insert(word);
    }
    const auto preference = [&](const std::string& child) {
      const double visits = nodes[child].visits;
      const double known = visits > 0 ? nodes[child].sum / visits : reward(child);
      const double prior = belief(child) / (belief(word + '0') + belief(word + '1'));
      return known + prior * (1.25 + std::log((node.visits + 19652 + 1) / 19652.0)) * std::sqrt(node.visits) / (1 + visits);
    };
    value = plain_visit(nodes, std::ranges::max(node.children, {}, preference), reward, grown, belief);
  }
  node.visits += 1;
  node.sum += value;
  return value;
}

// What grows in so many simulations, by the recursion and by the strategy on this space.
void expect_recursion(std::uint64_t seed, int simulations, const Reward& belief, const std::string& parameters,
                      const ToySpaceOptions& options) {
  std::map<std::string, PlainNode> nodes;
  std::set<std::string> expected;
  for (int i = 0; i < simulations; ++i) plain_visit(nodes, "", random_reward_tree(seed), expected, belief);
  const auto verifier = noting(random_reward_tree(seed));
  ToySpace space(two_letter_chain(), options);

  solve_on(space, *make_strategy("mcts:width=2,simulations=" + std::to_string(simulations) + parameters, verifier));

  std::vector<std::string> grown = verifier->grown();
  grown.resize(expected.size());  // where there was no answer, one was drawn at the end
  EXPECT_EQ(std::set<std::string>(grown.begin(), grown.end()), expected) << seed << ", " << simulations << parameters;
}

TEST(Mcts, OneAtATimeIsThePlainRecursion) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    for (const int simulations : {2, 4, 7, 12}) {
      expect_recursion(seed, simulations, [](std::string_view) { return 0.5; }, "", letters_in_turn());
    }
  }
}

// --- Led by the model's own word. ---

// Says yes, in either spelling, as often as it believes in the word, and else no.
ToySpaceOptions believing(const Reward& belief) {
  ToySpaceOptions options = letters_in_turn();
  options.says = [belief](std::string_view letters, std::string_view text) {
    const bool yes = text.ends_with("es");
    return std::log((yes ? belief(letters) : 1 - belief(letters)) / 2);
  };
  return options;
}

TEST(Mcts, LedByTheModelsOwnWordIsTheRecursionWithThatForAPrior) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Reward belief = [seed](std::string_view word) { return 0.05 + 0.9 * random_reward(seed + 1000, word); };
    for (const int simulations : {2, 4, 7, 12}) {
      expect_recursion(seed, simulations, belief, ",lm_nav=true", believing(belief));
    }
  }
}

TEST(Mcts, AsksTheModelOfEveryChildOnceAndOfNoneWhereItCannotPay) {
  for (const std::int64_t budget : {-1, 1 + 6, 1 + 2 + 8, 1 + 2 + 8 + 2}) {
    ToySpaceOptions options = believing([](std::string_view) { return 0.5; });
    options.budget_tokens = budget;
    ToySpace space(two_letter_chain(), options);

    solve_on(space, *make_strategy("mcts:simulations=100,width=2,lm_nav=true,reserve=0", by_letters(two_letter_reward)));

    const Ledger& ledger = space.ledger();
    // Yes and no, in two spellings each, behind each of 14 beginnings; the first two leave too little of a budget of 1 + 6.
    EXPECT_EQ(ledger.verified, budget < 0 ? 4 * 14 : budget == 1 + 6 ? 0 : 8) << budget;
    EXPECT_TRUE(budget < 0 || ledger.total() <= budget) << budget;
  }
}

}  // namespace
}  // namespace reckon
