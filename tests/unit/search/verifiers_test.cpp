// Verifiers that read what was noted, count words, or err on purpose, against what they say they do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

Path path_of(std::string text, std::vector<TokenStatistics> statistics = {}) {
  Path path;
  path.text = std::move(text);
  path.tokens = std::ssize(statistics);
  path.statistics = std::move(statistics);
  path.state = PathState::finished;
  return path;
}

// The scores of paths that need no space.
std::vector<double> scores(const char* verifier, std::vector<Path> paths) {
  ToySpace space(two_letter_chain());
  return score_on(space, *make_verifier(verifier), paths);
}

double score(const char* verifier, Path path) {
  std::vector<Path> paths;
  paths.push_back(std::move(path));
  return scores(verifier, std::move(paths)).front();
}

std::vector<TokenStatistics> confidences(const std::vector<float>& values) {
  std::vector<TokenStatistics> statistics;
  for (const float value : values) statistics.push_back({.entropy = 0, .uniform_divergence = 0, .confidence = value});
  return statistics;
}

TEST(Verifiers, EntropyIsOneOverTheEquallyLikelyTokens) {
  const float log4 = std::log(4.0F);
  EXPECT_NEAR(score("entropy", path_of("ab", {{log4, 0, 0}, {log4, 0, 0}})), 0.25, 1e-7);
  EXPECT_NEAR(score("entropy", path_of("ab", {{2 * log4, 0, 0}, {0, 0, 0}})), 0.25, 1e-7) << "it is the mean that counts";
  EXPECT_EQ(score("entropy", path_of("ab", {{0, 0, 0}, {0, 0, 0}})), 1);
}

TEST(Verifiers, LikelihoodOfAPathThatNeverBeganIsNone) {
  EXPECT_EQ(score("likelihood", path_of("")), 0);
  EXPECT_EQ(score("likelihood:per_token=false", path_of("")), 0);
  Path drawn = path_of("a");
  drawn.tokens = 2;
  drawn.log_probability = std::log(0.25);
  EXPECT_NEAR(score("likelihood", std::move(drawn)), 0.5, 1e-12);
}

TEST(Verifiers, SelfCertaintyRisesWithTheDistanceFromUndecided) {
  EXPECT_EQ(score("self_certainty", path_of("a", {{0, 0, 0}})), 0);
  EXPECT_NEAR(score("self_certainty", path_of("ab", {{0, 1, 0}, {0, 5, 0}})), 0.75, 1e-12);
  EXPECT_LT(score("self_certainty", path_of("a", {{0, 2, 0}})), score("self_certainty", path_of("a", {{0, 2.1F, 0}})));
}

TEST(Verifiers, ConfidenceOfGroupsIsThatOfTheNaiveWindows) {
  const std::vector<float> values{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6};
  const auto squash = [](double x) { return x / (1 + x); };
  for (const std::size_t window : {1U, 2U, 5U, 20U, 21U, 100U}) {
    std::vector<double> means;
    const std::size_t width = std::min<std::size_t>(window, values.size());
    for (std::size_t begin = 0; begin + width <= values.size(); ++begin) {
      double sum = 0;
      for (std::size_t i = begin; i < begin + width; ++i) sum += values[i];
      means.push_back(sum / static_cast<double>(width));
    }
    const double last = means.back();
    std::ranges::sort(means);
    const std::size_t tenth = (means.size() + 9) / 10;
    double bottom = 0;
    for (std::size_t i = 0; i < tenth; ++i) bottom += means[i] / static_cast<double>(tenth);
    const auto scored = [&](const std::string& groups) {
      return score(("confidence:window=" + std::to_string(window) + ",groups=" + groups).c_str(),
                   path_of("", confidences(values)));
    };

    EXPECT_NEAR(scored("lowest"), squash(means.front()), 1e-12) << window;
    EXPECT_NEAR(scored("bottom"), squash(bottom), 1e-12) << window;
    EXPECT_NEAR(scored("last"), squash(last), 1e-12) << window;
    EXPECT_NEAR(scored("all"), squash(103.0 / 21), 1e-12) << window;
  }
}

TEST(Verifiers, ThatReadStatisticsSayWhereThereAreNone) {
  for (const char* verifier : {"entropy", "self_certainty", "confidence"}) {
    EXPECT_EQ(score(verifier, path_of("")), 0) << "nothing was drawn";
    Path drawn = path_of("101");
    drawn.tokens = 3;
    EXPECT_THROW(score(verifier, std::move(drawn)), Error) << verifier;
    EXPECT_GT(make_verifier(verifier)->statistics(), 0);
  }
  EXPECT_EQ(make_verifier("confidence:top=7")->statistics(), 7);
  EXPECT_EQ(make_verifier("noisy:of=confidence:top=7:groups=last")->statistics(), 7);
  EXPECT_EQ(make_verifier("likelihood")->statistics(), 0);
}

