#include "app/result_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

// A file that is gone when the test is over.
class ScratchFile {
 public:
  ScratchFile() : path_(::testing::TempDir() + "reckon-" + std::to_string(getpid()) + "-" + name()) { remove(); }
  ~ScratchFile() { remove(); }
  const std::string& path() const { return path_; }
  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

 private:
  static std::string name() { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }
  void remove() const {
    std::error_code fault;
    std::filesystem::remove(path_, fault);
  }
  std::string path_;
};

RunIdentity identity() {
  RunIdentity identity;
  for (const auto& [name, value] : identity.fields()) *value = std::string("some ") + std::string(name);
  return identity;
}

PathRecord awkward_path() {
  PathRecord path;
  path.id = 7;
  path.parent = 2;
  path.state = PathState::cut_off;
  path.turns = {{"user", "again"}};
  path.text = std::string("no UTF-8 \xff, a zero \0 and a quote '", 36);
  path.step_ends = {3, 10};
  path.step_scores = {0.1, -std::numeric_limits<double>::infinity(), std::nan("")};
  path.answer = "";
  path.score = std::numeric_limits<double>::infinity();
  path.tokens = 12;
  path.inherited_tokens = 5;
  path.inherited_steps = 1;
  path.log_probability = -1.0 / 3;
  path.evidence = true;
  path.weight = 0.1;
  path.member = 3;
  path.verdicts = {{0, 0.5}, {4, -std::numeric_limits<double>::infinity()}};
  return path;
}

ProblemResult awkward_result(std::int64_t problem) {
  ProblemResult result;
  result.problem = problem;
  result.id = "task/1/test/L2/" + std::to_string(problem);
  result.level = 2;
  result.family = "Sort";
  result.verdict =
      Verdict{.extracted = "x", .correct = true, .score = 0.25, .detail = "right", .measures = {{"F1", 1.0 / 3}, {"calls", 7}}};
  result.checked_by = "1+2";
  SolveResult& solved = result.solved;
  solved.problem = "Make 3.";
  solved.strategy = "majority:n=2";
  solved.seed = std::numeric_limits<std::uint64_t>::max();
  PathRecord& plain = solved.outcome.paths.emplace_back();
  plain.id = 1;
  plain.text = "\\boxed{1}";
  plain.answer = "1";
  solved.outcome.paths.push_back(awkward_path());
  solved.outcome.answer = "1";
  solved.outcome.confidence = 2.0 / 3;
  solved.outcome.status = OutcomeStatus::budget_exhausted;
  solved.outcome.chosen = 0;
  solved.outcome.log_evidence = -std::numeric_limits<double>::infinity();
  solved.outcome.kl_bound = 1.0 / 3;
  solved.receipt = Receipt{Ledger{.prompt_computed = 1,
                                  .prompt_cached = 2,
                                  .generated = 3,
                                  .drafted = 4,
                                  .verified = 5,
                                  .recomputed = 6,
                                  .flops = 1e9 / 3,
                                  .verified_flops = 1e8 / 3,
                                  .bytes = 7,
                                  .seconds = 0.1,
                                  .peak_kv_bytes = 8},
                           9};
  solved.selections = selections_of(solved.outcome, {true, false});
  solved.correct = true;
  return result;
}

