// Choosing by what was measured.
#include "search/allocators/measurements.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "search/allocator.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

MeasuredStrategy measured(std::string task, std::string verifier, std::string strategy, std::int64_t limit, std::int64_t right,
                          double tokens = 100, int bin = kAllBins) {
  MeasuredStrategy one;
  one.task = std::move(task);
  one.verifier = std::move(verifier);
  one.strategy = std::move(strategy);
  if (limit > 0) one.budget.tokens = limit;
  one.bin = bin;
  one.problems = 98;  // (right + 1) / 100 is expected
  one.right = right;
  one.tokens = tokens;
  return one;
}

MeasuredSituation situation(std::string task, std::string verifier, std::int64_t tokens) {
  MeasuredSituation asked;
  asked.task = std::move(task);
  asked.verifier = std::move(verifier);
  if (tokens > 0) asked.budget.tokens = tokens;
  return asked;
}

TEST(Measurements, RankStrategiesOfTheTaskAtItsBudget) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "", "majority", 500, 19),
                    measured("sums", "", "greedy", 2000, 39), measured("sums", "", "majority", 2000, 79),
                    measured("maps", "", "greedy", 500, 99)};

  const auto low = ranked_strategies(all, situation("sums", "", 500));
  ASSERT_EQ(low.size(), 2U);
  EXPECT_EQ(low[0].strategy, "greedy");
  EXPECT_NEAR(low[0].accuracy, 0.4, 1e-12);
  EXPECT_EQ(ranked_strategies(all, situation("sums", "", 2000))[0].strategy, "majority");
  EXPECT_EQ(ranked_strategies(all, situation("sums", "", 100000))[0].strategy, "majority");
  const auto between = ranked_strategies(all, situation("sums", "", 1000));  // half way, by the logarithm
  EXPECT_NEAR(between[0].accuracy, 0.5, 1e-12);
  EXPECT_EQ(between[0].strategy, "majority");
}

TEST(Measurements, TakeEveryTaskAlikeWhereThisOneWasNotMeasured) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "", "majority", 500, 49),
                    measured("maps", "", "greedy", 500, 59), measured("maps", "", "majority", 500, 19),
                    measured("sums", "", "sample", 500, 97)};  // on one task only

  const auto ranked = ranked_strategies(all, situation("graphs", "", 500));

  ASSERT_EQ(ranked.size(), 2U);
  EXPECT_EQ(ranked[0].strategy, "greedy");
  EXPECT_NEAR(ranked[0].accuracy, 0.5, 1e-12);
  EXPECT_EQ(ranked[0].problems, 196);
}

TEST(Measurements, CountOnlyWhatTheVerifierAtHandCanDo) {
  Measurements all;
  all.strategies = {measured("sums", "prm", "best_of_n", 500, 89), measured("sums", "exact", "best_of_n", 500, 97),
                    measured("sums", "", "majority", 500, 49)};

  EXPECT_EQ(ranked_strategies(all, situation("sums", "prm", 500)).front().strategy, "best_of_n");
  EXPECT_NEAR(ranked_strategies(all, situation("sums", "prm", 500)).front().accuracy, 0.9, 1e-12);
  EXPECT_EQ(ranked_strategies(all, situation("sums", "", 500)).front().strategy, "majority");
  EXPECT_EQ(ranked_strategies(all, situation("sums", "prm", 0)).front().strategy, "best_of_n");
  MeasuredSituation timed = situation("sums", "prm", 0);
  timed.budget.seconds = 1;
  EXPECT_TRUE(ranked_strategies(all, timed).empty());
}

TEST(Measurements, OfOneLimitSayNothingOfTwo) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 1200, 39), measured("sums", "", "majority", 1200, 79)};
  MeasuredSituation both = situation("sums", "", 1200);
  both.budget.seconds = 0.05;

  EXPECT_TRUE(ranked_strategies(all, both).empty());

  MeasuredStrategy timed = measured("sums", "", "greedy", 600, 39);
  timed.budget.seconds = 0.05;
  all.strategies.push_back(timed);
  ASSERT_EQ(ranked_strategies(all, both).size(), 1U);
  EXPECT_EQ(ranked_strategies(all, both)[0].strategy, "greedy");
  EXPECT_EQ(ranked_strategies(all, situation("sums", "", 1200)).size(), 2U);
}

