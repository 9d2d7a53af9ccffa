// From results to what allocators choose by, and back through the file.
#include "app/learning.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "app/database_schema.h"
#include "app/measurement_file.h"
#include "app/run_identity.h"
#include "base/error.h"
#include "unit/app/measurement_testing.h"

namespace reckon {
namespace {

using trial::expect_refused_after;
using trial::Scratch;

Observation observation(std::string task, int problem, std::string strategy, bool right) {
  Observation one;
  one.task = std::move(task);
  one.problem = fmt::format("{}", problem);
  one.strategy = std::move(strategy);
  one.budget.tokens = 500;
  one.right = right;
  one.tokens = 100;
  return one;
}

TEST(Learning, CountsRightProblemsAndMeansOfTokens) {
  std::vector<Observation> all{observation("sums", 0, "greedy", true), observation("sums", 1, "greedy", false),
                               observation("maps", 0, "greedy", true), observation("sums", 0, "majority", true)};
  all[1].tokens = 300;
  all[1].seconds = 0.5;
  all[0].flops = 7;

  const Measurements learned = measurements_of(all);

  ASSERT_EQ(learned.strategies.size(), 3U);
  const auto row = std::ranges::find_if(learned.strategies, [](const MeasuredStrategy& one) {
    return one.task == "sums" && one.strategy == "greedy" && one.bin == kAllBins;
  });
  ASSERT_NE(row, learned.strategies.end());
  EXPECT_EQ(row->problems, 2);
  EXPECT_EQ(row->right, 1);
  EXPECT_NEAR(row->tokens, 200, 1e-12);
  EXPECT_EQ(*row->budget.tokens, 500);
  ASSERT_TRUE(row->most);
  EXPECT_EQ(row->most->tokens, 300);
  EXPECT_EQ(row->most->flops, 7);
  EXPECT_EQ(row->most->seconds, 0.5);
}

TEST(Learning, SortsProblemsIntoBinsByTheDisagreementOfTheirPilots) {
  std::vector<Observation> all;
  for (int problem = 0; problem < 50; ++problem) {
    all.push_back(observation("sums", problem, "majority", problem < 30));
    all.back().difficulty = static_cast<double>(problem) / 50;
    all.back().surprise = 0.01 * problem;
    all.push_back(observation("sums", problem, "greedy", problem >= 30));  // has the same problems' difficulties
  }

  const Measurements learned = measurements_of(all);

  EXPECT_EQ(learned.bins.pilot, kPilotPaths);
  EXPECT_EQ(learned.bins.edges.size(), 4U);
  EXPECT_NEAR(learned.kinds.agree, 0.5, 1e-12);
  EXPECT_NEAR(learned.kinds.sure, 0.25, 1e-12);
  EXPECT_NEAR(learned.kinds.hard, 1 - 0.74, 1e-12);
  std::int64_t in_bins = 0;
  for (const MeasuredStrategy& row : learned.strategies) {
    if (row.bin == kAllBins) continue;
    in_bins += row.problems;
    EXPECT_EQ(row.problems, 10);
    EXPECT_EQ(row.right > 0, (row.strategy == "majority") == (row.bin < 3));
  }
  EXPECT_EQ(in_bins, 100);
}

TEST(Learning, FindsTheLawOfAccuraciesThatSharesWereDrawnFrom) {
  std::mt19937_64 random(1);
  std::vector<Observation> all;
  for (int problem = 0; problem < 4000; ++problem) {
    const double ones = std::gamma_distribution(0.8)(random), others = std::gamma_distribution(2.0)(random);
    Observation one = observation("sums", problem, "majority", true);
    one.samples = 16;
    one.right_samples = std::binomial_distribution<std::int64_t>(16, ones / (ones + others))(random);
    all.push_back(std::move(one));
  }

  const Measurements learned = measurements_of(all);

  ASSERT_EQ(learned.accuracies.size(), 1U);
  EXPECT_NEAR(learned.accuracies[0].right, 0.8, 0.08);
  EXPECT_NEAR(learned.accuracies[0].wrong, 2.0, 0.2);
}

TEST(Learning, MeasuresAVerifierAtEveryThreshold) {
  Observation one = observation("sums", 0, "best_of_n", true);
  one.verifier = "prm";
  one.scores = {{0.95, true}, {0.55, true}, {0.6, false}, {0.2, false}, {0.1, false}, {0.0, false}};

  const Measurements learned = measurements_of(std::span(&one, 1));

  EXPECT_NEAR(measured_verifier(learned, "sums", "prm", 0.5)->completeness, 1.0, 1e-12);
  EXPECT_NEAR(measured_verifier(learned, "sums", "prm", 0.5)->soundness, 0.75, 1e-12);
  EXPECT_NEAR(measured_verifier(learned, "sums", "prm", 0.9)->completeness, 0.5, 1e-12);
  EXPECT_NEAR(measured_verifier(learned, "sums", "prm", 0.9)->soundness, 1.0, 1e-12);
}

TEST(Learning, NeverScoresAChoiceByTheProblemsItWasLearnedFrom) {
  // On each task and each half of its problems another strategy is always right: whoever looks at the others is always wrong.
  std::vector<Observation> all;
  for (int problem = 0; problem < 20; ++problem) {
    for (const char* task : {"maps", "sums"}) {
      const bool first = std::string(task) == "maps";
      all.push_back(observation(task, problem, "greedy", first));
      all.push_back(observation(task, problem, "majority", !first));
    }
  }
  const std::vector<ChoiceScore> by_tasks = score_choices(all);
  ASSERT_EQ(by_tasks.size(), 1U);
  EXPECT_NEAR(by_tasks[0].other_tasks, 0, 1e-12);
  EXPECT_NEAR(by_tasks[0].other_problems, 1, 1e-12);
  EXPECT_NEAR(by_tasks[0].best_accuracy, 0.5, 1e-12);
  EXPECT_EQ(by_tasks[0].problems, 40);

  for (Observation& one : all) one.right = (std::stoi(one.problem) / 1 % 2 == 0) == (one.strategy == "greedy");
  std::ranges::stable_sort(all, {}, [](const Observation& one) { return std::stoi(one.problem); });
  EXPECT_NEAR(score_choices(all)[0].other_problems, 0, 1e-12);
}

TEST(Learning, LeavesDefaultsOutOfTheNamesOfStrategies) {
  EXPECT_EQ(short_name_of_strategy("majority:max_tokens=-1,min_p=0,n=16,temperature=0.8,top_k=0,top_p=1"), "majority");
  EXPECT_EQ(short_name_of_strategy("majority:temperature=0.5,n=4@adaptive:threshold=0.95,least=7"),
            "majority:n=4,temperature=0.5@adaptive:least=7");
  EXPECT_EQ(short_name_of_strategy("reflect:n=2,feedback=no\\, {answer}\\, again,keep=3"),
            "reflect:n=2,feedback=no\\, {answer}\\, again")
      << "a comma in a value is read again as one";
}

TEST(Learning, NotesWhichProblemsOfATaskWereMeasured) {
  EXPECT_EQ(setting_of_task("countdown:level=2+3,prompt=terse,shots=0 (countdown/1/test/L2/0)"), "level=2+3");
  EXPECT_EQ(setting_of_task("countdown:level=5,prompt=full,shots=0 (countdown/1/test/L5/0)"), "level=5,prompt=full");
  EXPECT_EQ(setting_of_task("gsm8k:extract=lenient,file=/a/b (c)/test.jsonl,instruction=true (gsm8k/0)"), "file=test.jsonl");
  EXPECT_EQ(setting_of_task("forgotten:level=1 (forgotten/1)"), "");

  std::vector<Observation> all{observation("sums", 0, "greedy", true), observation("sums", 1, "greedy", false),
                               observation("maps", 0, "greedy", true)};
  all[0].parameters = "level=3";
  all[1].parameters = "level=1";
  const Measurements learned = measurements_of(all);
  ASSERT_EQ(learned.tasks.size(), 1U);
  EXPECT_EQ(learned.tasks[0].task, "sums");
  EXPECT_EQ(learned.tasks[0].parameters, "level=1 and level=3");
}

void remember(const std::string& file, const RunIdentity& identity, std::int64_t problems, bool right) {
  ResultStore store(file, DatabaseAccess::create);
  const std::int64_t run = store.run(identity, "a run");
  for (std::int64_t problem = 0; problem < problems; ++problem) {
    ProblemResult result;
    result.problem = problem;
    result.id = fmt::format("sums/{}", problem);
    result.solved.correct = right;
    store.save(run, result);
  }
}

RunIdentity greedy_on_sums() {
  RunIdentity identity;
  identity.task = "sums";
  identity.strategy = "greedy";
  identity.budget = "tokens=500";
  identity.model = "one";
  identity.code = "1";
  return identity;
}

TEST(StoredObservations, LeaveOutProblemsThatWereTooLongToBeAsked) {
  const Scratch file;
  remember(file.path, greedy_on_sums(), 3, false);
  {
    ResultStore store(file.path, DatabaseAccess::create);
    ProblemResult unasked;
    unasked.problem = 3;
    unasked.solved.outcome.status = OutcomeStatus::too_long;
    store.save(store.run(greedy_on_sums(), "a run"), unasked);
  }
  ResultStore store(file.path, DatabaseAccess::read);

  StoredObservations stored;
  stored.add(store);
  EXPECT_EQ(stored.by_model().at("one").size(), 3U) << "else greedy would have been had for nothing, once in four";
}

TEST(StoredObservations, CountEveryResultOnceHoweverOftenItIsThere) {
  const Scratch file;
  remember(file.path, greedy_on_sums(), 3, false);
  RunIdentity newer = greedy_on_sums();
  newer.code = "2";  // the same draws, by another version
  remember(file.path, newer, 2, true);
  RunIdentity other = greedy_on_sums();
  other.seed = "7";
  remember(file.path, other, 1, false);
  ResultStore store(file.path, DatabaseAccess::read);

  StoredObservations stored;
  stored.add(store);
  EXPECT_EQ(stored.repeated(), 2);
  ASSERT_EQ(stored.by_model().at("one").size(), 4U);
  EXPECT_EQ(std::ranges::count(stored.by_model().at("one"), true, &Observation::right), 2) << "of two versions the latest";

  stored.add(store);
  EXPECT_EQ(stored.repeated(), 8);
  EXPECT_EQ(stored.by_model().at("one").size(), 4U);
}

TEST(StoredObservations, NoteTheParametersOfTheTask) {
  const Scratch file;
  RunIdentity identity = greedy_on_sums();
  identity.task = "countdown:level=5,prompt=terse,shots=0 (countdown/1/test/L5/0)";
  remember(file.path, identity, 1, true);
  ResultStore store(file.path, DatabaseAccess::read);

  StoredObservations stored;
  stored.add(store);

  EXPECT_EQ(stored.by_model().at("one").at(0).task, "countdown");
  EXPECT_EQ(stored.by_model().at("one").at(0).parameters, "level=5");
}

TEST(StoredObservations, NoteHowTheyCameToBe) {
  const Scratch file;
  RunIdentity identity = greedy_on_sums();
  identity.task = "countdown:level=5,prompt=terse,shots=0 (countdown/1/test/L5/0)";
  identity.split = "validation";
  identity.strategy = "best_of_n:max_tokens=-1,min_p=0,n=32,temperature=0.8,top_k=0,top_p=1";
  identity.verifier = "likelihood";
  identity.prompt = "plain";
  identity.seed = "7";
  identity.code = "0.1.0+abc";
  remember(file.path, identity, 3, true);
  ResultStore store(file.path, DatabaseAccess::read);

  StoredObservations stored;
  stored.add(store);

  const std::vector<MeasuredRun> runs = stored.runs("one");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].task, "countdown");
  EXPECT_EQ(runs[0].strategy, "best_of_n:n=32");
  EXPECT_EQ(runs[0].verifier, "likelihood");
  EXPECT_EQ(runs[0].budget.tokens, 500);
  EXPECT_EQ(runs[0].command,
            "reckon eval --task countdown:level=5 --split validation --strategy best_of_n:n=32 --verifier likelihood "
            "--budget tokens=500 --plain --seed 7");
  EXPECT_EQ(runs[0].problems, "0-2");
  EXPECT_EQ(runs[0].build, "0.1.0+abc");
  EXPECT_EQ(runs[0].begun, store.runs().front().begun);
  EXPECT_TRUE(stored.runs("another").empty());
}