void expect_same(const PathRecord& a, const PathRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.parent, b.parent);
  EXPECT_EQ(a.state, b.state);
  ASSERT_EQ(a.turns.size(), b.turns.size());
  for (std::size_t i = 0; i < a.turns.size(); ++i)
    EXPECT_EQ(a.turns[i].role + a.turns[i].text, b.turns[i].role + b.turns[i].text);
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.step_ends, b.step_ends);
  ASSERT_EQ(a.step_scores.size(), b.step_scores.size());
  for (std::size_t i = 0; i < a.step_scores.size(); ++i) {
    EXPECT_TRUE(a.step_scores[i] == b.step_scores[i] || (std::isnan(a.step_scores[i]) && std::isnan(b.step_scores[i]))) << i;
  }
  EXPECT_EQ(a.answer, b.answer);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.tokens, b.tokens);
  EXPECT_EQ(a.inherited_tokens, b.inherited_tokens);
  EXPECT_EQ(a.inherited_steps, b.inherited_steps);
  EXPECT_EQ(a.log_probability, b.log_probability);
  EXPECT_EQ(a.evidence, b.evidence);
  EXPECT_EQ(a.weight, b.weight);
  EXPECT_EQ(a.member, b.member);
  ASSERT_EQ(a.verdicts.size(), b.verdicts.size());
  for (std::size_t i = 0; i < a.verdicts.size(); ++i) {
    EXPECT_EQ(a.verdicts[i].judge, b.verdicts[i].judge);
    EXPECT_EQ(a.verdicts[i].score, b.verdicts[i].score);
  }
}

TEST(ResultStore, GivesBackEveryBitOfAResult) {
  const ScratchFile file;
  const ProblemResult kept = awkward_result(3);
  {
    ResultStore store(file.path(), DatabaseAccess::create);
    store.save(store.run(identity(), "label"), kept);
  }

  ResultStore store(file.path(), DatabaseAccess::read);
  const auto results = store.results(1, 0, 10);

  ASSERT_EQ(results.size(), 1u);
  const ProblemResult& read = results.at(3);
  EXPECT_EQ(read.id, kept.id);
  EXPECT_EQ(read.level, 2);
  EXPECT_EQ(read.family, "Sort");
  EXPECT_EQ(read.verdict.extracted, "x");
  EXPECT_EQ(read.verdict.score, 0.25);
  EXPECT_EQ(read.verdict.detail, "right");
  ASSERT_EQ(read.verdict.measures.size(), 2u);
  EXPECT_EQ(read.verdict.measures[0].name, "F1");
  EXPECT_EQ(read.verdict.measures[0].value, 1.0 / 3);
  EXPECT_EQ(read.verdict.measures[1].value, 7);
  EXPECT_EQ(read.checked_by, "1+2");
  EXPECT_EQ(read.solved.problem, "Make 3.");
  EXPECT_EQ(read.solved.seed, kept.solved.seed);
  const Outcome &a = read.solved.outcome, &b = kept.solved.outcome;
  EXPECT_EQ(a.answer, b.answer);
  EXPECT_EQ(a.confidence, b.confidence);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.kl_bound, b.kl_bound);
  EXPECT_EQ(a.chosen, b.chosen);
  EXPECT_EQ(a.log_evidence, b.log_evidence);
  ASSERT_EQ(a.paths.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) expect_same(a.paths[i], b.paths[i]);
  const Ledger &c = read.solved.receipt.ledger, &d = kept.solved.receipt.ledger;
  EXPECT_EQ(c.total(), d.total());
  EXPECT_EQ(c.recomputed, 6);
  EXPECT_EQ(c.flops, d.flops);
  EXPECT_EQ(c.verified_flops, d.verified_flops);
  EXPECT_EQ(c.seconds, 0.1);
  EXPECT_EQ(c.peak_kv_bytes, 8);
  EXPECT_EQ(read.solved.receipt.paths, 9);
  EXPECT_EQ(read.solved.selections.correct, (std::vector<bool>{true, false}));
  EXPECT_EQ(read.solved.correct, true);
}

TEST(ResultStore, BeginsAnotherRunForWhateverIsAskedForOtherwise) {
  const ScratchFile file;
  ResultStore store(file.path(), DatabaseAccess::create);
  const std::int64_t first = store.run(identity(), "label");

  EXPECT_EQ(store.run(identity(), "the same under another name"), first);
  RunIdentity other = identity();
  for (std::size_t i = 0; i < other.fields().size(); ++i) {
    RunIdentity changed = identity();
    *changed.fields()[i].second = "other";
    EXPECT_NE(store.run(changed, "label"), first) << changed.fields()[i].first;
  }
  EXPECT_EQ(store.runs().size(), 1 + other.fields().size());

  RunIdentity newer = identity();
  newer.code = "newer still";
  EXPECT_EQ(store.run_of_any_code(newer), std::ssize(store.runs())) << "the latest that differs in its code";
  newer.seed = "no such";
  EXPECT_FALSE(store.run_of_any_code(newer));
}

