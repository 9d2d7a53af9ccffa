// What a space keeps back for scores is drawn by strategies that will ask for none, and kept for those that will.
#include "search/score_reserve.h"

#include <gtest/gtest.h>

#include "unit/search/answering_engine.h"

namespace reckon {
namespace {

// Solved with so many tokens kept back for each that is drawn, by a verifier that in fact costs nothing.
Solved solved(Engine& engine, const std::string& strategy, std::int64_t budget, double verifier_tokens) {
  Problem problem = problem_of({});
  problem.text = "Add one two";
  problem.render = [](std::span<const Turn>) { return prompt_of(12); };
  const auto request = request_of(tokens(budget));
  LanguageModelSpaceOptions options;
  options.verifier_tokens = verifier_tokens;
  LanguageModelSpace space(engine, request, options);
  Solved result;
  result.outcome = solve_on(space, *make_strategy(strategy, make_verifier("likelihood")), problem);
  result.ledger = request->ledger();
  return result;
}

TEST(ScoreReserve, IsDrawnByWhoWillNotScore) {
  const auto engine = answering_engine();
  for (const char* strategy :
       {"hedged:n=8", "ensemble:n=8", "ensemble:n=8,select=best,reliability=0.7", "pdr:widths=8", "pdr:widths=8,distil=top_k",
        "pdr:widths=4-2", "pdr:widths=4-2,distil=random_k,keep=2", "pipeline:stages=generate:n=8|select",
        "pipeline:stages=generate:n=8|verify:max_tokens=4|select"}) {
    for (const std::int64_t budget : {40, 100, 300}) {
      const Solved with = solved(*engine, strategy, budget, 1);
      const Solved without = solved(*engine, strategy, budget, 0);

      EXPECT_EQ(transcript(with.outcome), transcript(without.outcome)) << strategy << " of " << budget;
      EXPECT_EQ(with.ledger.total(), without.ledger.total()) << strategy << " of " << budget;
    }
  }
}

TEST(ScoreReserve, IsKeptForWhoWill) {
  const auto engine = answering_engine();
  for (const char* strategy : {"hedged:n=8,select=best", "ensemble:n=8,select=weighted", "pdr:widths=8-2,distil=top_k",
                               "pipeline:stages=generate:n=8:reserve=0|select:by=best",
                               "pipeline:stages=generate:n=8:reserve=0|rank:by=verifier:keep=1"}) {
    EXPECT_NE(transcript(solved(*engine, strategy, 100, 1).outcome), transcript(solved(*engine, strategy, 100, 0).outcome))
        << strategy;
  }
}

// Every token that was drawn for an answer will have to be read once more.
TEST(ScoreReserve, LeavesWhatScoresOfAllThatWasDrawnWillCost) {
  const auto engine = answering_engine();
  for (const std::int64_t budget : {40, 100, 300}) {
    const Solved ran = solved(*engine, "best_of_n:n=64", budget, 1);

    EXPECT_LE(ran.ledger.total() + ran.ledger.prompt_computed + ran.ledger.prompt_cached + ran.ledger.generated, budget);
    EXPECT_GE(ran.ledger.generated, budget / 4) << "and no more than that";
  }
}

TEST(ScoreReserve, IsNotSpentOnQuestionsAboutCandidates) {
  const auto engine = answering_engine();
  for (const std::int64_t budget : {100, 150, 300}) {
    const Solved ran = solved(*engine, "pipeline:stages=generate:n=2:max_tokens=10:reserve=0|verify|select:by=best", budget, 1);

    std::int64_t drawn = 0;
    std::int64_t judged = 0;
    for (const PathRecord& path : ran.outcome.paths) (path.judging ? judged : drawn) += path.tokens;
    EXPECT_GT(drawn, 0) << budget;
    EXPECT_GT(judged, 0) << budget;
    EXPECT_LE(ran.ledger.total() + drawn, budget);
  }
}

}  // namespace
}  // namespace reckon