TEST(StoredObservations, TakeGreedyPathsForNoSamples) {
  const Scratch file;
  RunIdentity identity = greedy_on_sums();
  {
    ResultStore store(file.path, DatabaseAccess::create);
    for (const char* strategy : {"majority:n=8", "majority:first=greedy,n=8"}) {
      identity.strategy = strategy;
      ProblemResult result;
      result.id = "sums/0";
      result.solved.outcome.paths.resize(8);
      result.solved.selections.correct.resize(8);
      store.save(store.run(identity, strategy), result);
    }
  }
  ResultStore store(file.path, DatabaseAccess::read);

  StoredObservations stored;
  stored.add(store);

  for (const Observation& one : stored.by_model().at("one")) {
    EXPECT_EQ(one.samples, one.strategy == "majority:n=8" ? 8 : 0) << one.strategy;
    EXPECT_EQ(one.difficulty.has_value(), one.strategy == "majority:n=8") << one.strategy;
  }
  EXPECT_EQ(stored.by_model().at("one").size(), 2U);
}

Measurements some_measurements() {
  Measurements all;
  MeasuredStrategy one;
  one.task = "sums";
  one.strategy = "majority:n=4@adaptive";
  one.budget.tokens = 1500;
  one.problems = 10;
  one.right = 7;
  one.tokens = 123.25;
  one.most = Costs{.tokens = 1400, .flops = 2.5e9, .seconds = 0.125};
  all.strategies.push_back(one);
  one.bin = 2;
  one.budget = {};
  one.most.reset();
  all.strategies.push_back(one);
  all.verifiers.push_back({"sums", "prm", 0.5, 0.75, 0.875, 99});
  all.accuracies.push_back({"sums", 0.5, 2.5, 10});
  all.bins = {.pilot = 8, .edges = {0.125, 0.5}};
  all.kinds = {.agree = 0.625, .sure = 0.25, .hard = 0.375};
  all.tasks = {{"sums", "level=2"}};
  all.runs = {
      {"sums", "", "majority:n=4@adaptive", one.budget, "reckon eval …", "2026-11-27 14:20:56", "0-9", "0.1.0+abc", true}};
  return all;
}

