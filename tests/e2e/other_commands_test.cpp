#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "e2e/program.h"

namespace reckon {
namespace {

TEST(Eval, PrintsTheDocumentOfItsContract) {
  const std::string plot = temporary("plot.svg");
  const Ran ran = run_reckon(
      {"eval", "--task", "countdown", "-s", "greedy", "-s", "best_of_n:n=4", "--limit", "12", "--json", "--plot", plot});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto document = ran.json();
  ASSERT_EQ(document.size(), 2U);
  for (const auto& score : document) {
    EXPECT_EQ(score["task"], "countdown");
    EXPECT_EQ(score["n"], 12);
    EXPECT_LE(score["ci95"][0], score["accuracy"]);
    EXPECT_GE(score["ci95"][1], score["accuracy"]);
    for (const char* field : {"tokens_mean", "flops_mean", "seconds_mean"}) EXPECT_GT(score[field].get<double>(), 0) << field;
  }
  for (const char* selector : {"best", "weighted", "majority"}) {
    EXPECT_LE(document[1]["accuracy_by_selector"][selector], document[1]["coverage"]) << selector;
    EXPECT_EQ(document[0]["accuracy_by_selector"][selector], document[0]["accuracy"]) << selector;  // of one path
  }
  EXPECT_EQ(document[1]["accuracy_by_selector"]["best"], document[1]["accuracy"]);
  EXPECT_EQ(document[1]["pass_at"]["4"], document[1]["accuracy"]);  // the exact verifier finds whatever is right
  EXPECT_TRUE(read_file(plot).starts_with("<svg") || read_file(plot).starts_with("<?xml"));
}

TEST(Eval, ReportsAVerifierWhoseErrorsAreKnown) {
  const std::vector<std::string> words{
      "eval", "--task", "linear", "-s", "best_of_n:n=8", "-s", "majority:n=2", "-v", "noisy:fp=0.3,fn=0.1", "--limit", "30"};
  std::vector<std::string> as_json = words;
  as_json.emplace_back("--json");
  std::vector<std::string> as_text = words;
  as_text.emplace_back("--verifier-report");

  const auto document = run_reckon(as_json).json();
  const Ran text = run_reckon(as_text);

  const auto& report = document[0]["verifier"];
  EXPECT_FALSE(document[1].contains("verifier")) << "majority asks no verifier";
  for (const auto& [rates, planted] : {std::pair{"false_accepts", 0.3}, std::pair{"false_rejects", 0.1}}) {
    EXPECT_LE(report[rates]["ci95"][0], planted) << rates;
    EXPECT_GE(report[rates]["ci95"][1], planted) << rates;
  }
  EXPECT_EQ(report["false_accepts"]["of"].get<int>() + report["false_rejects"]["of"].get<int>(), report["paths"].get<int>());
  EXPECT_GT(report["auroc"], 0.6);
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("false accepts"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("majority:n=2: no verifier scored"), std::string::npos) << text.out;
}

TEST(Aggregate, InfersTheTruthOfTheCard) {
  const std::vector<std::string> labels{"0001", "1121", "2220", "0011", "1211", "2202"};
  std::string lines;
  for (std::size_t item = 0; item < labels.size(); ++item) {
    for (std::size_t worker = 0; worker < 4; ++worker) {
      lines += "{\"item\":" + std::to_string(item) + ",\"worker\":\"" + "ABCD"[worker] + "\",\"label\":\"" +
               labels[item][worker] + "\"}\n";
    }
  }
  const std::string file = temporary("votes.jsonl");
  write_file(file, lines);

  const Ran ran = run_reckon({"aggregate", file, "--method", "dawid_skene:smoothing=0.5,tolerance=0,iterations=200", "--json"});
  const Ran text = run_reckon({"aggregate", file});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto document = ran.json();
  const std::vector<double> confidences{0.97001, 0.94598, 0.94115, 0.94925, 0.84641, 0.96412};
  for (std::size_t item = 0; item < labels.size(); ++item) {
    EXPECT_EQ(document["items"][item]["label"], std::to_string(item % 3));
    EXPECT_NEAR(document["items"][item]["confidence"].get<double>(), confidences[item], 5.1e-6);
  }
  EXPECT_EQ(document["workers"].size(), 4U);
  EXPECT_EQ(document["iterations"], 200);
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("6 items, 4 workers, one_coin"), std::string::npos) << text.out;
}

TEST(Eval, ParallelismChangesNoAnswer) {
  const auto evaluate = [](const std::string& parallel) {
    auto document =
        run_reckon({"eval", "--task", "linear", "-s", "majority:n=4", "--limit", "8", "--json", "--parallel", parallel}).json();
    for (auto& score : document) score.erase("seconds_mean");
    for (auto& score : document) score.erase("peak_kv_bytes_mean");
    return document;
  };

  const auto one = evaluate("1");
  const auto many = evaluate("8");

  EXPECT_EQ(many[0]["accuracy"], one[0]["accuracy"]);
  EXPECT_EQ(many[0]["tokens_mean"], one[0]["tokens_mean"]);
  EXPECT_EQ(many[0]["pass_at"], one[0]["pass_at"]);
}

TEST(Run, StreamsWhatJsonReports) {
  const std::vector<std::string> words{"run", "--chat", "--temperature", "0", "-n", "40", "Make 34 from 25 35 7 37."};
  const Ran plain = run_reckon(words);
  std::vector<std::string> with_json = words;
  with_json.emplace_back("--json");
  const auto document = run_reckon(with_json).json();

  EXPECT_EQ(plain.out, document["text"].get<std::string>() + "\n");
  EXPECT_EQ(document["tokens"].size(), document["receipt"]["tokens"]["generated"].get<std::size_t>());
}

TEST(Run, ABudgetThatEndsBeforeAnyTextIsNoAnswer) {
  struct Case {
    std::string budget, reason;
  };
  for (const Case& one : {Case{"tokens=1", "lease"}, Case{"tokens=2", "lease"}}) {  // "a" is one token, which the prompt takes
    const bool some = one.budget == "tokens=2";
    const Ran ran = run_reckon({"run", "-b", one.budget, "a"});
    const Ran with_json = run_reckon({"run", "-b", one.budget, "a", "--json"});

    EXPECT_EQ(ran.exit_code, some ? 0 : 1) << one.budget;
    EXPECT_EQ(with_json.exit_code, ran.exit_code) << one.budget;
    EXPECT_EQ(with_json.json()["reason"], one.reason);
    EXPECT_EQ(ran.out.empty(), !some) << ran.out;
    EXPECT_EQ(ran.error_lines(), some ? 0U : 1U) << ran.err;
    EXPECT_EQ(ran.err.find("--budget tokens=1") != std::string::npos, !some) << ran.err;
  }
  const Ran refused = run_reckon({"run", "-b", "tokens=1", "Make 34 from 25 35 7 37."});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_NE(refused.err.find("the prompt"), std::string::npos) << refused.err;
}

TEST(Bench, PrintsTheDocumentOfItsContract) {
  const Ran ran =
      run_reckon({"bench", "-t", "2", "-p", "64", "-g", "16", "--parallel", "1,4", "--context", "32,100", "-r", "2", "--json"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto document = ran.json();
  EXPECT_GT(document["machine"]["read_gbps"].get<double>(), 0);
  EXPECT_GT(document["machine"]["peak_gops"].get<double>(), 0);
  std::vector<std::string> tests;
  for (const auto& row : document["rows"]) {
    tests.push_back(row["test"]);
    EXPECT_LE(row["tok_s"]["min"], row["tok_s"]["median"]);
    EXPECT_LE(row["tok_s"]["median"], row["tok_s"]["max"]);
    EXPECT_GT(row["roofline"].get<double>(), 0);
    EXPECT_TRUE(row["bound"] == "bandwidth" || row["bound"] == "operations") << row["bound"];
    EXPECT_EQ(row.value("prompt_s", 0.0) > 0, tests.back() != "pp64") << tests.back();
  }
  ASSERT_EQ(document["machine"]["fewer_threads"].size(), 1U);
  EXPECT_EQ(document["machine"]["fewer_threads"][0]["threads"], 1);
  EXPECT_GT(document["machine"]["fewer_threads"][0]["int8_gops"].get<double>(), 0);
  EXPECT_EQ(tests, (std::vector<std::string>{"pp64", "tg16", "pl1", "pl4", "tg16@32", "pl1@32", "pl4@32", "tg16@100", "pl1@100",
                                             "pl4@100"}));
}

// The limit of branches counts the keys and values of their common prompt once per step, however many branches read them.
TEST(Bench, CountsASharedPromptOnce) {
  const Ran ran = run_reckon({"bench", "-p", "0", "-g", "16", "--parallel", "2", "--context", "1000", "-r", "1", "--json"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto document = ran.json();
  std::map<std::string, double> bytes_per_step;
  for (const auto& row : document["rows"]) {
    if (row["bound"] != "bandwidth") GTEST_SKIP() << row["test"] << " is bound by operations on this machine";
    const double branches = row["test"] == "pl2@1000" ? 2 : 1;
    const double bytes_per_second = row["roofline"].get<double>() * document["machine"]["read_gbps"].get<double>() * 1e9;
    bytes_per_step[row["test"]] = branches * bytes_per_second / row["tok_s"]["median"].get<double>();
  }
  const double prompt_bytes = 1000 * 3072;  // f16 keys and values of the bundled model
  const double more = bytes_per_step["pl2@1000"] - bytes_per_step["tg16@1000"];
  EXPECT_GT(more, 0);
  EXPECT_LT(more, prompt_bytes / 10) << "the other branch reads its own tokens only";
}

// So many tokens per second are so many forward passes, as other engines' benchmarks count them: the embedding is looked up once
// in each.
TEST(Bench, ComputesEveryTokenThatItCounts) {
  const Ran ran = run_reckon({"bench", "-p", "0", "-g", "8", "--parallel", "3", "-r", "2", "--profile", "--json"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  for (const auto& row : ran.json()["rows"]) {
    std::int64_t passes = 0;
    for (const auto& line : row["profile"]) passes += line["name"] == "embed" ? line["calls"].get<std::int64_t>() : 0;
    EXPECT_EQ(passes, 2 * 8) << row["test"];
  }
}

TEST(Bench, ProfilesAddUpToTheWallTimeAlsoWhereOpsAreShort) {
  const Ran ran = run_reckon({"bench", "-t", "2", "-p", "32", "-g", "16", "--parallel", "2", "-r", "2", "--profile", "--json"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto document = ran.json();
  for (const auto& row : document["rows"]) {
    double share = 0;
    std::set<std::string> names;
    for (const auto& line : row["profile"]) {
      share += line["share"].get<double>();
      names.insert(line["name"]);
    }
    EXPECT_GE(share, 0.95) << row.dump(1);
    for (const char* name : {"attention", "between ops", "plan", "draw", "wake workers", "wait for workers"}) {
      EXPECT_TRUE(names.contains(name)) << name << " is not among " << row.dump(1);
    }
    EXPECT_EQ(names.contains("sample"), row["test"] != "pp32") << row.dump(1);
  }
}

TEST(Bench, MakesRandomWeightsInAPublishedShape) {
  const std::string file = temporary("synthetic.gguf");
  const Ran written = run_reckon({"bench", "--synthetic", "qwen3-0.6b:tq1_0", "--synthetic-out", file, "--json"});
  const Ran measured =
      run_reckon({"bench", "--synthetic", "qwen3-0.6b:TQ1_0", "-p", "8", "-g", "1", "--parallel", "1", "-r", "1", "--json"});

  ASSERT_EQ(written.exit_code, 0) << written.err;
  const auto inspected = run_reckon({"inspect", file, "--json"}).json();
  std::filesystem::remove(file);
  EXPECT_EQ(written.json()["bytes"], inspected["bytes"]);
  EXPECT_EQ(written.json()["parameters"], 596'049'920);  // of Qwen/Qwen3-0.6B, with its tied output counted once
  EXPECT_EQ(inspected["parameters"], 596'049'920);
  ASSERT_EQ(measured.exit_code, 0) << measured.err;
  EXPECT_EQ(measured.json()["model"], "qwen3-0.6b TQ1_0, 28 layers, random weights");
}

TEST(Bench, SignatureIsTheSameForEveryThreadCount) {
  const Ran one = run_reckon({"bench", "--signature", "-t", "1"});
  const Ran two = run_reckon({"bench", "--signature", "-t", "2", "--json"});

  EXPECT_EQ(one.out.size(), 17U);
  EXPECT_EQ(two.json()["signature"].get<std::string>() + "\n", one.out);
}

TEST(Inspect, ShowsTheBundledModel) {
  const auto document = run_reckon({"inspect", "--json"}).json();

  EXPECT_EQ(document["architecture"], "qwen3");
  EXPECT_GE(document["parameters"].get<std::int64_t>(), 3'000'000);
  EXPECT_LT(document["bytes"].get<std::int64_t>(), 40'000'000);
  EXPECT_NE(document["chat_template"].get<std::string>().find("<|im_start|>"), std::string::npos);
  EXPECT_GT(document["cost"]["flops_per_token"].get<double>(), 0);
}

TEST(Lists, AreDocumentsWithNamesAndParameters) {
  for (const char* list : {"strategies", "verifiers", "stages", "tasks"}) {
    const auto document = run_reckon({list, "--json"}).json();
    ASSERT_FALSE(document.empty()) << list;
    for (const auto& entry : document) {
      EXPECT_FALSE(entry["name"].get<std::string>().empty());
      for (const auto& parameter : entry["parameters"]) EXPECT_FALSE(parameter["meaning"].get<std::string>().empty());
    }
    EXPECT_EQ(run_reckon({list}).exit_code, 0);
  }
}

TEST(Help, NamesEveryCommand) {
  const Ran ran = run_reckon({"--help"});

  EXPECT_EQ(ran.exit_code, 0);
  for (const char* command :
       {"solve", "run", "eval", "tree", "bench", "inspect", "search-config", "strategies", "verifiers", "tasks"}) {
    EXPECT_NE(ran.out.find(command), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace reckon
