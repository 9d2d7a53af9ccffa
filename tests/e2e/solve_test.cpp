#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "e2e/program.h"

namespace reckon {
namespace {

const std::string kCountdown = "Make 34 from 25 35 7 37.";

Ran solve(const std::string& strategy, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"solve", "--strategy", strategy, "--json", kCountdown};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_reckon(arguments);
}

TEST(Solve, NeverSpendsMoreThanTheBudgetAndSaysSo) {
  for (const std::string& strategy : {std::string("greedy"), std::string("sample"), std::string("best_of_n:n=64"),
                                      std::string("majority:n=64"), std::string("weighted_majority:n=64")}) {
    for (const int budget : {1, 17, 43, 44, 100, 2000}) {
      const Ran ran = solve(strategy, {"--budget", "tokens=" + std::to_string(budget)});

      const auto document = ran.json();
      EXPECT_LE(document["receipt"]["tokens"]["total"].get<int>(), budget) << strategy;
      EXPECT_EQ(ran.exit_code, document["answer"].is_null() ? 1 : 0) << strategy << " " << budget;
      if (budget <= 100) {
        EXPECT_EQ(document["status"], "budget_exhausted") << strategy << " " << budget;
      }
    }
  }
}

TEST(Solve, TheTokensOfAReceiptAddUp) {
  const auto document = solve("best_of_n:n=8", {}).json();

  const auto& tokens = document["receipt"]["tokens"];
  int drawn = 0;
  for (const auto& path : document["paths"]) drawn += path["tokens"].get<int>();
  EXPECT_EQ(tokens["generated"], drawn);
  EXPECT_EQ(tokens["total"].get<int>(), tokens["prompt"].get<int>() + tokens["cached"].get<int>() + drawn +
                                            tokens["drafted"].get<int>() + tokens["verified"].get<int>());
  EXPECT_EQ(document["receipt"]["paths"], 8);
}

TEST(Solve, TheSameCommandPrintsTheSameBytes) {
  const auto first = solve("best_of_n:n=16", {"--budget", "tokens=700", "--seed", "5"});
  const auto second = solve("best_of_n:n=16", {"--budget", "tokens=700", "--seed", "5"});

  EXPECT_EQ(without_seconds(first.json()).dump(), without_seconds(second.json()).dump());
}

TEST(Solve, ABudgetForSomeOfThePathsEndsThoseOnAnyMachine) {
  for (const char* strategy : {"best_of_n:n=64", "majority:n=64", "weighted_majority:n=64"}) {
    const std::vector<std::string> budget{"--budget", "tokens=1000"};  // a path takes some 75 tokens
    const auto more = [&](const std::vector<std::string>& words) {
      std::vector<std::string> all = budget;
      all.insert(all.end(), words.begin(), words.end());
      return solve(strategy, all).json();
    };
    const auto document = more({"--threads", "1"});

    EXPECT_GE(std::ranges::count_if(document["paths"], [](const auto& path) { return !path["answer"].is_null(); }), 10);
    EXPECT_EQ(more({"--threads", "2"})["paths"], document["paths"]);
    EXPECT_EQ(more({"--threads", "2", "--batch-rows", "5"})["paths"], document["paths"]);
    EXPECT_EQ(more({"--kv-bytes", "1MiB"})["paths"], document["paths"]);
  }
}

TEST(Solve, ThreadsChunksAndCacheChangeNoPath) {
  const auto expected = solve("best_of_n:n=16", {"--threads", "1"}).json()["paths"];

  EXPECT_EQ(solve("best_of_n:n=16", {"--threads", "2"}).json()["paths"], expected);
  EXPECT_EQ(solve("best_of_n:n=16", {"--threads", "2", "--batch-rows", "5"}).json()["paths"], expected);
  EXPECT_EQ(solve("best_of_n:n=16", {"--no-prefix-cache"}).json()["paths"], expected);
}

TEST(Solve, AnotherSeedIsAnotherAnswer) {
  EXPECT_NE(solve("sample", {"--seed", "1"}).json()["paths"], solve("sample", {"--seed", "2"}).json()["paths"]);
}

TEST(Solve, SixtyFourBranchesShareALongPrompt) {
  std::string problem;
  for (int i = 0; i < 25; ++i) problem += "Make 34 from 2 5. ";
  problem.resize(383);  // and 17 tokens of template: 400
  const Ran one = run_reckon({"solve", "-s", "best_of_n:n=1,max_tokens=16", "--json", problem});
  const Ran many = run_reckon({"solve", "-s", "best_of_n:n=64,max_tokens=16", "--json", problem});

  const auto alone = one.json()["receipt"]["peak_kv_bytes"].get<double>();
  const auto shared = many.json()["receipt"]["peak_kv_bytes"].get<double>();
  EXPECT_GE(many.json()["receipt"]["tokens"]["prompt"].get<int>(), 395);
  EXPECT_LT(shared, 64 * alone / 4);
}

TEST(Solve, ChecksTaskProblemsAndExpectedAnswers) {
  const Ran task = run_reckon({"solve", "--task", "countdown", "--index", "1", "-s", "best_of_n:n=16", "--json"});
  EXPECT_TRUE(task.json().contains("correct"));

  const Ran expected = run_reckon({"solve", "--expect", "1/2", "-s", "best_of_n:n=4", "--json", "Solve 2x=1."});
  EXPECT_TRUE(expected.json().contains("correct"));

  const Ran neither = run_reckon({"solve", "-v", "exact", "-s", "best_of_n:n=4", "Solve 2x=1."});
  EXPECT_EQ(neither.exit_code, 2);
}

TEST(Solve, TracesEveryPathAndItsCost) {
  const std::string file = temporary("trace.jsonl");
  const Ran ran = run_reckon({"solve", "-s", "majority:n=4", "--json", "--trace", file, kCountdown});

  std::vector<nlohmann::json> trace = json_lines(read_file(file));
  std::erase_if(trace, [](const nlohmann::json& line) { return line.contains("event"); });
  ASSERT_EQ(trace.size(), 5U);
  EXPECT_EQ(trace[0]["receipt"]["tokens"], ran.json()["receipt"]["tokens"]);
  int tokens = 0;
  for (std::size_t i = 1; i < trace.size(); ++i) {
    EXPECT_GT(trace[i]["cost"]["flops"].get<double>(), 0);
    tokens += trace[i]["cost"]["tokens"].get<int>();
  }
  EXPECT_EQ(tokens, ran.json()["receipt"]["tokens"]["generated"]);
}

TEST(Solve, TracesEverythingThatHappensInOrderAndTheSameAgain) {
  const auto events = [](const std::string& file) {
    run_reckon({"solve", "-s", "beam:n=4,width=2,steps=6", "--budget", "tokens=2000", "--json", "--trace", file, kCountdown});
    std::vector<nlohmann::json> trace = json_lines(read_file(file));
    const auto head = std::ranges::find_if(trace, [](const nlohmann::json& line) { return line.contains("receipt"); });
    EXPECT_EQ(trace.end() - head, 1 + head->at("receipt").at("paths").get<std::ptrdiff_t>());
    trace.erase(head, trace.end());  // the head and the paths come last
    return trace;
  };
  const std::vector<nlohmann::json> first = events(temporary("first.jsonl"));

  ASSERT_FALSE(first.empty());
  EXPECT_EQ(first.front()["event"], "opened");
  EXPECT_EQ(first.back()["event"], "chosen");
  std::int64_t spent = 0;
  for (const nlohmann::json& event : first) {
    EXPECT_EQ(event["spent"].get<std::int64_t>() + event["tokens_left"].get<std::int64_t>(), 2000);
    EXPECT_GE(event["spent"].get<std::int64_t>(), spent);
    spent = event["spent"].get<std::int64_t>();
  }
  EXPECT_EQ(events(temporary("second.jsonl")), first);
}

TEST(Solve, ShowsWhatEverySelectorMakesOfTheTree) {
  const std::vector<std::string> words{"solve", "--task", "countdown", "--index", "5", "-s", "best_of_n:n=16"};
  std::vector<std::string> with_json = words;
  with_json.emplace_back("--json");
  const auto document = run_reckon(with_json).json();

  const auto chosen = std::ranges::find(document["paths"], document["chosen"], [](const auto& path) { return path["id"]; });
  ASSERT_NE(chosen, document["paths"].end());
  EXPECT_EQ((*chosen)["answer"], document["answer"]);
  EXPECT_EQ((*chosen)["correct"], document["correct"]);
  EXPECT_EQ(document["selectors"]["best"]["answer"], document["answer"]);
  EXPECT_EQ(document["selectors"]["best"]["correct"], document["covered"]);  // the exact verifier finds whatever is right
  for (const char* selector : {"weighted", "majority"}) EXPECT_TRUE(document["selectors"][selector]["correct"].is_boolean());
  EXPECT_NE(run_reckon(words).out.find("\ntree     best"), std::string::npos) << run_reckon(words).out;
  EXPECT_FALSE(solve("majority:n=4", {}).json().contains("covered"));  // nobody can tell
}

TEST(Solve, ShowsASearchUnderWayOnATerminalAndWipesIt) {
  const std::vector<std::string> words{"solve", "-s", "best_of_n:n=256", kCountdown};
  const std::string shown = run_on_terminal(words, {"TERM=xterm", "NO_COLOR=1"});
  const std::string dumb = run_on_terminal(words, {"TERM=dumb", "NO_COLOR=1"});

  const std::size_t wiped = shown.find("\x1b[J");
  ASSERT_NE(wiped, std::string::npos) << shown;
  EXPECT_LT(shown.find("leading"), wiped);
  EXPECT_GT(shown.find("answer "), shown.find("budget    "));
  EXPECT_EQ(shown.find("\x1b[2m"), std::string::npos);  // colour
  EXPECT_EQ(shown.substr(wiped).find("leading"), std::string::npos);
  EXPECT_EQ(dumb.find('\x1b'), std::string::npos) << dumb;
}

TEST(Solve, ShowsWhatThereIsWhenItIsInterrupted) {
  const std::string trace = temporary("trace");
  // Paths of a few thousand tokens one after the other would take minutes.
  const Ran ran = interrupt_after_lines(
      {"solve", "-s", "reflect:n=4000,accept=1,keep=1", "-v", "likelihood", "--json", "--trace", trace, kCountdown}, trace, 12);

  EXPECT_EQ(ran.exit_code, 130) << ran.err;
  EXPECT_EQ(ran.json()["status"], "budget_exhausted");
  EXPECT_TRUE(ran.json()["answer"].is_string());
  EXPECT_GT(ran.json()["receipt"]["tokens"]["total"], 0);
  EXPECT_EQ(ran.err, "interrupted: this is what there was by then\n");
}

TEST(Solve, ChecksByWhatItIsGivenToCheckWith) {
  const auto scored = [](const std::string& option, const std::string& file, const std::vector<std::string>& verifier) {
    std::vector<std::string> words{"solve", "-s", "best_of_n:n=2", "--json", option, file, kCountdown};
    words.insert(words.end(), verifier.begin(), verifier.end());
    return without_seconds(run_reckon(words).json());
  };
  const std::string formula = temporary("formula"), script = temporary("script");
  write_file(formula, "c one\np cnf 1 1\n1 0\n");
  write_file(script, "(declare-const x Int)\n(assert (> x 3))\n");

  EXPECT_EQ(scored("--constraints", formula, {}), scored("--constraints", formula, {"-v", "sat"}));
  EXPECT_EQ(scored("--constraints", script, {}), scored("--constraints", script, {"-v", "smt"}));
  EXPECT_NE(scored("--constraints", script, {"-v", "likelihood"})["paths"], scored("--constraints", script, {})["paths"]);
}

TEST(Solve, PrintsNothingThatMovesTheCursor) {
  const std::string shown = run_on_terminal({"solve", "-s", "greedy", "--plain",
                                             "a\x1b]0;b\x07"
                                             "c"},
                                            {"TERM=xterm", "NO_COLOR=1"});

  EXPECT_NE(shown.find("problem  a ]0;b c"), std::string::npos) << shown;
}

TEST(Solve, PrintsForPeopleWithoutColourWhereNobodyLooks) {
  const Ran ran = run_reckon({"solve", "-s", "greedy", kCountdown});

  EXPECT_EQ(ran.exit_code, 0);
  for (const char* word : {"problem", "answer", "receipt", "tokens", "peak KV", "seed"}) {
    EXPECT_NE(ran.out.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(ran.err, "");
}

TEST(Solve, ChoosesByTheMeasurementsOfTheBundledModel) {
  const Ran measured = run_reckon({"solve", "-s", "auto", "-v", "prm", "-b", "tokens=600", "--task", "countdown", "--json"});
  const Ran other = run_reckon({"solve", "--allocator", "auto@fixed", "-b", "tokens=600", "Make 34 from 25 35 7 37.", "--json"});
  const Ran flaws = run_reckon({"solve", "-s", "best_of_n:n=4@flaws", "-v", "prm", "--task", "countdown", "--json"});

  const std::string chosen = measured.json()["receipt"]["allocation"][0]["reason"];
  EXPECT_NE(chosen.find(" problems of countdown (level=2+3), under tokens=600"), std::string::npos) << chosen;
  const std::string piloted = other.json()["receipt"]["allocation"][0]["reason"];
  EXPECT_EQ(piloted, "a problem of no task was not measured, and nobody checks answers");
  const std::string rates = flaws.json()["receipt"]["allocation"][0]["reason"];
  EXPECT_NE(rates.find(", measured on "), std::string::npos) << rates;
}

TEST(Solve, ReadsOptionsFromTheEnvironmentAndAFile) {
  const auto seeded = without_seconds(solve("sample", {"--seed", "9"}).json());
  const Ran environment = run_reckon({"solve", "-s", "sample", "--json", kCountdown}, "", {"RECKON_SEED=9"});
  EXPECT_EQ(without_seconds(environment.json()), seeded);

  const std::string file = temporary("reckon.toml");
  write_file(file, "[solve]\nseed = 9\nstrategy = \"sample\"\n");
  const Ran config = run_reckon({"--config", file, "solve", "--json", kCountdown});
  EXPECT_EQ(without_seconds(config.json()), seeded);
}

}  // namespace
}  // namespace reckon