TEST(MeasurementFile, GivesBackWhatWasWrittenForEachModel) {
  const Scratch file;
  write_measurements(file.path, "one", some_measurements());
  write_measurements(file.path, "one", some_measurements());  // replaces
  Measurements other = some_measurements();
  other.strategies.resize(1);
  write_measurements(file.path, "other", other);

  const auto read = read_measurements(file.path, "one");

  ASSERT_TRUE(read);
  EXPECT_EQ(read->file, file.path);
  ASSERT_EQ(read->strategies.size(), 2U);
  EXPECT_EQ(read->strategies[0].strategy, "majority:n=4@adaptive");
  EXPECT_EQ(*read->strategies[0].budget.tokens, 1500);
  EXPECT_EQ(read->strategies[0].tokens, 123.25);
  ASSERT_TRUE(read->strategies[0].most);
  EXPECT_EQ(read->strategies[0].most->tokens, 1400);
  EXPECT_EQ(read->strategies[0].most->flops, 2.5e9);
  EXPECT_EQ(read->strategies[0].most->seconds, 0.125);
  EXPECT_FALSE(read->strategies[1].most);
  EXPECT_EQ(read->strategies[1].bin, 2);
  EXPECT_FALSE(read->strategies[1].budget.tokens);
  EXPECT_EQ(read->verifiers.at(0).soundness, 0.875);
  EXPECT_EQ(read->accuracies.at(0).wrong, 2.5);
  EXPECT_EQ(read->bins.edges, (std::vector<double>{0.125, 0.5}));
  EXPECT_EQ(read->kinds.agree, 0.625);
  EXPECT_EQ(read->kinds.sure, 0.25);
  EXPECT_EQ(read->kinds.hard, 0.375);
  ASSERT_EQ(read->tasks.size(), 1U);
  EXPECT_EQ(read->tasks[0].task, "sums");
  EXPECT_EQ(read->tasks[0].parameters, "level=2");
  ASSERT_EQ(read->runs.size(), 1U);
  EXPECT_EQ(read->runs[0].command, "reckon eval …");
  EXPECT_EQ(read->runs[0].begun, "2026-11-27 14:20:56");
  EXPECT_EQ(read->runs[0].problems, "0-9");
  EXPECT_EQ(read->runs[0].build, "0.1.0+abc");
  EXPECT_TRUE(read->runs[0].probed);
  EXPECT_EQ(read_measurements(file.path, "other")->strategies.size(), 1U);
  EXPECT_FALSE(read_measurements(file.path, "third"));
}

