// Every strategy of the registry on the bundled model, with every kind of verifier that runs a model: no budget is exceeded, an
// answer is returned whenever one was found, and the same again on an engine that batches otherwise; and a search that is
// cancelled in its middle gives every page back.
// RECKON_MODEL_BUDGETS=1,50,500,5000 tries these budgets of tokens.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "app/solve.h"
#include "base/error.h"
#include "search/spaces/language_model_space.h"
#include "unit/engine/running_engine.h"
#include "unit/search/outcome_faults.h"
#include "unit/search/transcript.h"

namespace reckon {
namespace {

constexpr const char* kProblem = "Make 34 from 25 35 7 37.";

std::vector<std::int64_t> budgets() {
  const char* given = std::getenv("RECKON_MODEL_BUDGETS");
  std::istringstream text(given != nullptr ? given : "1,50,500");
  std::vector<std::int64_t> counts;
  for (std::string word; std::getline(text, word, ',');) counts.push_back(std::stoll(word));
  return counts;
}

std::vector<std::string> verifiers_of(const StrategyEntry& entry) {
  if (!entry.uses_verifier) return {"likelihood"};
  return {"likelihood", "prm", "judge"};
}

RuntimeOptions bundled_options() {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  options.engine.threads = 1;
  return options;
}

Runtime& one_thread() {
  static Runtime runtime(bundled_options());
  return runtime;
}

Runtime& other_batches() {
  RuntimeOptions options = bundled_options();
  options.engine.threads = 2;
  options.engine.rows_per_step = 24;
  options.engine.prefix_cache = false;
  static Runtime runtime(options);
  return runtime;
}

// What is wrong with it; empty if nothing is.
std::string fault_of(const StrategyEntry& entry, const SolveResult& result, std::int64_t budget) {
  const Ledger& ledger = result.receipt.ledger;
  if (ledger.total() > budget) return "the budget is exceeded";
  return fault_of_outcome(result.outcome, entry.asks_further ? std::nullopt : std::optional(ledger.generated));
}

class EveryStrategyOnTheModel : public testing::TestWithParam<const StrategyEntry*> {};

TEST_P(EveryStrategyOnTheModel, KeepsBudgetsAnswersFromWhatItFoundAndRepeatsItself) {
  const StrategyEntry& entry = *GetParam();
  for (const std::string& verifier : verifiers_of(entry)) {
    for (const std::int64_t budget : budgets()) {
      SolveRequest request;
      request.problem = kProblem;
      request.strategy = entry.name;
      request.verifier = verifier;
      request.budget.tokens = budget;
      request.seed = static_cast<std::uint64_t>(budget);
      const std::string what = verifier + " within " + std::to_string(budget);

      const SolveResult result = solve_now(one_thread(), request);
      const SolveResult again = solve_now(other_batches(), request);

      EXPECT_EQ(fault_of(entry, result, budget), "") << what;
      EXPECT_EQ(transcript(again.outcome), transcript(result.outcome)) << what;
      EXPECT_EQ(again.receipt.ledger.total(), result.receipt.ledger.total()) << what;
    }
  }
}

// --- Cancelled in the middle. ---

// Keys and values for so many tokens of each of the two models, in whole pages.
constexpr std::size_t kRoom = 34 * 16;

RuntimeOptions with_room() {
  RuntimeOptions options = bundled_options();
  Runtime probe(options);
  const std::shared_ptr<RewardModel> reward = probe.reward_model("");
  double slot_bytes = 0;
  for (const Engine* engine : {&probe.engine(), &reward->engine()})
    slot_bytes += engine->model().cost().slot_bytes(engine->options().kv_type);
  options.engine.kv_bytes =
      static_cast<std::int64_t>(slot_bytes * static_cast<double>(kRoom)) + 64;  // no page is lost to rounding
  return options;
}

Runtime& narrow() {
  static Runtime runtime(with_room());
  runtime.reward_model("");  // from here on they share
  return runtime;
}

// A prompt that needs all of the engine's keys and values.
bool has_room_for_all(Engine& engine) {
  try {
    return open(engine, std::vector<Token>(kRoom - 1, 'a'), request_of()).has_value();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_resources) << error.what();
    return false;
  }
}

struct Cancelled {
  RequestHandle request = request_of();  // every sequence that is alive holds it too
  bool under_way = false;                // the search had not ended by then
};

// A search whose request is cancelled after so many pieces of text; all that it was made of is gone.
Cancelled cancelled_after(int pieces, const StrategyEntry& entry, const std::string& verifier_name) {
  Cancelled cancelled;
  VerifierResources resources;
  resources.reward_model = [](const std::string& file) { return narrow().reward_model(file); };
  const auto verifier = make_verifier(verifier_name, resources);
  const auto strategy = make_strategy(entry.name, verifier);
  Problem problem;
  problem.text = kProblem;
  problem.prompt = narrow().prompt(kProblem, /*chat=*/true);
  problem.render = [](std::span<const Turn> turns) { return narrow().conversation(turns, ""); };
  LanguageModelSpaceOptions options;
  options.statistics = verifier->statistics();
  options.on_text = [&pieces, &request = *cancelled.request](std::uint64_t, std::string_view) {
    if (--pieces == 0) request.cancel();
  };
  LanguageModelSpace space(narrow().engine(), cancelled.request, options);
  try {
    run(strategy->solve(problem, space));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled) << error.what();
    cancelled.under_way = true;
  }
  return cancelled;
}

TEST_P(EveryStrategyOnTheModel, GivesEveryPageBackWhenItIsCancelled) {
  const StrategyEntry& entry = *GetParam();
  ASSERT_TRUE(has_room_for_all(narrow().engine()));
  const std::string verifier = entry.uses_verifier ? "prm" : "likelihood";
  for (const int pieces : {1, 40, 300}) {
    const Cancelled cancelled = cancelled_after(pieces, entry, verifier);

    if (pieces == 1 && entry.name != "think_sum") {  // which draws nothing
      EXPECT_TRUE(cancelled.under_way);
    }
    EXPECT_TRUE(has_room_for_all(narrow().engine())) << pieces;
    EXPECT_TRUE(has_room_for_all(narrow().reward_model("")->engine())) << pieces;
    EXPECT_EQ(cancelled.request.use_count(), 1) << "a sequence is left, and with it its pages";
  }
}

std::vector<const StrategyEntry*> every_entry() {
  std::vector<const StrategyEntry*> entries;
  for (const StrategyEntry& entry : strategies()) entries.push_back(&entry);
  return entries;
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryStrategyOnTheModel, testing::ValuesIn(every_entry()),
                         [](const auto& instance) { return std::string(instance.param->name); });

}  // namespace
}  // namespace reckon
