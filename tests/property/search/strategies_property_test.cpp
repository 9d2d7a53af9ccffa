// Invariants 1 and 2 for every registered strategy: same seed, same bytes, whatever the machine; and no budget exceeded.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/search/answering_engine.h"

namespace reckon {
namespace {

std::vector<StrategyEntry> entries(bool by_steps_too) {
  std::vector<StrategyEntry> table;
  for (const StrategyEntry& entry : drawing_strategies()) {
    if (by_steps_too || !searches_by_steps(entry)) table.push_back(entry);
  }
  return table;
}

Question any_question(bool by_steps_too) {
  const StrategyEntry entry = *rc::gen::elementOf(entries(by_steps_too));
  Question question;
  question.strategy = with_parameters(entry, *rc::gen::inRange(1, 9), *rc::gen::inRange(1, 31));
  if (searches_by_steps(entry) && *rc::gen::arbitrary<bool>()) {
    const bool first = question.strategy.find(':') == std::string::npos;
    question.strategy +=
        (first ? ":step=tokens,step_tokens=" : ",step=tokens,step_tokens=") + std::to_string(*rc::gen::inRange(1, 9));
  }
  question.prompt_tokens = *rc::gen::inRange<std::size_t>(1, 31);
  question.first = *rc::gen::inRange(0, 3);  // few, so that a cache has something to find
  question.seed = *rc::gen::arbitrary<std::uint64_t>();
  if (*rc::gen::arbitrary<bool>()) question.budget = tokens(*rc::gen::inRange<std::int64_t>(1, 200));
  return question;
}

RC_GTEST_PROP(Strategies, GiveTheSameBytesOnAnyEngine, ()) {
  static const auto plain = answering_engine();
  static const auto threaded = answering_engine(/*threads=*/2);
  static const auto narrow = answering_engine(/*threads=*/1, /*rows_per_step=*/3);
  static const auto caching = answering_engine(/*threads=*/2, /*rows_per_step=*/16, /*prefix_cache=*/true);
  const Question question = any_question(/*by_steps_too=*/true);

  const std::string expected = transcript(solve(*plain, question).outcome);

  for (Engine* engine : {plain.get(), threaded.get(), narrow.get(), caching.get(), caching.get()}) {  // the last one warm
    RC_ASSERT(transcript(solve(*engine, question).outcome) == expected);
  }
}

RC_GTEST_PROP(Strategies, NeverSpendMoreThanABudgetAndAnswerWhereTheyCan, ()) {
  static const auto engine = answering_engine();
  Question question = any_question(/*by_steps_too=*/true);
  question.budget = tokens(*rc::gen::inRange<std::int64_t>(1, 400));

  const Solved solved = solve(*engine, question);

  RC_ASSERT(solved.ledger.total() <= *question.budget.tokens);
  RC_ASSERT(solved.ledger.generated == drawn_tokens(solved.outcome));
  const auto& paths = solved.outcome.paths;
  const bool found = std::ranges::any_of(paths, [](const PathRecord& path) { return path.answer.has_value(); });
  RC_ASSERT(solved.outcome.answer.has_value() == found);
}

// Of a search by steps what it draws depends on what is left: it keeps something back.
RC_GTEST_PROP(Strategies, ThatDrawWholePathsSpendWhatABudgetAllowsAndNotOneTokenMore, ()) {
  static const auto engine = answering_engine();
  Question question = any_question(/*by_steps_too=*/false);
  question.budget = {};
  const Solved whole = solve(*engine, question);
  const auto budget = *rc::gen::inRange<std::int64_t>(1, whole.ledger.total() + 10);
  const auto prompt = static_cast<std::int64_t>(question.prompt_tokens);

  question.budget = tokens(budget);
  const Solved solved = solve(*engine, question);

  RC_ASSERT(solved.ledger.total() == (budget < prompt ? 0 : std::min(budget, whole.ledger.total())));
  RC_ASSERT(solved.ledger.generated == drawn_tokens(solved.outcome));
  if (budget < whole.ledger.total()) {
    RC_ASSERT(solved.outcome.status == OutcomeStatus::budget_exhausted);
  } else if (budget > whole.ledger.total()) {
    RC_ASSERT(transcript(solved.outcome) == transcript(whole.outcome));
  }
  for (std::size_t i = 0; i < solved.outcome.paths.size(); ++i) {  // paths are cut off, and otherwise the same
    RC_ASSERT(whole.outcome.paths[i].text.starts_with(solved.outcome.paths[i].text));
  }
}

RC_GTEST_PROP(Strategies, ThatDrawWholePathsEndOneWhereTheBudgetPaysForIt, ()) {
  static const auto engine = answering_engine();
  Question question = any_question(/*by_steps_too=*/false);
  question.budget = {};
  const Solved whole = solve(*engine, question);
  const std::int64_t one = static_cast<std::int64_t>(question.prompt_tokens) + whole.outcome.paths.front().tokens;

  question.budget = tokens(*rc::gen::inRange<std::int64_t>(one, whole.ledger.total() + 1));
  const Solved solved = solve(*engine, question);

  RC_ASSERT(solved.outcome.paths.front().state == whole.outcome.paths.front().state);
  RC_ASSERT(solved.outcome.paths.front().text == whole.outcome.paths.front().text);
}

}  // namespace
}  // namespace reckon