TEST(MeasurementFile, OfAnEarlierFormatIsReadWithoutWhereItIsFrom) {
  const Scratch file;
  write_measurements(file.path, "one", some_measurements());
  {
    Database earlier(file.path, DatabaseAccess::create);
    earlier.execute("DROP TABLE runs");
    earlier.execute("DROP TABLE costs");
    earlier.execute("PRAGMA user_version=3");
  }

  const auto read = read_measurements(file.path, "one");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->strategies.size(), 2U);
  EXPECT_TRUE(read->runs.empty());
  EXPECT_FALSE(read->strategies[0].most);

  write_measurements(file.path, "two", some_measurements());  // the table is added
  EXPECT_EQ(read_measurements(file.path, "two")->runs.size(), 1U);
  EXPECT_EQ(read_measurements(file.path, "one")->strategies.size(), 2U);
}

TEST(MeasurementFile, RefusesWhatThisProgramWouldNotHaveWritten) {
  const auto refuses = [](const char* change) { expect_refused_after(some_measurements(), change); };
  refuses("UPDATE strategies SET strategy='majority@nobody'");
  refuses("UPDATE strategies SET strategy=''");
  refuses("UPDATE strategies SET budget='tokens=-3'");
  refuses("UPDATE strategies SET right=11");
  refuses("UPDATE strategies SET problems=-1");
  refuses("UPDATE strategies SET tokens=NULL");
  refuses("UPDATE strategies SET bin=100000");
  refuses("UPDATE verifiers SET soundness=1.5");
  refuses("UPDATE accuracies SET right=0");
  refuses("UPDATE bins SET edges='[0.5,0.25]'");
  refuses("UPDATE bins SET edges='{'");
  refuses("UPDATE bins SET hard=2");
  refuses("UPDATE runs SET begun=char(27) || '[2J'");
  refuses("UPDATE runs SET budget='tokens=-3'");
  refuses("UPDATE costs SET seconds=-1");
  refuses("CREATE VIEW more AS SELECT 1");
  refuses("PRAGMA application_id=3");
  const Scratch text;
  std::ofstream(text.path) << "not a database, but long enough to be looked at as if it were one of them ............";
  EXPECT_THROW(read_measurements(text.path, "one"), Error);
}