TEST(ResultStore, ReplacesAResultOfTheSameProblem) {
  const ScratchFile file;
  ResultStore store(file.path(), DatabaseAccess::create);
  const std::int64_t run = store.run(identity(), "label");
  store.save(run, awkward_result(0));
  ProblemResult again = awkward_result(0);
  again.solved.outcome.paths.pop_back();
  again.solved.selections = selections_of(again.solved.outcome, {true});

  store.save(run, again);
  store.save(run, awkward_result(1));

  const auto results = store.results(run, 0, 100);
  EXPECT_EQ(results.at(0).solved.outcome.paths.size(), 1u);
  EXPECT_EQ(results.at(1).solved.outcome.paths.size(), 2u);
  EXPECT_EQ(store.results(run, 1, 1).size(), 1u);
  EXPECT_EQ(store.runs().front().problems, 2);
  EXPECT_EQ(store.runs().front().right, 2);
}

std::string why_refused(const std::string& path, DatabaseAccess access) {
  try {
    ResultStore store(path, access);
    for (const StoredRun& run : store.runs()) store.results(run.id, 0, 100);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> column_names(Database& database, const std::string& table) {
  std::vector<std::string> names;
  Statement rows = database.prepare("SELECT name FROM pragma_table_info('" + table + "')");
  while (rows.step()) names.push_back(rows.text(0));
  return names;
}

TEST(ResultStore, RefusesFilesThatAreNone) {
  const ScratchFile file;
  for (const DatabaseAccess access : {DatabaseAccess::read, DatabaseAccess::write}) {
    EXPECT_NE(why_refused(file.path(), access).find("no such file"), std::string::npos);
  }
  EXPECT_FALSE(std::filesystem::exists(file.path()));
  EXPECT_NE(why_refused(::testing::TempDir(), DatabaseAccess::create).find("not a regular file"), std::string::npos);
  EXPECT_NE(why_refused("/nowhere/results.sqlite", DatabaseAccess::create).find("/nowhere/results.sqlite"), std::string::npos);

  file.write("This is a letter, and long enough to be taken for something else than an SQLite file of sixteen bytes and more.");
  EXPECT_NE(why_refused(file.path(), DatabaseAccess::create).find("not a database"), std::string::npos);

  file.write("");
  {
    Database(file.path(), DatabaseAccess::create).execute("CREATE TABLE songs(title)");
  }
  EXPECT_NE(why_refused(file.path(), DatabaseAccess::create).find("is no store of results"), std::string::npos);
}

TEST(ResultStore, RefusesTablesItHasNotMade) {
  const ScratchFile file;
  {
    ResultStore(file.path(), DatabaseAccess::create).save(1, awkward_result(0));
  }
  {
    Database(file.path(), DatabaseAccess::create).execute("CREATE VIEW more AS SELECT * FROM runs");
  }

  EXPECT_NE(why_refused(file.path(), DatabaseAccess::read).find("other tables than this version makes"), std::string::npos);
}

TEST(ResultStore, SaysThatAFileIsOfAnEarlierFormat) {
  const ScratchFile file;
  {
    ResultStore(file.path(), DatabaseAccess::create).save(1, awkward_result(0));
  }
  {
    Database(file.path(), DatabaseAccess::create)
        .execute("ALTER TABLE results DROP COLUMN verified_flops; PRAGMA user_version=1");
  }

  EXPECT_NE(why_refused(file.path(), DatabaseAccess::create).find("has format 1"), std::string::npos);
}

TEST(ResultStore, RefusesValuesThatItWouldNotHaveWritten) {
  const char* const changes[] = {"UPDATE results SET chosen=2",
                                 "UPDATE results SET correct=7",
                                 "UPDATE paths SET correct=-1",
                                 "UPDATE results SET generated_tokens=-1",
                                 "UPDATE results SET flops=NULL",
                                 "UPDATE results SET status='so so'",
                                 "UPDATE results SET paths_stored=3",
                                 "DELETE FROM paths WHERE path=1",
                                 "UPDATE paths SET state='asleep'",
                                 "UPDATE paths SET parent=id+1",
                                 "UPDATE paths SET step_ends='[5,4]'",
                                 "UPDATE paths SET step_ends='[1000000]'",
                                 "UPDATE paths SET step_ends='[-1]'",
                                 "UPDATE paths SET step_ends='[1'",
                                 "UPDATE paths SET inherited_steps=3",
                                 "UPDATE paths SET step_scores='[\"high\"]'",
                                 "UPDATE paths SET turns='[{\"role\":1}]'",
                                 "UPDATE paths SET member=-1",
                                 "UPDATE paths SET verdicts='[[1]]'",
                                 "UPDATE paths SET verdicts='[[1,\"high\"]]'",
                                 "UPDATE results SET measures='[[\"F1\"]]'",
                                 "UPDATE results SET measures='[[\"F1\",\"inf\"]]'",
                                 "UPDATE results SET measures='[[\"F1\",\"high\"]]'",
                                 "UPDATE results SET kl_bound=-1"};
  for (const char* change : changes) {
    const ScratchFile file;
    {
      ResultStore store(file.path(), DatabaseAccess::create);
      store.save(store.run(identity(), "label"), awkward_result(0));
    }
    ASSERT_EQ(why_refused(file.path(), DatabaseAccess::read), "") << change;
    {
      Database(file.path(), DatabaseAccess::create).execute(change);
    }

    const std::string why = why_refused(file.path(), DatabaseAccess::read);
    EXPECT_NE(why.find("run 1, problem 0: column '"), std::string::npos) << change << ": " << why;
  }
}

TEST(ResultStore, ReadsOrRefusesWhateverTheColumnsHold) {
  const ScratchFile file;
  ResultStore store(file.path(), DatabaseAccess::create);
  store.save(store.run(identity(), "label"), awkward_result(0));
  Database other(file.path(), DatabaseAccess::create);
  const std::vector<std::string> columns[] = {column_names(other, "results"), column_names(other, "paths")};
  const std::vector<std::string> values{"NULL",
                                        "-1",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "1e999",
                                        "-1e999",
                                        "'x'",
                                        "x'00ff'",
                                        "''",
                                        "'[]'",
                                        "'[3]'",
                                        "'[3,-3]'",
                                        "'[1e300]'",
                                        "'{}'",
                                        "'[[]]'",
                                        "'[\"inf\"]'",
                                        "0",
                                        "1",
                                        "'finished'",
                                        "'answered'",
                                        "zeroblob(100)",
                                        "'[{\"role\":\"a\",\"text\":\"b\"}]'"};
  SplitMix64 rng(1);
  int refused = 0;
  for (int round = 0; round < 120; ++round) {
    const bool of_paths = rng.below(2) == 0;
    const auto& names = columns[of_paths ? 1 : 0];
    other.execute(fmt::format("UPDATE {} SET {}={} WHERE problem=0", of_paths ? "paths" : "results",
                              names[2 + rng.below(names.size() - 2 - (of_paths ? 1 : 0)) + (of_paths ? 1 : 0)],
                              values[rng.below(values.size())]));
    try {
      store.results(1, 0, 1);
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::bad_file) << error.what();
      ++refused;
      store.save(1, awkward_result(0));
    }
  }
  EXPECT_GT(refused, 20);
  EXPECT_LT(refused, 115);
}

}  // namespace
}  // namespace reckon
