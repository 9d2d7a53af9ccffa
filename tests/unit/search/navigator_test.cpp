// The navigator: its network by hand, and its blocks as exact laws under networks that prefer some block whatever the state, and
// one that looks at it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "search/navigation/episode.h"
#include "unit/engine/running_engine.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

// Where the parts of the list of weights begin.
constexpr std::size_t kFirstBiases = kNavigatorWidth * kNavigatorFeatures;
constexpr std::size_t kSecond = kFirstBiases + kNavigatorWidth;
constexpr std::size_t kValue = kSecond + kNavigatorWidth * (kNavigatorWidth + 1);
constexpr std::size_t kAdvantages = kValue + kNavigatorWidth + 1;
constexpr std::size_t kAdvantageBiases = kAdvantages + kNavigatorBlocks * kNavigatorWidth;

std::string text_of(const std::vector<double>& weights) {
  std::string text;
  for (const double weight : weights) text += std::to_string(weight) + ",";
  return text;
}

std::vector<double> no_weights() { return std::vector<double>(kNavigatorWeights, 0); }

TEST(NavigatorNetwork, IsTwoLayersAValueAndAdvantagesAboutTheirMean) {
  std::vector<double> weights = no_weights();
  weights[1] = 2;                                       // hidden 0 = relu(2 * feature 1 - 0.5)
  weights[kFirstBiases] = -0.5;                         //
  weights[kNavigatorFeatures] = -1;                     // hidden 1 = relu(-feature 0): cut off
  weights[kSecond + 3 * kNavigatorWidth] = 3;           // second 3 = relu(3 * hidden 0)
  weights[kSecond + 4 * kNavigatorWidth + 1] = 5;       // second 4 = relu(5 * hidden 1)
  weights[kValue + 3] = 1;                              // V = second 3 + second 4 + 10
  weights[kValue + 4] = 1;                              //
  weights[kValue + kNavigatorWidth] = 10;               //
  weights[kAdvantages + 2 * kNavigatorWidth + 3] = 1;   // A(2) = second 3
  weights[kAdvantages + 3 * kNavigatorWidth + 4] = -1;  // A(3) = -second 4
  weights[kAdvantageBiases + 4] = 5;                    // A(4) = 5
  const NavigatorNetwork network(text_of(weights), "here");

  const NavigatorValues values = network.values({1, 0.75, 0, 0, 0, 0, 0});  // second 3 = 3, second 4 = 0

  const double mean = (3.0 + 5) / 5;
  EXPECT_NEAR(values[0], 13 - mean, 1e-12);
  EXPECT_NEAR(values[2], 16 - mean, 1e-12);
  EXPECT_NEAR(values[3], 13 - mean, 1e-12);
  EXPECT_NEAR(values[4], 18 - mean, 1e-12);
}

std::string refusal_of(const std::string& text) {
  try {
    const NavigatorNetwork network(text, "here");
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file);
    return error.what();
  }
}

TEST(NavigatorNetwork, OfAnythingButItsWeightsIsRefused) {
  const std::string all = text_of(no_weights());
  EXPECT_EQ(refusal_of(all), "none");
  EXPECT_EQ(refusal_of("\n 1e6,\t" + all.substr(all.find(',') + 1) + "\r\n"), "none");
  EXPECT_EQ(refusal_of("1,2"), "here: holds 2 weights; expected 2206");
  EXPECT_EQ(refusal_of(all + "0"), "here: holds 2207 weights; expected 2206");
  for (const std::string wrong : {"1,x", "1,nan", "1,-inf", "1,1.1e6", "1,1e999", "1,;2"})
    EXPECT_EQ(refusal_of(wrong), "here: expected a number of at most a million at byte 2") << wrong;
  EXPECT_NE(refusal_of(std::string(kMostNavigatorBytes + 1, ' ')).find("longer"), std::string::npos);
  EXPECT_THROW(make_strategy("navigator:weights=/nowhere/weights.csv", nullptr), Error);
  EXPECT_NO_THROW(make_strategy("navigator", nullptr));
}

// A navigator whose network has these weights, in a file that is gone at the end.
class Navigating {
 public:
  explicit Navigating(const std::vector<double>& weights) {
    std::ofstream file(path_);
    file << text_of(weights);
  }
  ~Navigating() { std::filesystem::remove(path_); }
  Navigating(const Navigating&) = delete;
  Navigating& operator=(const Navigating&) = delete;

  std::unique_ptr<Strategy> with(const std::string& parameters) const {
    return make_strategy("navigator:temperature=1," + parameters + ",weights=" + path_, nullptr);
  }

 private:
  static std::string test_name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }
  std::string path_ = testing::TempDir() + "navigator_" + test_name() + std::to_string(++count_);
  static inline int count_ = 0;
};

