// Searching for a configuration: killed and gone on with, what is written at the end, what is refused.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "e2e/program.h"

namespace reckon {
namespace {

const std::vector<std::string> kSearch{"search-config",
                                       "--task",
                                       "countdown:level=2",
                                       "-b",
                                       "tokens=400",
                                       "-n",
                                       "12",
                                       "--trials",
                                       "8",
                                       "--width",
                                       "4",
                                       "-s",
                                       "majority:n={2..6},temperature={0.4..1.2}",
                                       "-s",
                                       "pipeline:stages=generate:n={2..4}{|select;|rank:keep=1;|verify|select}",
                                       "-s",
                                       "greedy"};

std::vector<std::string> configuring(std::vector<std::string> first, const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

TEST(SearchConfig, AKilledSearchEndsAsOneThatWasNot) {
  const std::string store = temporary("search.sqlite"), pipe = temporary("pipe");
  const std::string first = temporary("first.toml"), second = temporary("second.toml"), plot = temporary("pareto.svg");
  const Ran whole = run_reckon(configuring(kSearch, {"--json", "--out", first}));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;

  ASSERT_TRUE(kill_after_lines(configuring(kSearch, {"--store", store, "--log", pipe}), pipe, 6));
  const auto partly = run_reckon({"eval", "runs", store, "--json"}).json();
  const Ran resumed = run_reckon(configuring(kSearch, {"--store", store, "--json", "--out", second, "--plot", plot}));
  const Ran table = run_reckon(configuring(kSearch, {"--store", store}));

  EXPECT_GE(partly.size(), 3U) << partly;
  EXPECT_LT(partly.size(), whole.json()["trials"].size());
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(resumed.out, whole.out);
  EXPECT_EQ(read_file(second), read_file(first));
  EXPECT_TRUE(read_file(plot).starts_with("<svg"));
  EXPECT_NE(table.out.find("8 configurations on countdown:level=2 (validation) under tokens=400"), std::string::npos)
      << table.out;
  for (const std::string& file : {store, first, second, plot}) std::filesystem::remove(file);
}

TEST(SearchConfig, WritesAFileThatSolveAndEvalTake) {
  const std::string file = temporary("best.toml");
  const Ran found = run_reckon({"search-config", "--task", "countdown:level=2", "-b", "tokens=300", "-n", "4", "--trials", "2",
                                "-s", "best_of_n:n=3,temperature={0.5..0.9}", "-v", "markers", "--json", "--out", file});
  ASSERT_EQ(found.exit_code, 0) << found.err;

  const Ran solved = run_reckon({"--config", file, "solve", "--task", "countdown:level=2", "--json"});
  const Ran evaluated = run_reckon({"--config", file, "eval", "--task", "countdown:level=2", "-n", "2", "--json"});

  const std::string best = found.json()["best"]["strategy"];
  EXPECT_LE(solved.exit_code, 1) << solved.err;
  EXPECT_EQ(solved.json()["strategy"], best);
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_EQ(evaluated.json()[0]["strategy"], best);
  std::filesystem::remove(file);
}

TEST(SearchConfig, RefusesBeforeItLoadsAModel) {
  const auto refused = [](const std::vector<std::string>& more) {
    return run_reckon(configuring({"search-config", "--task", "countdown"}, more), "", {"RECKON_MODELS=/nowhere"});
  };
  for (const auto& [arguments, said] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "budget"},
           {{"-b", "tokens=100", "-s", "majority:k=3"}, "no parameter 'k'"},
           {{"-b", "tokens=100", "-s", "majority:n={8..2}"}, "is an empty range"},
           {{"-b", "tokens=100", "-s", "majorty"}, "did you mean 'majority'"},
           {{"-b", "tokens=100", "-s", "pipeline:stages=generate:n={2;3}"}, "an answer is one"},
           {{"-b", "tokens=100", "-s", "greedy", "--ensemble", "x.gguf"}, "--ensemble"},
           {{"-b", "tokens=100", "-s", "beam", "-v", "prmm"}, "did you mean 'prm'"},
           {{"-b", "tokens=100", "-s", "greedy", "-v", "nosuch"}, "no such verifier 'nosuch'"},
           {{"-b", "tokens=100", "-s", "majority:n={2..5000}"}, "'5000' is not in 1..4096"},
           {{"-b", "tokens=100", "-s", "majority:n={2..99999999999999999999}"}, "reaches beyond 2^53"},
           {{"-b", "tokens=100", "-s", "auto"}, "allocators are not searched"},
           {{"-b", "tokens=100", "-s", "majority:n={2..8}@adaptive"}, "allocators are not searched"},
           {{"-b", "tokens=100", "--out", "x", "--plot", "x"}, "another option too"}}) {
    const Ran ran = refused(arguments);
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_NE(ran.err.find(said), std::string::npos) << ran.err;
  }
}

TEST(SearchConfig, SaysThatAFileHasNoProblemsLeftToReportOn) {
  const std::string file = temporary("problems.jsonl");
  write_file(file, R"({"question": "How many ducks are there?", "answer": "#### 3"})");
  const auto search = [](const std::string& task) {
    return run_reckon({"search-config", "--task", task, "-b", "tokens=200", "-n", "1", "--trials", "1", "-s",
                       "majority:n=2,temperature={0.5..0.6}"});
  };

  const Ran of_file = search("gsm8k:file=" + file), generated = search("countdown");

  ASSERT_EQ(of_file.exit_code, 0) << of_file.err;
  EXPECT_NE(of_file.err.find("train, validation and test are the same there"), std::string::npos) << of_file.err;
  EXPECT_TRUE(of_file.out.starts_with("1 configuration on gsm8k")) << of_file.out;
  EXPECT_EQ(generated.err, "");
  std::filesystem::remove(file);
}

TEST(SearchConfig, TriesVerifiersThatHavePlacesOfTheirOwn) {
  const Ran found =
      run_reckon({"search-config", "--task", "countdown:level=2", "-b", "tokens=400", "-n", "4", "--trials", "4", "-s",
                  "best_of_n:n=2", "-s", "majority:n=2", "-v", "markers", "-v", "length:prefer={short;long}", "--json"});

  ASSERT_EQ(found.exit_code, 0) << found.err;
  std::set<std::string> tried;
  const auto document = found.json();
  for (const auto& trial : document["trials"]) {
    tried.insert(std::string(trial["strategy"]).substr(0, 8) + " by " + trial.value("verifier", ""));
  }
  for (const char* one : {"best_of_ by markers", "best_of_ by length:prefer=short", "majority by "}) {
    EXPECT_TRUE(tried.contains(one)) << found.out;
  }
}

TEST(SearchConfig, ShowsWhatItHasTriedOnATerminal) {
  const std::string shown = run_on_terminal({"search-config", "--task", "countdown", "-b", "tokens=3000", "-n", "12", "--trials",
                                             "4", "--width", "4", "-s", "majority:n={20..30}", "-t", "1"},
                                            {"TERM=xterm"});
  EXPECT_NE(shown.find("countdown ["), std::string::npos) << shown;
  EXPECT_NE(shown.find("\x1b[J"), std::string::npos) << "wiped";
}

TEST(SolvePipeline, TakesAFileAndNamesTheLineOfAFault) {
  const std::string good = temporary("good.toml"), bad = temporary("bad.toml");
  write_file(good, "[[stage]]\nkind = \"generate\"\nn = 3\n\n[[stage]]\nkind = \"select\"\n");
  write_file(bad, "[[stage]]\nkind = \"generate\"\n\n[[stage]]\nkind = \"selct\"\n");

  const Ran solved = run_reckon({"solve", "--pipeline", good, "--task", "countdown:level=2", "-b", "tokens=2000", "--json"});
  const Ran refused = run_reckon({"solve", "--pipeline", bad, "x"}, "", {"RECKON_MODELS=/nowhere"});
  const Ran both = run_reckon({"solve", "--pipeline", good, "-s", "greedy", "x"});
  const Ran folder = run_reckon({"solve", "--pipeline", ::testing::TempDir(), "x"});
  const std::string models = temporary("models.toml");
  write_file(models,
             "[[stage]]\nkind = \"generate\"\n\n[[stage]]\nkind = \"fuse\"\nmodels = [0, 7]\n[[stage]]\nkind = \"select\"\n");
  const Ran beyond = run_reckon({"solve", "--pipeline", models, "-b", "tokens=100", "Make 34 from 25 35 7 37."});

  ASSERT_EQ(solved.exit_code, 0) << solved.err;
  EXPECT_EQ(solved.json()["strategy"], "pipeline:file=" + good);
  EXPECT_EQ(solved.json()["paths"].size(), 3U);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find(bad + ":4: stage 2 'selct': no such stage 'selct'; did you mean 'select'?"), std::string::npos)
      << refused.err;
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_EQ(folder.exit_code, 2);
  EXPECT_NE(folder.err.find("is a directory; expected a TOML file of stages"), std::string::npos) << folder.err;
  EXPECT_EQ(beyond.exit_code, 2);
  EXPECT_NE(beyond.err.find(models + ":4: stage 2 'fuse': asks model 7, counted from 0, and there is 1"), std::string::npos)
      << beyond.err;
}

}  // namespace
}  // namespace reckon