TEST(Measurements, OfOneLimitHoldUnderFurtherOnesThatNoProblemCameUpTo) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 1200, 39), measured("sums", "", "majority", 1200, 79)};
  all.strategies[0].most = Costs{.tokens = 100, .flops = 1e9, .seconds = 0.1};
  all.strategies[1].most = Costs{.tokens = 1200, .flops = 9e9, .seconds = 0.8};
  MeasuredSituation both = situation("sums", "", 1200);
  const auto ranked = [&](double seconds) {
    both.budget.seconds = seconds;
    return ranked_strategies(all, both);
  };

  ASSERT_EQ(ranked(1).size(), 2U);
  EXPECT_EQ(ranked(1)[0].strategy, "majority");
  EXPECT_EQ(grounds_of(ranked(1)[0], all, both),
            "by 98 problems of sums, under tokens=1200, where no problem came up to the other limits");
  ASSERT_EQ(ranked(0.5).size(), 1U) << "the vote would have been ended";
  EXPECT_EQ(ranked(0.5)[0].strategy, "greedy");
  EXPECT_TRUE(ranked(0.05).empty());
  both.budget.flops = 1e10;
  EXPECT_EQ(ranked(1).size(), 2U);
  both.budget.joules = 1e6;
  EXPECT_TRUE(ranked(1).empty()) << "nobody knows what it took";
}

TEST(Measurements, SayUnderWhichBudgetTheyWereMade) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "", "greedy", 2000, 49)};
  const auto grounds = [&](const MeasuredSituation& asked) {
    return grounds_of(ranked_strategies(all, asked).front(), all, asked);
  };

  EXPECT_EQ(grounds(situation("sums", "", 500)), "by 98 problems of sums, under tokens=500");
  EXPECT_EQ(grounds(situation("sums", "", 700)), "by 98 problems of sums, under tokens=700");
  EXPECT_EQ(grounds(situation("sums", "", 100)),
            "by 98 problems of sums, under tokens=500, the nearest budget that was measured");
  EXPECT_EQ(grounds(situation("sums", "", 0)), "by 98 problems of sums, under tokens=2000, the nearest budget that was measured");
  all.tasks = {{"sums", "level=2+3"}};
  EXPECT_EQ(grounds(situation("sums", "", 500)), "by 98 problems of sums (level=2+3), under tokens=500");
  EXPECT_EQ(grounds(situation("maps", "", 500)), "by 98 problems of other tasks, under tokens=500");
}

TEST(Measurements, SayThatALevelWasNotMeasured) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39)};
  all.tasks = {{"sums", "level=2+3,prompt=full and level=1"}};
  const auto grounds = [&](int level) {
    MeasuredSituation asked = situation("sums", "", 500);
    asked.level = level;
    return grounds_of(ranked_strategies(all, asked).front(), all, asked);
  };

  const std::string of_all = "by 98 problems of sums (level=2+3,prompt=full and level=1), under tokens=500";
  for (const int level : {0, 1, 2, 3}) EXPECT_EQ(grounds(level), of_all) << level;
  EXPECT_EQ(grounds(5), "by 98 problems of sums (level=2+3,prompt=full and level=1; none of level 5), under tokens=500");
  all.tasks = {{"sums", "file=a.jsonl"}};
  EXPECT_EQ(grounds(5), "by 98 problems of sums (file=a.jsonl), under tokens=500") << "it has no levels";
}

TEST(Measurements, SayWhenAndHowTheyWereMade) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "", "greedy", 2000, 49)};
  const auto run_of = [](std::int64_t limit, const char* command) {
    MeasuredRun run;
    run.task = "sums";
    run.strategy = "greedy";
    run.budget.tokens = limit;
    run.command = command;
    run.begun = "2026-11-27 14:20:56";
    run.problems = "0-97";
    run.build = "0.1.0+abc";
    return run;
  };
  all.runs = {run_of(500, "small"), run_of(2000, "large"), run_of(500, "probe")};
  all.runs.back().probed = true;
  const auto grounds = [&](std::int64_t tokens) {
    const MeasuredSituation asked = situation("sums", "", tokens);
    return grounds_of(ranked_strategies(all, asked).front(), all, asked);
  };

  EXPECT_EQ(grounds(500),
            "by 98 problems of sums, under tokens=500, measured 2026-11-27 by 'small' (problems 0-97, build 0.1.0+abc)");
  EXPECT_EQ(
      grounds(1900),
      "by 98 problems of sums, under tokens=1900, measured 2026-11-27 by 'large' (problems 0-97, build 0.1.0+abc) and 1 more")
      << "between two, the nearer first";
  all.runs.resize(1);
  EXPECT_EQ(grounds(2000), "by 98 problems of sums, under tokens=2000, by an evaluation that is not noted");
}

