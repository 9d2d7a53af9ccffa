// Searches over steps under every budget: never exceeded, an answer whenever one was found, the same when repeated; and what they
// let a reward model read.
#include <gtest/gtest.h>

#include <algorithm>

#include "search/reward_model.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/random_reward.h"

namespace reckon {
namespace {

constexpr const char* kSearches[] = {
    "beam:n=4,width=2",
    "beam:n=5,width=2,dedup=true",
    "beam:n=4,width=2,rollover=true",
    "beam:n=4,width=2,reserve=0",
    "beam:n=3,width=2,steps=2,reserve=1",
    "dvts:n=4,width=2",
    "dvts:n=5,width=3,reserve=0.6",
    "lookahead:n=4,width=2",
    "lookahead:n=4,width=2,ahead=3",
    "lookahead:n=3,width=2,ahead=2,reuse=true",
    "a_star:width=2",
    "a_star:width=3,answers=3,batch=2",
    "a_star:width=2,expansions=2",
    "a_star:width=2,answers=9,reserve=0,cost=logp",
    "mcts:width=2",
    "mcts:width=3,batch=3,rule=uct",
    "mcts:width=2,value=rollout,backup=max",
    "mcts:width=2,simulations=2,prior=likelihood",
};

std::int64_t drawn_of(const Outcome& outcome) {
  std::int64_t tokens = 0;
  for (const PathRecord& path : outcome.paths) tokens += path.tokens - path.inherited_tokens;
  return tokens;
}

bool some_answered(const Outcome& outcome) {
  return std::ranges::any_of(outcome.paths, [](const PathRecord& path) { return path.answer.has_value(); });
}

void expect_sound(const Outcome& outcome, const Ledger& ledger, std::int64_t budget, const std::string& what) {
  EXPECT_LE(ledger.total(), budget) << what;
  EXPECT_EQ(ledger.generated, drawn_of(outcome)) << what;
  EXPECT_EQ(outcome.answer.has_value(), some_answered(outcome)) << what;
  const bool cut = std::ranges::count(outcome.paths, PathState::cut_off, &PathRecord::state) > 0;
  if (cut || outcome.paths.empty()) {
    EXPECT_EQ(outcome.status, OutcomeStatus::budget_exhausted) << what;
  }
  EXPECT_EQ(std::ranges::count(outcome.paths, PathState::open, &PathRecord::state), 0) << what;
}

TEST(TreeBudgets, OnTheToySpaceAreKeptAndAnsweredFrom) {
  ToyChain chain = two_letter_chain();
  chain.length = 5;
  for (const std::string search : kSearches) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto strategy =
          make_strategy(search, by_letters([seed](std::string_view word) { return random_reward(seed, word); }));
      for (std::int64_t budget = 0; budget <= 60; ++budget) {
        const std::string what = search + ", seed " + std::to_string(seed) + ", budget " + std::to_string(budget);
        std::string first;
        for (int repeat = 0; repeat < 2; ++repeat) {
          ToySpaceOptions options;
          options.seed = seed;
          options.budget_tokens = budget;
          ToySpace space(chain, options);
          const Outcome outcome = solve_on(space, *strategy);
          expect_sound(outcome, space.ledger(), budget, what);
          if (repeat == 0) first = transcript(outcome);
          EXPECT_EQ(transcript(outcome), first) << what;
        }
      }
      ToySpaceOptions options;
      options.seed = seed;
      ToySpace space(chain, options);
      EXPECT_EQ(solve_on(space, *strategy).status, OutcomeStatus::answered) << search;
    }
  }
}