// It prefers blocks in this order, whatever the state, and then the others in theirs.
std::vector<double> preferring(const std::vector<NavigatorBlock>& order) {
  std::vector<double> weights = no_weights();
  for (std::size_t i = 0; i < order.size(); ++i)
    weights[kAdvantageBiases + static_cast<std::size_t>(order[i])] = static_cast<double>(order.size() - i);
  return weights;
}

void expect_law(const Strategy& strategy, const Law& expected) {
  const Law law = law_of(strategy, two_letter_chain());
  EXPECT_EQ(law.size(), expected.size());
  for (const auto& [word, probability] : expected) {
    ASSERT_TRUE(law.contains(word)) << word;
    EXPECT_NEAR(law.at(word), probability, 1e-12) << word;
  }
}

double chance(const std::string& word, char letter) { return two_letter_chain().next(word)[letter == '0' ? 0 : 1]; }

using ChanceOfLetter = std::function<double(const std::string& word, char letter)>;

// Adds the words of three letters that begin with `word`, whose letters have this law, to `law`.
void add_words(const std::string& word, double probability, const ChanceOfLetter& chance_of, Law& law) {
  if (word.size() == 3) {
    law[word] += probability;
    return;
  }
  for (const char letter : {'0', '1'}) add_words(word + letter, probability * chance_of(word, letter), chance_of, law);
}

Law words_with(const ChanceOfLetter& chance_of) {
  Law law;
  add_words("", 1, chance_of, law);
  return law;
}

TEST(Navigator, OfStepsAloneOrTheEndAtOnceIsASample) {
  const Navigating reason(preferring({NavigatorBlock::reason}));
  const Navigating terminate(preferring({NavigatorBlock::terminate}));

  expect_law(*reason.with("blocks=9"), words_with(chance));
  expect_law(*reason.with("blocks=2"), words_with(chance));
  expect_law(*terminate.with("blocks=9"), words_with(chance));
}

TEST(Navigator, ADebateGoesOnWithTheLikeliestStep) {
  const Navigating debate(preferring({NavigatorBlock::debate}));
  const auto likelier_of_two = [](const std::string& word, char letter) {
    const double p = chance(word, letter);
    return p > 0.5 ? 1 - (1 - p) * (1 - p) : p * p;
  };
  double ended = 0;
  const auto strategy = debate.with("width=2,blocks=9");
  for_each_execution(*strategy, two_letter_chain(), [&](const ToyRun& one) {
    EXPECT_EQ(one.ledger.generated, 6);
    const auto finished = std::ranges::count(one.outcome.paths, PathState::finished, &PathRecord::state);
    ended += one.probability * static_cast<double>(finished);
  });
  EXPECT_NEAR(ended, 2, 1e-12) << "who lost the last debate has ended too";
  expect_law(*strategy, words_with(likelier_of_two));
}

TEST(Navigator, RefineDrawsTheLastStepAnewUntilBlocksRunOut) {
  const Navigating refine(preferring({NavigatorBlock::refine}));
  const auto strategy = refine.with("blocks=4");
  const int executions = for_each_execution(*strategy, two_letter_chain(), [&](const ToyRun& one) {
    EXPECT_EQ(one.ledger.generated, 5);  // the first letter three times, then the rest of the word
    EXPECT_EQ(std::ranges::count(one.outcome.paths, PathState::pruned, &PathRecord::state), 2);
  });
  EXPECT_EQ(executions, 32);
  expect_law(*strategy, words_with(chance));
}

TEST(Navigator, RestartBeginsAnew) {
  const Navigating restart(preferring({NavigatorBlock::restart, NavigatorBlock::reason}));
  const auto strategy = restart.with("blocks=4");
  for_each_execution(*strategy, two_letter_chain(), [&](const ToyRun& one) {
    EXPECT_EQ(one.ledger.generated, 5);
    EXPECT_EQ(one.outcome.paths.size(), 3U);
    EXPECT_EQ(std::ranges::count(one.outcome.paths, 0, &PathRecord::inherited_tokens), 3) << "none goes on from another";
  });
  expect_law(*strategy, words_with(chance));
}

// Before, between and behind these blocks.
awaitable<std::vector<NavigatorState>> states_of(Episode* episode, std::vector<NavigatorBlock> blocks) {
  co_await episode->begin();
  std::vector<NavigatorState> states{episode->state()};
  for (const NavigatorBlock block : blocks) {
    co_await episode->take(block);
    states.push_back(episode->state());
  }
  co_return states;
}