TEST(Measurements, GiveUpALittleAccuracyForFewerTokens) {
  const std::vector<RankedStrategy> ranked{{"a", 0.60, 900, 1}, {"b", 0.597, 300, 1}, {"c", 0.50, 10, 1}};

  EXPECT_EQ(cheapest_of_best(ranked, 0).strategy, "a");
  EXPECT_EQ(cheapest_of_best(ranked, 0.005).strategy, "b");
  EXPECT_EQ(cheapest_of_best(ranked, 0.2).strategy, "c");
}

TEST(Measurements, PutADifficultyIntoItsBin) {
  const DifficultyBins bins{.pilot = 8, .edges = {0.25, 0.5}};

  EXPECT_EQ(bin_of(0, bins), 0);
  EXPECT_EQ(bin_of(0.2499, bins), 0);
  EXPECT_EQ(bin_of(0.25, bins), 1);
  EXPECT_EQ(bin_of(1, bins), 2);
  EXPECT_EQ(bin_of(1, DifficultyBins()), 0);
}

AllocatorResources resources_of(Measurements all, std::int64_t tokens) {
  AllocatorResources resources;
  resources.measurements = std::make_shared<const Measurements>(std::move(all));
  resources.task = "sums";
  if (tokens > 0) resources.budget.tokens = tokens;
  return resources;
}

TEST(Auto, ChoosesWhatWasBestAndSaysWhy) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "", "majority:n=4@adaptive", 500, 59)};
  std::vector<Allocation> notes;

  const std::string chosen = chosen_strategy("auto@rollover", resources_of(all, 500), notes);

  EXPECT_EQ(chosen, "majority:n=4@adaptive@rollover");
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].strategy, "majority:n=4@adaptive");
  EXPECT_EQ(notes[0].reason,
            "expected to be right 60.0 % of the time, by 98 problems of sums, under tokens=500, for 100 tokens; "
            "of 2 strategies from 40.0 % (greedy) to 60.0 %");
}

TEST(Auto, GoesByARuleWhereNothingWasMeasured) {
  std::vector<Allocation> notes;
  AllocatorResources resources;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "majority:n=16,first=greedy,by=mass@adaptive");
  resources.verifier = "prm";
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "compute_optimal:by=agreement");
  resources.checks = true;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "best_of_n:n=16,first=greedy");
  EXPECT_EQ(chosen_strategy("majority:n=2", resources, notes), "majority:n=2");
  EXPECT_EQ(notes.size(), 3U);
  EXPECT_NE(notes[0].reason.find("nothing was measured"), std::string::npos);
}

TEST(Auto, GoesByARuleWhereNothingWasMeasuredWithTheCheckerAtHand) {
  Measurements all;
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "prm", "best_of_n:n=4", 500, 59)};
  std::vector<Allocation> notes;
  AllocatorResources resources = resources_of(all, 500);
  resources.verifier = "exact";
  resources.checks = true;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "best_of_n:n=32,first=greedy");
  EXPECT_EQ(notes.at(0).reason, "nothing was measured with such a checker, and answers are checked");

  all.strategies.push_back(measured("sums", "exact", "best_of_n:n=9", 500, 79));
  resources.measurements = resources_of(all, 500).measurements;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "best_of_n:n=9");
}

TEST(Auto, GoesByTheRuleOnATaskThatWasNotMeasured) {
  Measurements all;
  all.bins = {.pilot = 8, .edges = {0.5}};
  all.strategies = {measured("sums", "", "greedy", 500, 39), measured("sums", "", "majority", 500, 59)};
  std::vector<Allocation> notes;
  AllocatorResources resources = resources_of(all, 500);

  EXPECT_EQ(chosen_strategy("auto", resources, notes), "majority");
  resources.task = "graphs";
  EXPECT_EQ(chosen_strategy("auto@rollover", resources, notes), "majority:n=32,first=greedy,by=mass@adaptive@rollover");
  EXPECT_EQ(notes.at(1).reason, "graphs was not measured, and nobody checks answers");
  resources.task = "";
  resources.verifier = "prm";
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "compute_optimal:by=agreement");
  EXPECT_EQ(notes.at(2).reason, "a problem of no task was not measured, and answers are scored");
  resources.task = "sums";
  resources.budget = Budget();
  resources.budget.seconds = 1;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "compute_optimal:by=agreement") << "no such budget was measured";
  resources.budget.tokens = 500;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "compute_optimal:by=agreement") << "of both limits one only";
  EXPECT_EQ(notes.back().reason, "nothing was measured with a budget like tokens=500,seconds=1, and answers are scored");
}

