#include "app/probe_learning.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/database.h"
#include "app/measurement_file.h"
#include "app/run_now.h"
#include "app/solve.h"
#include "base/error.h"
#include "unit/app/measurement_testing.h"

namespace reckon {
namespace {

using trial::expect_refused_after;
using trial::Scratch;

SampledProblem sampled(double right, double surprise) { return {"sums", "What is 2+3?", right, surprise}; }

TEST(ProbeLearning, LabelsByTheSharesAndTheSurpriseOfAllProblems) {
  std::vector<SampledProblem> problems;
  for (int i = 0; i < 20; ++i) problems.push_back(sampled(i / 20.0, (i * 7 % 20) / 20.0));

  const KindEdges edges = kind_edges(problems);

  EXPECT_DOUBLE_EQ(edges.right, 0.5);
  EXPECT_DOUBLE_EQ(edges.surprise, 0.5);
  EXPECT_DOUBLE_EQ(edges.wrong, 0.25);
  EXPECT_EQ(kind_of(sampled(0.25, 0.1), edges), Difficulty::hard);
  EXPECT_EQ(kind_of(sampled(0.3, 0.1), edges), Difficulty::easy);
  EXPECT_EQ(kind_of(sampled(0.5, 0.5), edges), Difficulty::normal);
  EXPECT_EQ(kind_of(sampled(1, 0.51), edges), Difficulty::easy);
  EXPECT_EQ(kind_of(sampled(0, 0), {.right = 0, .surprise = 1, .wrong = 0}), Difficulty::hard) << "half of all were never right";
}

Observation observed(const std::string& problem, std::int64_t samples, std::int64_t right, const std::string& prompt = "chat") {
  Observation one;
  one.task = "sums";
  one.problem = problem;
  one.text = "text of " + problem;
  one.prompt = prompt;
  one.samples = samples;
  one.right_samples = right;
  one.difficulty = 0.5;
  one.surprise = 0.25;
  return one;
}

TEST(ProbeLearning, TakesOfEachProblemWhatWasSampledMost) {
  std::vector<Observation> all{observed("a", 8, 2), observed("a", 16, 12), observed("b", 8, 8), observed("c", 8, 1, "plain"),
                               observed("d", 8, 1, "chat, system: be brief")};
  all.push_back(observed("e", 8, 1));
  all.back().difficulty.reset();  // some of its pilot paths were cut off

  const std::vector<SampledProblem> problems = sampled_problems(all, "chat");

  EXPECT_EQ(usual_form(all), "chat");
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].text, "text of a");
  EXPECT_DOUBLE_EQ(problems[0].right, 0.75);
  EXPECT_DOUBLE_EQ(problems[1].right, 1);
  EXPECT_EQ(usual_form(std::span(all).subspan(3, 1)), "plain");
  EXPECT_EQ(usual_form(std::span(all).subspan(4)), "") << "one with a system prompt, one cut off";
  EXPECT_EQ(usual_form({}), "");
}

// Kinds follow from the shares, and the states from the kinds.
struct Plain {
  std::vector<SampledProblem> problems;
  std::vector<float> hidden;
};
Plain plain(int count) {
  Plain all;
  for (int i = 0; i < count; ++i) {
    SampledProblem one = sampled((i % 4) / 4.0, 0.1 * (i % 3));
    one.task = i % 2 == 0 ? "maps" : "sums";
    all.problems.push_back(std::move(one));
  }
  for (const SampledProblem& one : all.problems) {
    const auto kind = static_cast<float>(kind_of(one, kind_edges(all.problems)));
    all.hidden.insert(all.hidden.end(), {kind == 0 ? 1.0F : 0.0F, kind == 1 ? 1.0F : 0.0F, 5.0F});
  }
  return all;
}

TEST(ProbeLearning, SaysHowManyKindsAreToldRight) {
  const Plain all = plain(240);

  const LearnedProbe learned = learn_probe(all.problems, all.hidden, "chat");

  EXPECT_EQ(learned.probe.prompt, "chat");
  EXPECT_EQ(learned.probe.width, 3);
  EXPECT_EQ(learned.probe.problems, 240);
  EXPECT_EQ(learned.probe.accuracy, 1);
  ASSERT_EQ(learned.tasks.size(), 2U);
  std::array<std::int64_t, kDifficulties> kinds{};
  for (const TaskProbeScore& one : learned.tasks) {
    EXPECT_EQ(one.told, one.total());
    for (std::size_t i = 0; i < kDifficulties; ++i) kinds[i] += one.problems[i];
  }
  EXPECT_DOUBLE_EQ(learned.probe.largest_kind, static_cast<double>(*std::ranges::max_element(kinds)) / 240);
  EXPECT_DOUBLE_EQ(learned.largest_of_tasks(),
                   static_cast<double>(learned.tasks[0].largest() + learned.tasks[1].largest()) / 240);
}

TEST(ProbeLearning, SaysWhatIsMissing) {
  const auto message = [](Plain all) {
    try {
      learn_probe(all.problems, all.hidden, "chat");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::not_found);
      return std::string(error.what());
    }
    return std::string();
  };
  Plain alike = plain(60);
  for (SampledProblem& one : alike.problems) one.right = 1;

  EXPECT_NE(message(plain(49)).find("a probe needs 50 problems"), std::string::npos) << message(plain(49));
  EXPECT_NE(message({}).find("there are 0"), std::string::npos);
  EXPECT_NE(message(alike).find("of one kind"), std::string::npos) << message(alike);
}

RuntimeOptions bundled_without_draft() {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  options.engine.threads = 1;
  return options;
}

