#include "app/evaluation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "app/evaluation_report.h"
#include "app/json.h"
#include "app/run_identity.h"
#include "base/error.h"

namespace reckon {
namespace {

EvaluationRequest greedy_countdown(std::int64_t limit) {
  EvaluationRequest request;
  request.task = "countdown";
  request.strategies = {"greedy"};
  request.limit = limit;
  return request;
}

Runtime bundled_runtime() {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  return Runtime(options);
}

TEST(Evaluation, HandsOverEachResultAsItsProblemFinishes) {
  Runtime runtime = bundled_runtime();
  EvaluationRequest request = greedy_countdown(6);
  request.parallel = 2;
  std::int64_t results = 0;
  request.on_result = [&results](const std::string&, const Instance&, const SolveResult&) { ++results; };
  std::vector<std::int64_t> results_at_progress;
  request.on_progress = [&](std::int64_t, std::int64_t) { results_at_progress.push_back(results); };

  evaluate(runtime, request);

  EXPECT_EQ(results_at_progress, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Evaluation, EndsWhenAResultCannotBeTaken) {
  Runtime runtime = bundled_runtime();
  EvaluationRequest request = greedy_countdown(50);
  request.parallel = 1;
  std::int64_t results = 0;
  request.on_result = [&results](const std::string&, const Instance&, const SolveResult&) {
    ++results;
    throw std::runtime_error("disk full");
  };

  EXPECT_THROW(evaluate(runtime, request), std::runtime_error);
  EXPECT_EQ(results, 1);
}

// A store in the test's own temporary folder.
std::string store_file() {
  const std::string path = ::testing::TempDir() + "reckon-" + std::to_string(getpid()) + "-" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".sqlite";
  std::filesystem::remove(path);
  return path;
}

// Everything that is to be equal, as text; all but seconds, and the bytes of weights, which are shared by what runs at once.
std::string figures(const Evaluation& evaluation) {
  std::string text;
  for (const EvaluatedCell& cell : evaluation.cells) {
    for (const ProblemResult& result : cell.results) {
      const SolveResult& solved = result.solved;
      const Ledger& ledger = solved.receipt.ledger;
      text += fmt::format("{} {} {} {} {} {} {} {} {}\n", cell.cell.label, result.id, solved.outcome.answer.value_or("none"),
                          result.right(), result.verdict.detail, ledger.total(), ledger.prompt_cached, ledger.flops,
                          ledger.peak_kv_bytes);
      for (const PathRecord& path : solved.outcome.paths) text += path.text + '\n';
      for (const SelectorAnswer& one : solved.selections.answers) text += one.answer.value_or("none") + '\n';
    }
  }
  return text;
}

TEST(Evaluation, GoesOnWhereItWasInterruptedAsIfItHadNotBeen) {
  Runtime runtime = bundled_runtime();
  const auto get = [&runtime]() -> Runtime& { return runtime; };
  EvaluationRequest request = greedy_countdown(7);
  request.strategies = {"greedy", "best_of_n:n=3", "beam:n=4,width=2", "revise:n=2,attempts=2"};
  const std::string whole = figures(evaluate(runtime, request));
  const std::string path = store_file();
  EvaluationRequest interrupted = request;
  int left = 8;  // in the middle of the second strategy
  interrupted.on_result = [&left](const std::string&, const Instance&, const SolveResult&) {
    if (left-- == 0) throw std::runtime_error("interrupted");
  };
  interrupted.parallel = 3;
  {
    ResultStore store(path, DatabaseAccess::create);
    EXPECT_THROW(evaluate(runtime.options(), get, interrupted, store), std::runtime_error);
  }

  ResultStore store(path, DatabaseAccess::create);
  EXPECT_GE(store.runs().at(1).problems, 2);
  EXPECT_LT(store.runs().at(1).problems, 7);
  EXPECT_EQ(figures(evaluate(runtime.options(), get, request, store)), whole);
  const auto none = []() -> Runtime& { throw std::runtime_error("everything is stored: no model is wanted"); };
  EXPECT_EQ(figures(evaluate(runtime.options(), none, request, store)), whole);
  std::filesystem::remove(path);
}

TEST(Evaluation, CountsProblemsThatAreLongerThanTheContextAsWrongAndGoesOn) {
  Runtime runtime = bundled_runtime();
  const auto get = [&runtime]() -> Runtime& { return runtime; };
  EvaluationRequest request = greedy_countdown(3);
  request.task = "graphnav:level=5";  // prompts of two hundred edges and more: the bundled model reads 2048 tokens
  request.strategies = {"greedy", "majority:n=2"};
  const std::string path = store_file();
  ResultStore store(path, DatabaseAccess::create);

  for (int time = 0; time < 2; ++time) {  // the second time from the store
    const Evaluation evaluation = evaluate(runtime.options(), get, request, store);
    for (const EvaluatedCell& cell : evaluation.cells) {
      ASSERT_EQ(cell.results.size(), 3U);
      for (const ProblemResult& result : cell.results) {
        EXPECT_EQ(result.solved.outcome.status, OutcomeStatus::too_long);
        EXPECT_FALSE(result.right());
        EXPECT_EQ(result.solved.receipt.ledger.total(), 0);
      }
    }
    for (const StrategyScore& score : evaluation.scores()) {
      EXPECT_EQ(score.too_long, 3);
      EXPECT_EQ(score.accuracy, 0);
    }
  }
  std::filesystem::remove(path);
}

TEST(Evaluation, ChargesWhatWasSpentBeforeAStrategyAskedTooMuch) {
  Runtime runtime = bundled_runtime();
  EvaluationRequest request = greedy_countdown(1);
  std::string longer = "{problem}";
  for (int i = 0; i < 3000; ++i) longer += '!';
  request.strategies = {"ensemble:n=1,prompts={problem}|" + longer};

  const ProblemResult result = evaluate(runtime, request).cells.front().results.front();

  EXPECT_EQ(result.solved.outcome.status, OutcomeStatus::too_long);
  EXPECT_GT(result.solved.receipt.ledger.total(), 0) << "the first wording has been read";
}

TEST(Evaluation, ShowsWhatIsStoredWithoutAModelUnlessItsNameIsAskedFor) {
  Runtime runtime = bundled_runtime();
  const auto get = [&runtime]() -> Runtime& { return runtime; };
  const auto none = []() -> Runtime& { throw std::runtime_error("everything is stored: no model is wanted"); };
  const std::string path = store_file();
  ResultStore store(path, DatabaseAccess::create);
  EvaluationRequest request = greedy_countdown(2);
  evaluate(runtime.options(), get, request, store);
  std::size_t shown = 0, named = 0;
  request.on_result = [&](const std::string&, const Instance&, const SolveResult& result) {
    ++shown;
    named += result.models.size();
  };

  evaluate(runtime.options(), none, request, store);
  EXPECT_EQ(shown, 2U);
  request.names_models = true;
  EXPECT_THROW(evaluate(runtime.options(), none, request, store), std::runtime_error);
  evaluate(runtime.options(), get, request, store);
  EXPECT_EQ(named, 2U);
  std::filesystem::remove(path);
}

TEST(Evaluation, CostsTheSameWhateverRanBefore) {
  Runtime runtime = bundled_runtime();
  EvaluationRequest request = greedy_countdown(3);
  request.task = "countdown:shots=2";
  const std::string first = figures(evaluate(runtime, request));

  EXPECT_EQ(figures(evaluate(runtime, request)), first);
  request.strategies = {"greedy", "greedy"};
  EXPECT_EQ(figures(evaluate(runtime, request)), first + first);
}

// The second and the third are right on six problems that the first is wrong on, and on nothing else.
Evaluation of_three_strategies() {
  Evaluation evaluation;
  for (const char* strategy : {"greedy", "sample", "majority:n=1"}) {
    EvaluatedCell& cell = evaluation.cells.emplace_back();
    cell.cell = {.strategy = strategy, .label = strategy};
    for (std::int64_t problem = 0; problem < 12; ++problem) {
      ProblemResult& result = cell.results.emplace_back();
      result.problem = problem;
      result.id = "countdown/" + std::to_string(problem);
      result.solved.strategy = strategy;
      result.solved.correct = evaluation.cells.size() > 1 && problem < 6;
      result.solved.receipt = Receipt{Ledger{.generated = 10, .flops = 1e6, .seconds = 0.1}, 1};
    }
  }
  return evaluation;
}

TEST(Evaluation, AdjustsComparisonsForTheirNumberWhereverTheyAreShown) {
  const Evaluation evaluation = of_three_strategies();
  EvaluationRequest request = greedy_countdown(12);
  request.strategies = {"greedy", "sample", "majority:n=1"};

  const std::vector<StrategyScore> scores = evaluation.scores();
  const std::string page = evaluation_report(request, evaluation, "model.gguf");

  EXPECT_FALSE(scores[0].over);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_DOUBLE_EQ(scores[i].over->p, 0.03125);  // 2 / 2^6
    EXPECT_DOUBLE_EQ(scores[i].over_p, 0.0625);
    const Json document = to_json(request.task, scores[i], std::nullopt);
    EXPECT_DOUBLE_EQ(document["over_first"]["p"].get<double>(), 0.03125);
    EXPECT_DOUBLE_EQ(document["over_first"]["p_adjusted"].get<double>(), 0.0625);
  }
  EXPECT_NE(page.find("0.0625"), std::string::npos);
  EXPECT_EQ(page.find("0.0312"), std::string::npos);
}

TEST(Evaluation, ScoresWhatIsStoredAnewWithoutDrawing) {
  Runtime runtime = bundled_runtime();
  const auto get = [&runtime]() -> Runtime& { return runtime; };
  const std::string path = store_file();
  EvaluationRequest request = greedy_countdown(6);
  request.strategies = {"majority:n=4", "beam:n=6,width=3"};  // beam gives up paths that would have had an answer
  ResultStore store(path, DatabaseAccess::create);
  const std::string drawn = figures(evaluate(runtime.options(), get, request, store));
  Database file(path, DatabaseAccess::create);
  file.execute("UPDATE results SET correct=1-correct, detail='?', checked_by='older'; UPDATE paths SET correct=1-correct;");
  file.execute("UPDATE runs SET code='older'");
  const auto none = []() -> Runtime& { throw std::runtime_error("nothing is to be drawn"); };
  EvaluationRequest again = request;
  again.rescore = true;

  EXPECT_EQ(figures(evaluate(runtime.options(), none, again, store)), drawn);
  EXPECT_NE(store.results(1, 0, 6).at(0).checked_by, "older") << "the new verdicts are kept";
  EXPECT_EQ(store.runs().size(), 2u);
  again.seed = 1;
  EXPECT_THROW(evaluate(runtime.options(), none, again, store), Error);
  std::filesystem::remove(path);
}

TEST(Evaluation, BeginsAnotherRunForAnythingElse) {
  const RuntimeOptions options = [] {
    RuntimeOptions made;
    made.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
    return made;
  }();
  const EvaluationSetting setting{.task = "countdown"};
  const EvaluationCell cell{.strategy = "best_of_n"};
  const auto text = [&options](const EvaluationSetting& a, const EvaluationCell& b) {
    RunIdentity identity = identity_of(options, a, b);
    std::string all;
    for (const auto& [name, value] : identity.fields()) all += fmt::format("{}={}\n", name, *value);
    return all;
  };
  const std::string same = text(setting, cell);

  EXPECT_EQ(text({.task = "countdown:level=2+3"}, {.strategy = "best_of_n:n=16", .verifier = "exact"}), same) << same;
  EXPECT_NE(text({.task = "countdown:level=1"}, cell), same);
  EXPECT_NE(text({.task = "countdown", .split = Split::train}, cell), same);
  EXPECT_NE(text({.task = "countdown", .seed = 1}, cell), same);
  EXPECT_NE(text({.task = "countdown", .chat = false}, cell), same);
  EXPECT_NE(text({.task = "countdown", .thinking = ThinkingRequest{}}, cell), same);
  EXPECT_NE(text(setting, {.strategy = "best_of_n:n=4"}), same);
  EXPECT_NE(text(setting, {.strategy = "best_of_n", .verifier = "likelihood"}), same);
  EXPECT_NE(text(setting, {.strategy = "best_of_n", .verifier = "prm"}).find("reckon-reward.gguf"), std::string::npos);
  EXPECT_NE(text(setting, {.strategy = "best_of_n", .system = "Be brief."}), same);
  EXPECT_NE(text(setting, {.strategy = "best_of_n", .budget = parse_budget("flops=1000000001")}),
            text(setting, {.strategy = "best_of_n", .budget = parse_budget("flops=1000000000")}));
  EXPECT_EQ(text(setting, {.strategy = "majority", .verifier = "likelihood"}), text(setting, {.strategy = "majority"}));
}

}  // namespace
}  // namespace reckon