TEST(Auto, DrawsNoPathAloneWhereTimeIsLimited) {
  std::vector<Allocation> notes;
  AllocatorResources resources;
  resources.budget.seconds = 1;
  resources.budget.tokens = 500;
  EXPECT_EQ(chosen_strategy("auto", resources, notes), "majority:n=32,by=mass@adaptive");
}

Outcome solved(const std::vector<double>& law, Measurements all, std::int64_t budget = -1, std::uint64_t seed = 1,
               const std::string& text = "compute_optimal") {
  ToySpaceOptions options;
  options.budget_tokens = budget;
  options.seed = seed;
  ToySpace space(one_letter_chain(law), options);
  const auto verifier = by_letters([](std::string_view letters) { return letters == "1" ? 1.0 : 0.0; });
  AllocatorResources resources = resources_of(std::move(all), 0);
  resources.verifier = "likes_ones";
  return solve_on(space, *make_allocated(text, verifier, resources));
}

Measurements by_bins() {
  Measurements all;
  all.bins = {.pilot = 4, .edges = {0.3}};
  all.strategies = {
      measured("sums", "", "majority:n=4", 0, 90, 10, 0), measured("sums", "likes_ones", "best_of_n:n=9", 0, 80, 90, 0),
      measured("sums", "", "majority:n=4", 0, 10, 10, 1), measured("sums", "likes_ones", "best_of_n:n=9", 0, 70, 90, 1)};
  return all;
}

TEST(Saturation, BeginsWithWhatWasMeasuredOfTheTask) {
  const auto drawn_of = [](const std::vector<MeasuredAccuracy>& accuracies, const std::string& parameters) {
    Measurements all;
    all.accuracies = accuracies;
    const Outcome outcome = solved({1.0}, std::move(all), -1, 1, "best_of_n:n=500@saturation:wave=1" + parameters);  // none hits
    return std::pair(outcome.paths.size(), outcome.allocations.at(0).reason);
  };
  const std::vector<MeasuredAccuracy> hopeless{{.task = "sums", .right = 0.05, .wrong = 1, .problems = 40}};
  const std::vector<MeasuredAccuracy> hopeful{{.task = "sums", .right = 4, .wrong = 4, .problems = 40}};
  const std::size_t unknown = drawn_of({}, ",accept=0.5").first;

  EXPECT_LT(drawn_of(hopeless, ",accept=0.5").first, unknown);
  EXPECT_NE(drawn_of(hopeful, ",accept=0.5").first, unknown);
  EXPECT_NE(drawn_of(hopeful, ",accept=0.5").second.find("of 40 problems of sums before"), std::string::npos);
  EXPECT_EQ(drawn_of(hopeless, ",accept=0.5,history=false").first, unknown);
  EXPECT_EQ(drawn_of({{.task = "other", .right = 0.05, .wrong = 1, .problems = 9}}, ",accept=0.5").first, unknown);
  EXPECT_EQ(drawn_of(hopeless, "").first, drawn_of({}, "").first) << "nobody judges: what was measured is no agreement";
}

TEST(ComputeOptimal, TakesTheStrategyOfTheBinAndGoesOnFromThePilot) {
  const Outcome easy = solved({1.0}, by_bins());
  EXPECT_EQ(easy.paths.size(), 4U);  // the pilot paths are all that majority:n=4 draws
  EXPECT_EQ(easy.answer, "0");
  EXPECT_EQ(easy.allocations.at(0).strategy, "majority:n=4");
  EXPECT_TRUE(easy.allocations.at(0).reason.starts_with("100 % of 4 pilot paths agree, bin 1 of 2"));

  const Outcome hard = solved({0.2, 0.16, 0.16, 0.16, 0.16, 0.16}, by_bins());
  EXPECT_EQ(hard.allocations.at(0).strategy, "best_of_n:n=9");
  EXPECT_EQ(hard.paths.size(), 9U);
  std::set<std::uint64_t> ids;
  for (const PathRecord& path : hard.paths) EXPECT_TRUE(ids.insert(path.id).second);
}

TEST(ComputeOptimal, IsTheBestFixedStrategyWhereThereIsOneBin) {
  Measurements all;
  all.bins = {.pilot = 2, .edges = {}};
  all.strategies = {measured("sums", "", "majority:n=5", 0, 90, 10, 0), measured("sums", "", "greedy", 0, 80, 10, 0)};
  EXPECT_EQ(solved({0.5, 0.5}, all).allocations.at(0).strategy, "majority:n=5");
}

