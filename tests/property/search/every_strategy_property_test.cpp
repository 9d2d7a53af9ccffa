// Every strategy of the registry, with any parameters, under any budget: a budget is never exceeded, an answer is returned
// whenever one was found, the ledger is what the paths hold, nothing is still held afterwards, and the same seed gives the same
// again. Those that only draw do so on a toy space of words; those that also ask the model, and some of the others, talk with a
// script that answers anything. RECKON_SEARCH_RUNS=1000000 runs more.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/outcome_faults.h"
#include "unit/search/random_reward.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

// Rows that the toy space knows nothing of, and a step that never ends but by its tokens.
const std::set<std::string> kUntouched{"top_p", "top_k", "min_p"};

// Texts that say what a strategy does, beside their defaults.
const std::map<std::string, std::vector<std::string>> kTexts{
    {"stages",
     {"generate:n=3|select", "generate:n=2:reserve=0|critique|fuse:n=2|select:by=majority",
      "generate:n=4|rank:keep=2|verify|select", "generate:n=3|verify:by=verifier:enough=0.4|rank:by=verifier:keep=1|select",
      "generate:n=2|generate:n=2:prompt=Anew! {problem}|write_tests:n=2|evaluate_tests:keep=3|fuse|select"}},
    {"choices", {"yes|no", "0|1|none"}},
    {"items", {"", "one|two|three"}},
    {"prompts", {"Say: {problem}", "Say: {problem}|Anew! {problem}"}},
    {"widths", {"3-2-1", "2-2", "1-1-1", "4"}},
    {"words", {"Wait|0", "1"}},
};

std::string any_value(const ParameterSpec& parameter, SplitMix64& rng) {
  if (const auto texts = kTexts.find(std::string(parameter.name)); texts != kTexts.end() && rng.below(2) == 0) {
    return texts->second[rng.below(texts->second.size())];
  }
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
  bool talks = false;  // with a script; else it draws words
  bool asks = false;   // StrategyEntry::asks_further
  std::string strategy;
  std::size_t length;  // of a word
  std::uint64_t seed;
  std::int64_t budget;  // -1: none
};

Case any_case(SplitMix64& rng) {
  Case run;
  const StrategyEntry& entry = strategies()[rng.below(strategies().size())];
  run.asks = entry.asks_further;
  run.talks = run.asks || rng.below(4) == 0;
  run.strategy = any_strategy(entry, rng);
  run.length = 1 + rng.below(5);
  run.seed = rng.below(1000);
  constexpr std::int64_t kBudgets[] = {60, 400, 3000};  // a byte of a question is a token
  run.budget = rng.below(8) == 0 ? -1 : rng.range(0, run.talks ? kBudgets[rng.below(3)] : 60);
  return run;
}

struct Ran {
  Outcome outcome;
  Ledger ledger;
  int held = 0;  // paths, after the end
};

// What a model might say that has learnt nothing: pieces of all that strategies look for.
std::string babble(std::uint64_t seed, const ScriptedTurn& turn) {
  static const std::vector<std::string> kPieces{
      "0",       "1",        "\n",  " Wait", "\\boxed{0}", "\\boxed{1}", "\\boxed{-1}",    "Yes", " no", "[1]", "[2]", "2. ",
      "<think>", "</think>", "?\n", "01",    "Step 1",     "the one",    "\n```\nx\n```\n"};
  SplitMix64 rng(seed + fnv1a(turn.text) + 31 * turn.turns.size() + 1009 * turn.id + fnv1a(turn.question));
  std::string text;
  for (std::uint64_t pieces = rng.below(5); pieces > 0; --pieces) text += kPieces[rng.below(kPieces.size())];
  return text;
}

Ran talked(const Case& run) {
  ScriptedSpaceOptions options;
  options.seed = run.seed;
  options.budget_tokens = run.budget;
  options.says = [seed = run.seed](const ScriptedTurn& turn) { return babble(seed, turn); };
  options.likelihood = [seed = run.seed](const ScriptedTurn& turn, const std::string& text) {
    return -5 * random_reward(seed + turn.id, text);
  };
  options.confidence = [seed = run.seed](const ScriptedTurn& turn) { return 20 * random_reward(seed, turn.text); };
  ScriptedSpace space(std::move(options));
  const auto verifier = by_text([seed = run.seed](const std::string& text) { return random_reward(seed, text); });
  Problem problem = scripted_problem("0 or 1?");
  Ran ran;
  ran.outcome = solve_on(space, *make_strategy(run.strategy, verifier), problem);
  ran.ledger = space.ledger();
  ran.held = space.held();
  return ran;
}

Ran drew_words(const Case& run) {
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
  Ran ran;
  ran.outcome = solve_on(space, *make_strategy(run.strategy, by_letters(reward)), problem);
  ran.ledger = space.ledger();
  return ran;
}

// Nothing where the strategy needs what the space does not have.
std::optional<Ran> ran(const Case& run) {
  try {
    return run.talks ? talked(run) : drew_words(run);
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
  if (ran.held != 0) return "paths are held after the end";
  if (!run.asks) return fault_of_outcome(outcome, ran.ledger.generated);
  if (drawn_in(outcome) != ran.ledger.generated) return "the ledger is not what the paths hold";
  return fault_of_outcome(outcome, std::nullopt);
}

int runs() {
  const char* given = std::getenv("RECKON_SEARCH_RUNS");
  return given != nullptr ? std::max(std::atoi(given), 1) : 100000;
}

TEST(EveryStrategy, KeepsItsPromisesWithAnyParametersUnderAnyBudget) {
  SplitMix64 rng(20251127);
  int unsupported = 0;
  std::map<std::string, int> took_part;
  const int count = runs();
  for (int i = 0; i < count; ++i) {
    const Case run = any_case(rng);
    const std::string what = fmt::format("{}, {}, words of {}, seed {}, budget {}", run.strategy,
                                         run.talks ? "talking" : "drawing", run.length, run.seed, run.budget);
    const std::optional<Ran> first = ran(run);
    if (!first) {
      ++unsupported;
      continue;
    }
    ++took_part[run.strategy.substr(0, run.strategy.find(':'))];
    ASSERT_EQ(fault_of(run, *first), "") << what;
    if (i % 4 != 0) continue;
    ASSERT_EQ(transcript(ran(run)->outcome), transcript(first->outcome)) << what;
  }
  EXPECT_LT(unsupported, count / 2);
  for (const StrategyEntry& entry : strategies()) {
    EXPECT_GT(took_part[std::string(entry.name)], count / 400) << entry.name << " did not take part";
  }
}

}  // namespace
}  // namespace reckon