TEST(Navigator, TakesNoBlockThatIsNotAllowed) {
  const std::vector<ParameterSpec> table = navigator_parameters();
  const std::map<std::string, std::string> none;
  const NavigatorOptions options(Parameters(table, none, "navigator"));
  ToySpace space(two_letter_chain());
  const Problem problem;
  Episode episode(options, problem, space);
  const Navigating impossible(preferring({NavigatorBlock::refine, NavigatorBlock::restart, NavigatorBlock::debate}));

  EXPECT_EQ(episode.allowed(), (NavigatorMask{true, true, false, false, true})) << "there is nothing to do anew";
  for_each_execution(*impossible.with("blocks=3,width=2"), two_letter_chain(), [](const ToyRun& one) {
    EXPECT_EQ(one.ledger.generated, 2 + 1 + 2) << "a debate, a step anew; then only the end is allowed";
  });
  std::vector<NavigatorBlock> restarts(5, NavigatorBlock::restart);
  restarts.front() = NavigatorBlock::reason;
  run(states_of(&episode, restarts));
  EXPECT_EQ(episode.allowed(), (NavigatorMask{true, true, true, false, true})) << "four restarts are enough";
}

// --- A network that looks. ---

// Words under blocks that draw a letter anew while another was likelier, as long as there are blocks.
struct Redrawing {
  std::int64_t blocks;
  Law law;

  void go_on(const std::string& word, std::int64_t taken, double probability) {
    if (taken + 1 >= blocks) {
      add_words(word, probability, chance, law);
      return;
    }
    for (const char letter : {'0', '1'}) look_at(word, letter, taken + 1, probability * chance(word, letter));
  }
  void look_at(const std::string& word, char letter, std::int64_t taken, double probability) {
    const std::string longer = word + letter;
    const bool over = longer.size() == 3;
    const bool anew = !over && taken + 1 < blocks && chance(word, letter) < 0.5;
    if (over) law[longer] += probability;
    if (!over) go_on(anew ? word : longer, taken, probability);
  }
};

TEST(Navigator, DrawsAStepAnewWhereItsNetworkFindsItUnlikely) {
  std::vector<double> weights = no_weights();
  weights[0] = -1;  // hidden 0 = relu(0.5 - likelihood of the last step)
  weights[kFirstBiases] = 0.5;
  weights[kSecond] = 1;
  weights[kAdvantages + 2 * kNavigatorWidth] = 1;  // A(refine)
  const Navigating navigating(weights);
  for (const std::int64_t blocks : {2, 3, 4, 5, 8}) {
    Redrawing reference{.blocks = blocks, .law = {}};
    reference.go_on("", 0, 1);

    expect_law(*navigating.with("blocks=" + std::to_string(blocks)), reference.law);
  }
}

TEST(Navigator, KnowsWhatWasDrawn) {
  const std::vector<ParameterSpec> table = navigator_parameters();
  const std::map<std::string, std::string> four{{"blocks", "4"}, {"temperature", "0"}};
  const NavigatorOptions options(Parameters(table, four, "navigator"));
  ToySpace space(two_letter_chain());  // the likeliest letters: 0 with 0.6, then 0 with 0.7
  const Problem problem;
  Episode episode(options, problem, space);
  const std::vector<NavigatorBlock> blocks{NavigatorBlock::reason, NavigatorBlock::reason, NavigatorBlock::restart};

  const std::vector<NavigatorState> states = run(states_of(&episode, blocks));

  ASSERT_EQ(states.size(), 4U);
  const auto expect_state = [&](std::size_t index, const NavigatorState& expected) {
    for (std::size_t i = 0; i < kNavigatorFeatures; ++i)
      EXPECT_NEAR(states[index][i], expected[i], 1e-12) << "state " << index << ", feature " << i;
  };
  expect_state(0, {1, 1, 1, 0, 0, 0, 0});
  expect_state(1, {0.6, 0.6, 0.6, 1.0 / 64, 1.0 / 16, 0.25, 0});
  expect_state(2, {0.7, std::sqrt(0.6 * 0.7), 0.6, 1.0 / 64, 2.0 / 16, 0.5, 0});
  expect_state(3, {0.6, 0.6, 0.6, 1.0 / 64, 1.0 / 16, 0.75, 0.25});
}

TEST(Navigator, EndsAPathWhileTheBudgetAllows) {
  const Navigating restart(preferring({NavigatorBlock::restart, NavigatorBlock::reason}));
  int answered = 0;
  for (std::int64_t budget = 0; budget <= 60; ++budget) {
    ToySpaceOptions options;
    options.budget_tokens = budget;
    ToySpace space(two_letter_chain(), options);
    const Outcome outcome = solve_on(space, *restart.with("blocks=100,reserve=0.4"));
    EXPECT_LE(space.ledger().total(), budget);
    answered += outcome.answer ? 1 : 0;
  }
  EXPECT_GE(answered, 50) << "restarting for ever would end no path";
}

}  // namespace
}  // namespace reckon
