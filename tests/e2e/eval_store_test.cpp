// Evaluations in a store: killed and resumed, scored anew, compared, reported.
#include <gtest/gtest.h>

#include <filesystem>

#include "e2e/program.h"

namespace reckon {
namespace {

std::vector<std::string> words(std::vector<std::string> first, const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

const std::vector<std::string> kEvaluation{
    "eval", "--task", "linear", "-s", "greedy", "-s", "best_of_n:n=4", "-n", "20", "--grid", "temperature=0.5,0.9"};

nlohmann::json without_means_of_seconds(nlohmann::json document) {
  for (auto& score : document) score.erase("seconds_mean");
  return document;
}

// Of the table nothing depends on the clock.
TEST(EvalStore, AKilledRunGivesTheBytesOfOneThatWasNot) {
  const std::string store = temporary("results.sqlite"), pipe = temporary("pipe");
  const std::string document = run_reckon(words(kEvaluation, {"--json"})).out;
  const std::string table = run_reckon(kEvaluation).out;

  ASSERT_TRUE(kill_after_lines(words(kEvaluation, {"--store", store, "--parallel", "3", "--trace", pipe}), pipe, 60));
  const auto partly = run_reckon({"eval", "runs", store, "--json"}).json();
  const Ran resumed = run_reckon(words(kEvaluation, {"--store", store, "--json"}));
  const Ran again = run_reckon(words(kEvaluation, {"--store", store}));

  ASSERT_GE(partly.size(), 2U) << partly;
  EXPECT_EQ(partly[0]["n"], 20);
  EXPECT_GT(partly[1]["n"], 0);
  EXPECT_LT(partly.back()["n"], 20);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(without_means_of_seconds(resumed.json()).dump(), without_means_of_seconds(nlohmann::json::parse(document)).dump());
  EXPECT_EQ(again.out, table);
  std::filesystem::remove(store);
}

TEST(EvalStore, ComparesItsRunsProblemByProblem) {
  const std::string store = temporary("results.sqlite");
  const auto scores =
      run_reckon({"eval", "--task", "procedure", "-s", "greedy", "-s", "best_of_n:n=4", "-n", "25", "--store", store, "--json"})
          .json();

  const Ran compared = run_reckon({"eval", "compare", store + ":1", store + ":2", "--json"});
  const Ran text = run_reckon({"eval", "compare", store + ":1", store + ":2"});
  const Ran ambiguous = run_reckon({"eval", "compare", store, store + ":2"});

  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  const auto document = compared.json();
  EXPECT_NEAR(document["difference"].get<double>(), scores[1]["accuracy"].get<double>() - scores[0]["accuracy"].get<double>(),
              1e-12);
  EXPECT_EQ(document["p"], scores[1]["over_first"]["p"]);
  EXPECT_EQ(document["n"], 25);
  std::int64_t won = 0, problems = 0;
  for (const auto& family : document["families"]) {
    won += family["won"].get<std::int64_t>();
    problems += family["n"].get<std::int64_t>();
  }
  EXPECT_EQ(won, document["won"]);
  EXPECT_EQ(problems, 25);
  EXPECT_GT(document["families"].size(), 3U) << "kinds of procedures";
  EXPECT_NE(text.out.find("all problems"), std::string::npos) << text.out;
  EXPECT_EQ(ambiguous.exit_code, 2);
  EXPECT_NE(ambiguous.err.find("2 (best_of_n:n=4 on procedure, 25 problems"), std::string::npos) << ambiguous.err;
  std::filesystem::remove(store);
}

// Numbers of problems say nothing across files, and what a setting puts around a problem leaves it the same.
TEST(EvalStore, PairsNoProblemsOfDifferentFiles) {
  const std::string first = temporary("first.jsonl"), other = temporary("other.jsonl");
  write_file(first, R"({"question": "How many ducks are there?", "answer": "#### 3"})");
  write_file(other, R"({"question": "How old is the captain?", "answer": "#### 40"})");
  const std::string a = temporary("a.sqlite"), b = temporary("b.sqlite"), c = temporary("c.sqlite");
  const auto evaluated = [](const std::string& task, const std::string& store) {
    return run_reckon({"eval", "--task", "gsm8k:file=" + task, "-s", "greedy:max_tokens=8", "--store", store});
  };
  const Ran one = evaluated(first, a);
  evaluated(other, b);
  evaluated(first + ",instruction=false", c);

  const Ran unlike = run_reckon({"eval", "compare", a, b});
  const Ran alike = run_reckon({"eval", "compare", a, c});

  ASSERT_EQ(one.exit_code, 0) << one.err;
  EXPECT_TRUE(one.out.starts_with("1 problem of gsm8k")) << one.out;
  EXPECT_EQ(unlike.exit_code, 2) << unlike.out;
  EXPECT_NE(unlike.err.find("number 0 is gsm8k/0 'How many ducks"), std::string::npos) << unlike.err;
  EXPECT_EQ(alike.exit_code, 0) << alike.err;
  for (const std::string& file : {first, other, a, b, c}) std::filesystem::remove(file);
}

TEST(EvalStore, ScoresAnewOnlyWhatIsThere) {
  const std::string store = temporary("typo.sqlite");

  const Ran ran = run_reckon({"eval", "--task", "countdown", "-s", "greedy", "--rescore", "--store", store});

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find(store + ": no such file"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(store));
}

TEST(EvalStore, AnEvaluationThatFailsLeavesFilesAsTheyWere) {
  const std::string page = temporary("report.html"), plot = temporary("plot.svg"), curves = temporary("curves.svg");
  write_file(page, "old page");
  write_file(plot, "old plot");

  const Ran ran = run_reckon({"eval", "--task", "countdown", "-n", "1", "-m", "/nowhere/model.gguf", "--report", page, "--plot",
                              plot, "--curves", curves});

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find("/nowhere/model.gguf"), std::string::npos) << ran.err;
  EXPECT_EQ(read_file(page), "old page");
  EXPECT_EQ(read_file(plot), "old plot");
  EXPECT_FALSE(std::filesystem::exists(curves));
  for (const std::string& file : {page, plot}) std::filesystem::remove(file);
}

TEST(EvalLearn, WritesNothingWhereThereIsNothingToLearn) {
  const std::string store = temporary("results.sqlite"), file = temporary("measurements.db");
  run_reckon(
      {"eval", "--task", "countdown", "-s", "auto", "-s", "greedy@rollover", "-b", "tokens=200", "-n", "2", "--store", store});

  const Ran ran = run_reckon({"eval", "learn", store, "-o", file});

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find(store + ": nothing to learn from, so nothing is written"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(file));
  std::filesystem::remove(store);
}

TEST(EvalLearn, CountsAStoreThatIsGivenTwiceOnce) {
  const std::string store = temporary("results.sqlite"), copy = temporary("copy.sqlite"), file = temporary("measurements.db");
  run_reckon({"eval", "--task", "countdown", "-s", "greedy", "-s", "majority:n=8", "-n", "4", "--store", store});
  std::filesystem::copy_file(store, copy, std::filesystem::copy_options::overwrite_existing);

  const Ran once = run_reckon({"eval", "learn", store});
  const Ran twice = run_reckon({"eval", "learn", store, copy, store});
  const Ran taken = run_reckon({"eval", "learn", store, store, "-o", file, "--json"});
  const Ran solved = run_reckon({"solve", "-s", "auto", "-v", "prm", "--task", "countdown", "--measurements", file, "--json"});

  const Ran too_few = run_reckon({"eval", "learn", store, "--probe", store});

  ASSERT_EQ(once.exit_code, 0) << once.err;
  EXPECT_EQ(too_few.exit_code, 2);
  EXPECT_NE(too_few.err.find("a probe needs 50 problems"), std::string::npos) << too_few.err;
  EXPECT_EQ(twice.out, "stores 16 results are there twice, and count once\n" + once.out);
  ASSERT_EQ(taken.exit_code, 0) << taken.err;
  const std::string reason = solved.json()["receipt"]["allocation"][0]["reason"];
  EXPECT_NE(reason.find("by 4 problems of countdown (level=2+3)"), std::string::npos) << reason;
  for (const std::string& one : {store, copy, file}) std::filesystem::remove(one);
}

TEST(EvalLearn, LearnsAProbeThatDiffAdaptGoesBy) {
  const std::string store = temporary("results.sqlite"), file = temporary("measurements.db");
  run_reckon({"eval", "--task", "countdown", "-s", "majority:n=8", "-n", "60", "--store", store});
  const std::vector<std::string> solve{
      "solve", "-s", "majority:n=8@diffadapt:probe=hidden", "--task", "countdown", "--measurements", file, "--json"};

  const Ran without = run_reckon({"eval", "learn", store, "-o", file});
  const Ran refused = run_reckon(solve);
  const Ran learned = run_reckon({"eval", "learn", store, "--probe", store, "-o", file, "--json"});
  const Ran again = run_reckon({"eval", "learn", store, "--probe", store, "--threads", "1", "--batch-rows", "9", "--json"});
  const Ran solved = run_reckon(solve);

  ASSERT_EQ(without.exit_code, 0) << without.err;
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("'reckon eval learn --probe' adds it"), std::string::npos) << refused.err;
  ASSERT_EQ(learned.exit_code, 0) << learned.err;
  EXPECT_EQ(learned.out, again.out);
  EXPECT_EQ(learned.json()[0]["probe"]["problems"], 60);
  ASSERT_EQ(solved.exit_code, 0) << solved.err;
  const std::string reason = solved.json()["receipt"]["allocation"][0]["reason"];
  EXPECT_NE(reason.find("the probe of the hidden state says easy "), std::string::npos) << reason;
  for (const std::string& one : {store, file}) std::filesystem::remove(one);
}

TEST(EvalStore, ReportsOnAPageThatNeedsNothingElse) {
  const std::string store = temporary("results.sqlite"), page = temporary("report.html"), curves = temporary("curves.svg");
  const std::vector<std::string> all = words(kEvaluation, {"--grid", "n=2,8", "-s", "beam:width=2", "--store", store, "--report",
                                                           page, "--curves", curves, "--statistics"});
  std::vector<std::string> arguments = all;
  arguments[2] = "arithmetic";  // of three families
  arguments[6] = "best_of_n";

  const Ran ran = run_reckon(arguments);

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const std::string html = read_file(page);
  for (const char* part :
       {"Pareto front", "At equal cost", "Families of problems", "Fewer paths, and more", "Searches", "<svg", "mul"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  for (const char* outside : {"http://", "https://", "src=", "<script", "url("}) {
    const std::size_t at = html.find(outside);
    const bool name_of_svg = at != std::string::npos && html.substr(at, 26) == "http://www.w3.org/2000/svg";
    EXPECT_TRUE(at == std::string::npos || name_of_svg) << outside;
  }
  EXPECT_NE(html.find("no curve over k"), std::string::npos) << "of the beam";
  for (const char* part : {"against greedy", "at most … tokens", "k = 8", "coverage", "no curve over k"}) {
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << ran.out;
  }
  EXPECT_TRUE(read_file(curves).starts_with("<svg"));
  for (const std::string& file : {store, page, curves}) std::filesystem::remove(file);
}

TEST(EvalStore, ShowsARunningTableOnATerminal) {
  const std::string shown =
      run_on_terminal({"eval", "--task", "countdown", "-s", "majority:n=24", "-n", "20", "-t", "1"}, {"TERM=xterm"});

  EXPECT_NE(shown.find("countdown ["), std::string::npos) << shown;
  EXPECT_NE(shown.find("done"), std::string::npos);
  EXPECT_NE(shown.find("\x1b[J"), std::string::npos) << "wiped";
}

}  // namespace
}  // namespace reckon