TEST(Verifiers, GetTheirStatisticsFromEveryStrategyOnAModel) {
  const auto engine = answering_engine();
  for (const char* name : {"entropy", "self_certainty", "confidence"}) {
    LanguageModelSpaceOptions options;
    options.statistics = make_verifier(name)->statistics();
    for (const StrategyEntry& entry : drawing_strategies()) {
      if (!entry.uses_verifier || entry.name == "hedged" || entry.name == "ensemble") continue;  // they score only to select
      Question question;
      question.strategy = with_parameters(entry, 4, 12);

      const Outcome outcome = solve(*engine, question, name, options).outcome;

      for (const PathRecord& path : outcome.paths) {
        EXPECT_GT(path.score, 0) << entry.name;
        EXPECT_LE(path.score, 1) << entry.name;
      }
    }
  }
}

TEST(Verifiers, AStrategysOwnStatisticsComeFirst) {
  const auto engine = answering_engine();
  LanguageModelSpaceOptions options;
  options.statistics = 1;
  LanguageModelSpace of_verifier(*engine, request_of(), options);
  LanguageModelSpace of_strategy(*engine, request_of(), options);
  std::vector<Path> one = open_on(of_verifier, 1, problem_of({}));
  std::vector<Path> five = open_on(of_strategy, 1, problem_of({}));
  StepOptions step;
  step.path_tokens = 4;
  advance_on(of_verifier, one, step);
  step.statistics = 5;
  advance_on(of_strategy, five, step);

  ASSERT_EQ(one.front().statistics.size(), 4U);
  EXPECT_EQ(one.front().text, five.front().text) << "noting them changes nothing";
  EXPECT_EQ(one.front().statistics[0].entropy, five.front().statistics[0].entropy);
  EXPECT_LT(one.front().statistics[0].confidence, five.front().statistics[0].confidence) << "minus the mean log of likelier ones";
}

TEST(Verifiers, LengthPrefersShortOrLongPathsAndNoneThatWereCut) {
  const auto of_length = [](const char* verifier, std::int64_t tokens, PathState state) {
    Path path = path_of("x");
    path.tokens = tokens;
    path.state = state;
    return score(verifier, std::move(path));
  };
  EXPECT_EQ(of_length("length:half=100", 100, PathState::finished), 0.5);
  EXPECT_GT(of_length("length", 10, PathState::finished), of_length("length", 11, PathState::finished));
  EXPECT_LT(of_length("length:prefer=long", 10, PathState::open), of_length("length:prefer=long", 11, PathState::open));
  for (const PathState cut : {PathState::cut_off, PathState::stopped}) {
    EXPECT_EQ(of_length("length", 1, cut), 0);
    EXPECT_EQ(of_length("length:prefer=long", 1000, cut), 0);
  }
}

TEST(Verifiers, MarkersScoreAHalfWithoutAnyAndFallWithDoubt) {
  EXPECT_EQ(score("markers", path_of("one two three")), 0.5);
  EXPECT_EQ(score("markers", path_of("")), 0.5);
  EXPECT_LT(score("markers", path_of("maybe seven")), 0.5);
  EXPECT_LT(score("markers", path_of("Wait, seven")), 0.5);
  EXPECT_GT(score("markers", path_of("therefore seven")), 0.5);
  EXPECT_EQ(score("markers:hedging=0,thinking=0,discourse=0", path_of("wait, maybe; therefore")), 0.5);
  // One hedge in ten words: 100 of 1000, times 0.01.
  EXPECT_NEAR(score("markers:hedging=0.01", path_of("maybe a b c d e f g h i")), 1 / (1 + std::exp(1.0)), 1e-12);
}

// Every execution of drawing `n` words of one letter and scoring them: probability, texts and scores to `visit`.
void for_each_scoring(const Verifier& verifier, const ToyChain& chain, int n, int times, const Problem& problem,
                      const std::function<void(double, const std::vector<Path>&, const std::vector<double>&)>& visit) {
  ExhaustiveChooser chooser;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    ToySpace space(chain, options);
    std::vector<Path> paths = open_on(space, n, problem);
    advance_on(space, paths, StepOptions());
    std::vector<double> last;
    for (int i = 0; i < times; ++i) last = score_on(space, verifier, paths, problem);
    visit(chooser.probability(), paths, last);
  } while (chooser.next());
}

Problem one_is_right() {
  Problem problem;
  problem.check = [](std::string_view text) { return text.starts_with('1') ? 1.0 : 0.0; };
  return problem;
}

