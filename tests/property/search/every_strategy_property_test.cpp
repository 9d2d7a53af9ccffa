// Every strategy of the registry, with any parameters, under any budget, on a toy space: a budget is never exceeded, an answer is
// returned whenever one was found, the ledger is what the paths hold, and the same seed gives the same again.
// RECKON_SEARCH_RUNS=1000000 runs more.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/outcome_faults.h"
#include "unit/search/random_reward.h"

namespace reckon {
namespace {

// Rows that the toy space knows nothing of, and a step that never ends but by its tokens.
const std::set<std::string> kUntouched{"top_p", "top_k", "min_p"};

std::string any_value(const ParameterSpec& parameter, SplitMix64& rng) {
  if (!parameter.choices.empty()) return parameter.choices[rng.below(parameter.choices.size())];
  if (parameter.name == "step") return rng.below(2) == 0 ? "newline" : "tokens";
  if (const auto* text = std::get_if<std::string>(&parameter.default_value)) return *text;
  if (std::holds_alternative<bool>(parameter.default_value)) return rng.below(2) == 0 ? "false" : "true";
  if (std::holds_alternative<std::int64_t>(parameter.default_value)) {
    const auto least = static_cast<std::int64_t>(parameter.minimum);
    const std::int64_t most = std::min(static_cast<std::int64_t>(parameter.maximum), least + 6);
    return fmt::format("{}", rng.range(least, most));
  }
  const double most = std::min(parameter.maximum, parameter.minimum + 2);
  const double values[] = {parameter.minimum, std::get<double>(parameter.default_value), most, (parameter.minimum + most) / 2};
  return fmt::format("{}", values[rng.below(4)]);
}

// Counts are always small, or defaults of many paths would take all the time; of the others every second is left as it is.
std::string any_strategy(const StrategyEntry& entry, SplitMix64& rng) {
  std::string text(entry.name);
  char separator = ':';
  for (const ParameterSpec& parameter : entry.parameters) {
    const bool count = std::holds_alternative<std::int64_t>(parameter.default_value) && parameter.name != "max_tokens";
    if (kUntouched.contains(parameter.name) || (!count && rng.below(2) == 0)) continue;
    text += separator + parameter.name + '=' + any_value(parameter, rng);
    separator = ',';
  }
  return text;
}

struct Case {
  std::string strategy;
  std::size_t length;  // of a word
  std::uint64_t seed;
  std::int64_t budget;  // -1: none
};

Case any_case(SplitMix64& rng) {
  Case run;
  static const std::vector<StrategyEntry> entries = drawing_strategies();  // the others need a model that answers questions
  run.strategy = any_strategy(entries[rng.below(entries.size())], rng);
  run.length = 1 + rng.below(5);
  run.seed = rng.below(1000);
  run.budget = rng.below(8) == 0 ? -1 : rng.range(0, 60);
  return run;
}

struct Ran {
  Outcome outcome;
  Ledger ledger;
};

// Nothing where the strategy needs what the toy space does not have.
std::optional<Ran> ran(const Case& run) {
  ToyChain chain = two_letter_chain();
  chain.length = run.length;
  ToySpaceOptions options;
  options.seed = run.seed;
  options.budget_tokens = run.budget;
  ToySpace space(std::move(chain), options);
  Problem problem;
  problem.text = "which word?";
  const auto reward = [seed = run.seed](std::string_view letters) { return random_reward(seed, letters); };
  problem.check = [](std::string_view text) { return text.ends_with("1}") ? 1.0 : 0.0; };
  try {
    Ran ran;
    ran.outcome = solve_on(space, *make_strategy(run.strategy, by_letters(reward)), problem);
    ran.ledger = space.ledger();
    return ran;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::unsupported || error.code() == ErrorCode::bad_argument) return std::nullopt;
    throw;
  }
}

// What is wrong with it; empty if nothing is.
std::string fault_of(const Case& run, const Ran& ran) {
  const Outcome& outcome = ran.outcome;
  if (run.budget >= 0 && ran.ledger.total() > run.budget) return "the budget is exceeded";
  if (run.budget < 0 && outcome.status == OutcomeStatus::budget_exhausted) return "out of a budget that there is not";
  return fault_of_outcome(outcome, ran.ledger.generated);
}

int runs() {
  const char* given = std::getenv("RECKON_SEARCH_RUNS");
  return given != nullptr ? std::max(std::atoi(given), 1) : 100000;
}

TEST(EveryStrategy, KeepsItsPromisesWithAnyParametersUnderAnyBudget) {
  SplitMix64 rng(20251127);
  int unsupported = 0;
  const int count = runs();
  for (int i = 0; i < count; ++i) {
    const Case run = any_case(rng);
    const std::string what = fmt::format("{}, words of {}, seed {}, budget {}", run.strategy, run.length, run.seed, run.budget);
    const std::optional<Ran> first = ran(run);
    if (!first) {
      ++unsupported;
      continue;
    }
    ASSERT_EQ(fault_of(run, *first), "") << what;
    if (i % 4 != 0) continue;
    ASSERT_EQ(transcript(ran(run)->outcome), transcript(first->outcome)) << what;
  }
  EXPECT_LT(unsupported, count / 2);
}

}  // namespace
}  // namespace reckon