// A probe that says `hard` of this very state and `easy` of its opposite.
DifficultyProbe probe_for(std::span<const float> hidden) {
  DifficultyProbe probe;
  probe.prompt = "chat";
  probe.width = std::ssize(hidden);
  probe.weights.assign(probe_weights(probe.width, 0), 0.0F);
  std::ranges::copy(hidden, probe.weights.begin() + 2 * probe.width);
  probe.problems = 50;
  return probe;
}

TEST(ProbeLearning, ReadsTheStateThatAnAnswerBeginsFrom) {
  Runtime runtime(bundled_without_draft());
  const std::string text = "Make 34 from 25 35 7 37.";
  const std::vector<SampledProblem> problems{{"countdown", text, 0, 0}, {"countdown", "Make 24 from 1 3 4 6.", 0, 0}};

  const std::vector<float> hidden = hidden_states(runtime, problems, "chat");

  const auto width = static_cast<std::size_t>(runtime.model().info().width);
  ASSERT_EQ(hidden.size(), 2 * width);
  const std::span<const float> first = std::span(hidden).first(width);
  EXPECT_FALSE(std::ranges::equal(first, std::span(hidden).subspan(width)));
  EXPECT_NE(hidden_states(runtime, std::span(problems).first(1), "plain"), std::vector<float>(first.begin(), first.end()));

  Measurements measured;
  measured.probe = probe_for(first);
  SolveRequest request;
  request.problem = text;
  request.strategy = "majority:n=4@diffadapt";
  request.measurements = std::make_shared<const Measurements>(std::move(measured));
  const SolveResult solved = solve_now(runtime, request);
  EXPECT_EQ(solved.outcome.allocations.at(0).reason,
            "hard: the probe of the hidden state says easy 0.00, normal 0.00, hard 1.00; 4 at temperature 0.4");
  request.chat = false;
  EXPECT_NE(solve_now(runtime, request).outcome.allocations.at(0).reason.find("pilot paths"), std::string::npos);
}

Measurements with_probe() {
  Measurements all;
  DifficultyProbe probe;
  probe.prompt = "plain";
  probe.width = 2;
  probe.units = 1;
  probe.weights = {1, -0.5F, 1e-30F, 3, 0, -7, 0.1F, 0.2F, -0.0F};
  probe.problems = 70;
  probe.accuracy = 0.625;
  probe.largest_kind = 0.5;
  all.probe = std::move(probe);
  return all;
}

TEST(MeasurementFile, GivesBackTheProbeOfEachModel) {
  const Scratch file;
  write_measurements(file.path, "one", with_probe());
  Measurements other = with_probe();
  other.probe->weights[0] = 2;
  write_measurements(file.path, "other", other);

  const auto read = read_measurements(file.path, "one");

  ASSERT_TRUE(read && read->probe);
  EXPECT_EQ(read->probe->prompt, "plain");
  EXPECT_EQ(read->probe->width, 2);
  EXPECT_EQ(read->probe->units, 1);
  EXPECT_EQ(read->probe->weights, with_probe().probe->weights);
  EXPECT_EQ(read->probe->problems, 70);
  EXPECT_EQ(read->probe->accuracy, 0.625);
  EXPECT_EQ(read->probe->largest_kind, 0.5);
  other.probe.reset();
  write_measurements(file.path, "one", other);  // replaces
  EXPECT_FALSE(read_measurements(file.path, "one"));
  EXPECT_TRUE(read_measurements(file.path, "other")->probe);
}

TEST(MeasurementFile, RefusesAProbeThatWasNotWrittenSo) {
  const auto refuses = [](const char* change) { expect_refused_after(with_probe(), change); };
  refuses("UPDATE probes SET width=3");
  refuses("UPDATE probes SET width=4611686018427387904");
  refuses("UPDATE probes SET width=-1");
  refuses("UPDATE probes SET units=2");
  refuses("UPDATE probes SET units=1025");
  refuses("UPDATE probes SET weights=NULL");
  refuses("UPDATE probes SET weights='abc'");
  refuses("UPDATE probes SET weights=CAST(zeroblob(100) AS TEXT)");
  refuses("UPDATE probes SET weights=CAST(x'0000c07f' || zeroblob(32) AS TEXT)");  // not a number
  refuses("UPDATE probes SET problems=-1");
  refuses("UPDATE probes SET accuracy=1.5");
  refuses("UPDATE probes SET largest_kind=NULL");
  refuses("PRAGMA user_version=5");
  refuses("PRAGMA user_version=2");
  refuses("PRAGMA user_version=1");
  refuses("DROP TABLE probes");
}

// As the first version made it.
void make_without_probes(const std::string& path) {
  write_measurements(path, "one", {});
  Database database(path, DatabaseAccess::create);
  database.execute(
      "DROP TABLE probes; DROP TABLE tasks; DROP TABLE runs; DROP TABLE costs; PRAGMA user_version=1;"
      "INSERT INTO accuracies VALUES('one', 'sums', 1, 2, 30);"
      "INSERT INTO verifiers VALUES('one', 'sums', 'prm', 0.5, 0.75, 0.875, 99)");
}

TEST(MeasurementFile, OfTheFormatBeforeProbesIsReadAndTakesOne) {
  const Scratch file;
  make_without_probes(file.path);

  const auto before = read_measurements(file.path, "one");
  ASSERT_TRUE(before);
  EXPECT_EQ(before->verifiers.at(0).paths, 99);
  EXPECT_FALSE(before->probe);
  write_measurements(file.path, "other", with_probe());

  EXPECT_EQ(read_measurements(file.path, "one")->verifiers.at(0).paths, 99);
  EXPECT_TRUE(read_measurements(file.path, "other")->probe);
}

}  // namespace
}  // namespace reckon