TEST(ComputeOptimal, KeepsThePilotsAnswerWhereNothingIsLeft) {
  const Outcome outcome = solved({1.0}, by_bins(), 5);  // the prompt and four letters
  EXPECT_EQ(outcome.answer, "0");
  EXPECT_EQ(outcome.status, OutcomeStatus::budget_exhausted);
  EXPECT_EQ(outcome.paths.size(), 4U);
}

TEST(ComputeOptimal, GoesByAgreementWhereNothingWasMeasured) {
  const Outcome sure = solved({0.9, 0.1}, Measurements());
  const Outcome scattered = solved({0.2, 0.16, 0.16, 0.16, 0.16, 0.16}, Measurements());

  EXPECT_EQ(sure.allocations.at(0).strategy, "majority:n=16,first=greedy,by=mass");
  EXPECT_EQ(sure.answer, "0");
  EXPECT_EQ(scattered.allocations.at(0).strategy, "weighted_majority:n=16,first=greedy,by=mass");
  EXPECT_EQ(scattered.answer, "1") << "which the verifier likes";
  for (const Outcome* outcome : {&sure, &scattered}) EXPECT_EQ(outcome->paths.size(), 16U);
}

TEST(ComputeOptimal, GoesOnFromSampledPathsWithTheGreedyOneThatTheyLack) {
  Measurements all = by_bins();
  for (MeasuredStrategy& row : all.strategies) row.strategy = "majority:n=9,first=greedy";
  int others = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Outcome outcome = solved({0.3, 0.25, 0.25, 0.2}, all, -1, seed);
    ASSERT_EQ(outcome.paths.size(), 9U);
    EXPECT_EQ(outcome.paths[4].answer, "0") << "the first behind four pilot paths";
    others += outcome.paths[0].answer != "0" && outcome.paths[5].answer != "0" ? 1 : 0;
  }
  EXPECT_GT(others, 10);
}

TEST(ComputeOptimal, ByAgreementBeginsWithOneGreedyPath) {
  int others = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Outcome outcome = solved({0.3, 0.25, 0.25, 0.2}, Measurements(), -1, seed, "compute_optimal:by=agreement");
    ASSERT_EQ(outcome.paths.size(), 16U);
    EXPECT_EQ(outcome.paths[0].answer, "0");
    others += outcome.paths[1].answer != "0" && outcome.paths[8].answer != "0" ? 1 : 0;  // 8: the first behind the pilot
  }
  EXPECT_GT(others, 10);
}

TEST(ComputeOptimal, LetsOnlyPathsTellThatTheBudgetDidNotCutOff) {
  const Outcome outcome = solved({1.0}, by_bins(), 3);  // the prompt and two of four letters
  ASSERT_EQ(outcome.paths.size(), 4U);
  EXPECT_EQ(std::ranges::count(outcome.paths, PathState::cut_off, &PathRecord::state), 2);
  EXPECT_EQ(outcome.answer, "0");
  EXPECT_TRUE(
      outcome.allocations.at(0).reason.starts_with("100 % of 2 pilot paths agree, bin 1 of 2, and they used up the budget"))
      << outcome.allocations.at(0).reason;
}

TEST(Flaws, GoesByTheMeasuredErrorsOfTheVerifier) {
  Measurements all;
  all.verifiers = {{"maps", "likes_ones", 0.5, 1.0, 0.2, 100},
                   {"sums", "likes_ones", 0.5, 0.9, 0.99, 100},
                   {"sums", "likes_ones", 0.9, 0.5, 1.0, 100}};
  EXPECT_NEAR(measured_verifier(all, "sums", "likes_ones", 0.6)->soundness, 0.99, 1e-12);
  EXPECT_NEAR(measured_verifier(all, "sums", "likes_ones", 0.8)->completeness, 0.5, 1e-12);
  EXPECT_NEAR(measured_verifier(all, "graphs", "likes_ones", 0.5)->soundness, 0.595, 1e-12);  // 0.2 and 0.99, alike
  EXPECT_FALSE(measured_verifier(all, "sums", "other", 0.5));

  ToySpace space(one_letter_chain({0.5, 0.5}));
  const auto verifier = by_letters([](std::string_view letters) { return letters == "1" ? 1.0 : 0.0; });
  AllocatorResources resources = resources_of(all, 0);
  resources.verifier = "likes_ones";
  const Outcome outcome = solve_on(space, *make_allocated("best_of_n:n=64@flaws", verifier, resources));
  EXPECT_NE(outcome.allocations.at(0).reason.find("completeness 0.900 and soundness 0.990, measured on 100 paths"),
            std::string::npos)
      << outcome.allocations.at(0).reason;
}

}  // namespace
}  // namespace reckon