TEST(Noisy, ErrsAsOftenAsItIsToldAndIndependentlyForEachPath) {
  const auto verifier = make_verifier("noisy:fp=0.25,fn=0.1");
  double false_accepts = 0;
  double false_rejects = 0;
  double both = 0;
  double total = 0;
  for_each_scoring(*verifier, one_letter_chain({0.6, 0.4}), 2, 1, one_is_right(),
                   [&](double probability, const std::vector<Path>& paths, const std::vector<double>& scored) {
                     std::vector<bool> wrong;
                     for (std::size_t i = 0; i < paths.size(); ++i) {
                       const bool right = paths[i].text.starts_with('1');
                       EXPECT_TRUE(scored[i] == 0 || scored[i] == 1);
                       wrong.push_back((scored[i] == 1) != right);
                       if (wrong.back()) (right ? false_rejects : false_accepts) += probability;
                     }
                     both += wrong[0] && wrong[1] ? probability : 0;
                     total += probability;
                   });

  const double error = 0.6 * 0.25 + 0.4 * 0.1;
  EXPECT_NEAR(total, 1, 1e-12);
  EXPECT_NEAR(false_accepts / 2, 0.6 * 0.25, 1e-12);
  EXPECT_NEAR(false_rejects / 2, 0.4 * 0.1, 1e-12);
  EXPECT_NEAR(both, error * error, 1e-12);
}

TEST(Noisy, SaysTheSameOfATextWhenAskedAgain) {
  const auto once = make_verifier("noisy:fp=0.5,fn=0.5");
  double flipped = 0;
  int executions = 0;
  for_each_scoring(*once, one_letter_chain({0.6, 0.4}), 1, /*times=*/3, one_is_right(),
                   [&](double probability, const std::vector<Path>& paths, const std::vector<double>& scored) {
                     flipped += (scored[0] == 1) != paths[0].text.starts_with('1') ? probability : 0;
                     ++executions;
                   });

  EXPECT_NEAR(flipped, 0.5, 1e-12);
  EXPECT_EQ(executions, 4) << "two letters, and one draw of the mistake";
}

TEST(Noisy, WithoutNoiseIsTheVerifierItself) {
  for (const char* noisy : {"noisy:fp=0", "noisy:fp=1,fn=1"}) {
    const auto verifier = make_verifier(noisy);
    int executions = 0;
    for_each_scoring(*verifier, one_letter_chain({0.6, 0.4}), 2, 1, one_is_right(),
                     [&](double, const std::vector<Path>& paths, const std::vector<double>& scored) {
                       const bool inverted = std::string_view(noisy).ends_with("fn=1");
                       for (std::size_t i = 0; i < paths.size(); ++i) {
                         EXPECT_EQ(scored[i] == 1, paths[i].text.starts_with('1') != inverted);
                       }
                       ++executions;
                     });
    EXPECT_EQ(executions, 4) << "nothing is drawn but the letters";
  }
}

TEST(Noisy, PutsScoresOnTheOtherSideOfTheThreshold) {
  Problem problem;
  problem.check = [](std::string_view text) { return text.starts_with('1') ? 0.45 : 0.3; };
  const auto expect = [&problem](const std::string& noisy, double of_one, double of_other) {
    for_each_scoring(*make_verifier(noisy), one_letter_chain({0.6, 0.4}), 1, 1, problem,
                     [&](double, const std::vector<Path>& paths, const std::vector<double>& scored) {
                       EXPECT_DOUBLE_EQ(scored[0], paths[0].text.starts_with('1') ? of_one : of_other) << noisy;
                     });
  };
  expect("noisy:fp=1,fn=0,threshold=0.4", 0.45, 0.55);
  expect("noisy:fp=0,fn=1,threshold=0.4", 0.4 * 0.55 / 0.6, 0.3);
  expect("noisy:fp=1,fn=0", 0.55, 0.7);
  expect("noisy:fp=1,fn=0,threshold=0.9", 0.95, 1 - 0.3 / 9);
}

TEST(Noisy, NeedsWhatTheOtherNeedsAndTakesItsParameters) {
  EXPECT_THROW(make_verifier("noisy")->require(Problem{}), Error);
  EXPECT_NO_THROW(make_verifier("noisy")->require(one_is_right()));
  EXPECT_NO_THROW(make_verifier("noisy:of=likelihood:per_token=false")->require(Problem{}));
  EXPECT_THROW(make_verifier("noisy:of=liklihood"), Error);
  EXPECT_THROW(make_verifier("noisy:of=likelihood:per_toke=false"), Error);
  EXPECT_EQ(make_verifier("noisy:of=prm")->tokens_per_token(), 1);
  EXPECT_NO_THROW(make_verifier("noisy:of=noisy:of=exact"));
}

}  // namespace
}  // namespace reckon