TEST(TreeBudgets, OnAModelAreKeptAndAnsweredFrom) {
  const auto engine = answering_engine();
  for (const std::string search : kSearches) {
    for (const std::int64_t budget : {1, 9, 10, 11, 12, 20, 30, 50, 80, 150, 500, 5000}) {
      Question question;
      question.strategy = search + ",step=tokens,step_tokens=3,max_tokens=30";
      question.budget = tokens(budget);
      const std::string what = question.strategy + ", budget " + std::to_string(budget);
      const Solved solved = solve(*engine, question);

      expect_sound(solved.outcome, solved.ledger, budget, what);
      EXPECT_EQ(transcript(solve(*engine, question).outcome), transcript(solved.outcome)) << what;
    }
  }
}

// With half of the budget kept back, a search that ends with an answer when it may spend what it likes has one from very little.
TEST(TreeBudgets, AReserveEndsAPathWhereTheSearchAloneWouldEndNone) {
  ToyChain chain = two_letter_chain();
  chain.length = 10;
  for (const char* search : {"beam:n=8,width=2", "beam:n=8,width=2,rollover=true", "dvts:n=8,width=2", "lookahead:n=8,width=2",
                             "a_star:width=2", "mcts:width=2", "mcts:width=2,value=rollout"}) {
    int with = 0;
    int without = 0;
    for (std::int64_t budget = 20; budget <= 60; ++budget) {
      for (const bool keeps : {true, false}) {
        ToySpaceOptions options;
        options.budget_tokens = budget;
        ToySpace space(chain, options);
        const auto strategy = make_strategy(search + std::string(keeps ? ",reserve=0.6" : ",reserve=0"),
                                            by_letters([](std::string_view word) { return random_reward(1, word); }));
        (keeps ? with : without) += solve_on(space, *strategy).answer ? 1 : 0;
      }
    }
    EXPECT_GE(with, without) << search;
    EXPECT_GT(with, 25) << search;
  }
}

// --- A reward model that reads beside the search. ---

struct Reading {
  std::unique_ptr<Engine> engine = tiny_engine();
  std::shared_ptr<RewardModel> reward;
  std::shared_ptr<const Verifier> verifier;

  Reading() {
    RewardReadout readout;
    readout.pairs.push_back(RewardPair{"good", 1, 2, 1.0});
    readout.prompt = [](const Problem& problem) { return problem.prompt; };
    reward = std::make_shared<RewardModel>(tiny_engine(), std::move(readout));
    VerifierResources resources;
    resources.reward_model = [this](const std::string&) { return reward; };
    verifier = make_verifier("prm", resources);
  }

  Solved solve(const std::string& search, const Budget& budget) const {
    const auto request = request_of(budget);
    LanguageModelSpaceOptions options;
    options.verifier_tokens = verifier->tokens_per_token();
    LanguageModelSpace space(*engine, request, options);
    Solved solved;
    solved.outcome =
        solve_on(space, *make_strategy(search + ",step=tokens,step_tokens=3,max_tokens=12", verifier), problem_of({}));
    solved.ledger = request->ledger();
    return solved;
  }
};

TEST(TreeBudgets, ARewardModelReadsEveryTokenOnce) {
  const Reading reading;
  for (const std::string search : kSearches) {
    const Solved solved = reading.solve(search, {});

    std::int64_t read = 10;  // the problem, once
    for (const PathRecord& path : solved.outcome.paths) read += std::ssize(path.text) - path.inherited_tokens;
    EXPECT_EQ(solved.ledger.verified, read) << search;  // a letter is a token; the token that ends a text has none
    EXPECT_EQ(solved.ledger.generated, drawn_of(solved.outcome)) << search;
  }
}

TEST(TreeBudgets, WhatARewardModelReadsIsPaidForToo) {
  const Reading reading;
  for (const std::string search : kSearches) {
    for (const std::int64_t budget : {9, 10, 19, 20, 25, 40, 80, 200, 1000}) {
      const Solved solved = reading.solve(search, tokens(budget));

      EXPECT_LE(solved.ledger.total(), budget) << search;
      EXPECT_EQ(solved.ledger.generated, drawn_of(solved.outcome)) << search;
    }
  }
}

}  // namespace
}  // namespace reckon