TEST(MeasurementFile, OfTheBundledModelIsThereAndChoosesForTheTasksItWasMeasuredOn) {
  const std::string file = default_measurements();
  ASSERT_FALSE(file.empty()) << "beside " << bundled_model_path();
  EXPECT_LT(std::filesystem::file_size(file), 256U << 10);

  const auto measured = read_measurements(file, model_fingerprint(RuntimeOptions()));

  ASSERT_TRUE(measured) << "the model has changed: measure it anew (models/reckon-measurements.txt)";
  EXPECT_FALSE(measured->bins.edges.empty());
  for (const char* task : {"countdown", "procedure"}) {
    for (const char* verifier : {"", "prm"}) {
      MeasuredSituation situation;
      situation.task = task;
      situation.verifier = *verifier == '\0' ? "" : full_name_of_verifier(verifier);
      situation.budget.tokens = 600;
      EXPECT_GE(ranked_strategies(*measured, situation).size(), 2U) << task << " " << verifier;
      EXPECT_NE(std::ranges::find(measured->tasks, task, &MeasuredTask::task), measured->tasks.end()) << task;
    }
    EXPECT_TRUE(measured_accuracy(*measured, task)) << task;
    EXPECT_TRUE(measured_verifier(*measured, task, full_name_of_verifier("prm"), 0.5)) << task;
  }
}

}  // namespace
}  // namespace reckon
