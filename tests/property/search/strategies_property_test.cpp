// Invariants 1 and 2 for every registered strategy: same seed, same bytes, whatever the machine; and no budget exceeded.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/search/answering_engine.h"

namespace reckon {
namespace {

Question any_question() {
  static const std::vector<StrategyEntry> entries = drawing_strategies();
  const auto index = *rc::gen::inRange<std::size_t>(0, entries.size());
  Question question;
  question.strategy = with_parameters(entries[index], *rc::gen::inRange(1, 9), *rc::gen::inRange(1, 31));
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
  const Question question = any_question();

  const std::string expected = transcript(solve(*plain, question).outcome);

  for (Engine* engine : {plain.get(), threaded.get(), narrow.get(), caching.get(), caching.get()}) {  // the last one warm
    RC_ASSERT(transcript(solve(*engine, question).outcome) == expected);
  }
}

RC_GTEST_PROP(Strategies, SpendWhatABudgetAllowsAndNotOneTokenMore, ()) {
  static const auto engine = answering_engine();
  Question question = any_question();
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

RC_GTEST_PROP(Strategies, EndAPathWhereTheBudgetPaysForOne, ()) {
  static const auto engine = answering_engine();
  Question question = any_question();
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
