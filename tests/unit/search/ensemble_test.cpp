// Several models and wordings as one search: the space that joins them, and the strategy that lets them vote. Exact laws on toy
// chains, and everything under one budget on engines.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.h"
#include "search/spaces/ensemble_space.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

const std::vector<double> kFirst{0.5, 0.3, 0.2};
const std::vector<double> kSecondModel{0.1, 0.6, 0.3};

// Every execution of an ensemble of two toy models.
void for_each(const Strategy& strategy, const std::function<void(const Outcome&, double)>& visit) {
  ExhaustiveChooser chooser;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    options.next_path = std::make_shared<std::uint64_t>(0);
    ToySpace first(one_letter_chain(kFirst), options);
    ToySpace second(one_letter_chain(kSecondModel), options);
    std::vector<EnsembleMember> members(2);
    members[0].space = &first;
    members[1].space = &second;
    EnsembleSpace space(std::move(members));
    const Outcome outcome = solve_on(space, strategy);
    EXPECT_EQ(first.ledger().generated, second.ledger().generated);
    visit(outcome, chooser.probability());
  } while (chooser.next());
}

struct Votes {
  std::vector<std::size_t> letters;
  std::vector<std::size_t> members;
  double probability = 1;
};

// All that two members with two paths each can say.
std::vector<Votes> all_votes() {
  std::vector<Votes> all;
  for (int code = 0; code < 81; ++code) {
    Votes& votes = all.emplace_back();
    for (int i = 0, rest = code; i < 4; ++i, rest /= 3) {
      votes.letters.push_back(static_cast<std::size_t>(rest % 3));
      votes.members.push_back(i < 2 ? 0U : 1U);
      votes.probability *= (i < 2 ? kFirst : kSecondModel)[votes.letters.back()];
    }
  }
  return all;
}

void expect_law(const std::string& strategy, const std::function<std::string(const Votes&)>& answer) {
  Law law;
  for_each(*make_strategy(strategy + ",n=2,temperature=1", by_letters([](std::string_view) { return 0.5; })),
           [&law](const Outcome& outcome, double probability) { law[outcome.answer.value_or("none")] += probability; });
  Law expected;
  for (const Votes& votes : all_votes()) expected[answer(votes)] += votes.probability;
  EXPECT_EQ(law.size(), expected.size());
  for (const auto& [letter, probability] : expected) EXPECT_NEAR(law[letter], probability, 1e-12) << strategy << ": " << letter;
}

// P(letter | votes) by Bayes' rule over the letters that were said and one that was not, each as likely beforehand.
// Votes of the same member err together: each says as much as 1 / (1 + correlation) of one, where there are two.
double probability_of(const Votes& votes, const std::vector<double>& reliable, std::size_t letter, double correlation = 0) {
  const std::set<std::size_t> said(votes.letters.begin(), votes.letters.end());
  const auto likelihood = [&](std::size_t truth) {
    double product = 1;
    for (std::size_t i = 0; i < votes.letters.size(); ++i) {
      const double right = reliable[votes.members[i]];
      product *=
          std::pow(votes.letters[i] == truth ? right : (1 - right) / static_cast<double>(said.size()), 1 / (1 + correlation));
    }
    return product;
  };
  double all = likelihood(99);
  for (const std::size_t other : said) all += likelihood(other);
  return likelihood(letter) / all;
}

TEST(Ensemble, ByReliabilityHasTheLawOfBayesRule) {
  for (const std::vector<double>& reliable : std::vector<std::vector<double>>{{0.9, 0.6}, {0.55, 0.8}, {0.1, 0.7}}) {
    const std::string strategy = "ensemble:reliability=" + std::to_string(reliable[0]) + "|" + std::to_string(reliable[1]);
    std::map<std::string, double> confidences;
    const auto best = [&](const Votes& votes) {  // equals: who is said first
      std::size_t most = votes.letters[0];
      for (const std::size_t letter : votes.letters) {
        if (probability_of(votes, reliable, letter) > probability_of(votes, reliable, most) + 1e-12) most = letter;
      }
      return most;
    };
    expect_law(strategy, [&](const Votes& votes) { return std::to_string(best(votes)); });

    double expected = 0;
    for (const Votes& votes : all_votes()) expected += votes.probability * probability_of(votes, reliable, best(votes));
    double confidence = 0;
    for_each(*make_strategy(strategy + ",n=2,temperature=1", by_letters([](std::string_view) { return 0.5; })),
             [&](const Outcome& outcome, double probability) { confidence += probability * outcome.confidence; });
    EXPECT_NEAR(confidence, expected, 1e-12);
  }
}

TEST(Ensemble, CountsVotesThatErrTogetherForLess) {
  const std::vector<double> reliable{0.9, 0.6};
  for (const double correlation : {0.3, 1.0}) {
    double confidence = 0;
    for_each(*make_strategy("ensemble:reliability=0.9|0.6,n=2,temperature=1,correlation=" + std::to_string(correlation),
                            by_letters([](std::string_view) { return 0.5; })),
             [&](const Outcome& outcome, double probability) { confidence += probability * outcome.confidence; });

    double expected = 0;
    for (const Votes& votes : all_votes()) {
      double most = 0;
      for (const std::size_t letter : votes.letters) most = std::max(most, probability_of(votes, reliable, letter, correlation));
      expected += votes.probability * most;
    }
    EXPECT_NEAR(confidence, expected, 1e-12) << correlation;
  }
}

TEST(Ensemble, OfEquallyReliableMembersIsTheMajority) {
  const auto heaviest = [](const Votes& votes) {  // equals: the likelier under who said it, on average, then who is first
    std::map<std::size_t, std::pair<double, double>> tally;
    for (std::size_t i = 0; i < votes.letters.size(); ++i) {
      tally[votes.letters[i]].first += 1;
      tally[votes.letters[i]].second += std::log((votes.members[i] == 0 ? kFirst : kSecondModel)[votes.letters[i]]);
    }
    std::size_t most = votes.letters[0];
    const auto rank = [&tally](std::size_t letter) {
      const auto [count, likelihood] = tally[letter];
      return std::pair(count, likelihood / count);
    };
    for (const std::size_t letter : votes.letters) {
      if (rank(letter) > rank(most)) most = letter;
    }
    return std::to_string(most);
  };
  expect_law("ensemble:select=majority", heaviest);
  double votes_of_equals = 0;  // the same winners but for ties
  for_each(*make_strategy("ensemble:reliability=0.7|0.7,n=2,temperature=1", by_letters([](std::string_view) { return 0.5; })),
           [&](const Outcome& outcome, double probability) {
             std::map<std::string, int> counts;
             for (const PathRecord& path : outcome.paths) ++counts[*path.answer];
             const int most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->second;
             if (counts[*outcome.answer] == most) votes_of_equals += probability;
           });
  EXPECT_NEAR(votes_of_equals, 1, 1e-12);
}

TEST(Ensemble, SaysWhoDrewWhat) {
  const auto strategy = make_strategy("ensemble:n=2", by_letters([](std::string_view) { return 0.5; }));
  for_each(*strategy, [](const Outcome& outcome, double) {
    ASSERT_EQ(outcome.paths.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(outcome.paths[i].model, i < 2 ? 0 : 1);
      EXPECT_EQ(outcome.paths[i].member, i / 2);
    }
  });
}

TEST(Ensemble, OfOneModelAndOneWordingIsMajority) {
  const auto engine = answering_engine();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    for (const Budget& budget : {Budget{}, tokens(60), tokens(200)}) {
      Question question;
      question.seed = seed;
      question.budget = budget;
      question.strategy = "ensemble:n=6,max_tokens=20";
      const Outcome outcome = solve(*engine, question).outcome;
      question.strategy = "majority:n=6,max_tokens=20";
      if (!budget.tokens) {
        EXPECT_EQ(transcript(outcome), transcript(solve(*engine, question).outcome));
      }
      EXPECT_FALSE(outcome.paths.front().member);
    }
  }
}

TEST(Ensemble, UnderABudgetEveryMemberHasItsTurn) {
  Problem problem = scripted_problem();
  ToyChain chain = two_letter_chain();  // words of three letters
  const auto strategy = make_strategy("ensemble:n=8,prompts={problem}|Again {problem}", by_letters(two_letter_reward));
  for (int rounds = 1; rounds <= 8; rounds *= 2) {  // 1, 2, 4 and 8 paths of each member
    ToySpaceOptions options;
    options.budget_tokens = 2 + 2 * 3 * rounds;
    ToySpace space(chain, options);

    const Outcome outcome = solve_on(space, *strategy, problem);

    std::vector<int> finished(2, 0);
    for (const PathRecord& path : outcome.paths) {
      if (path.state == PathState::finished) ++finished[*path.member];
    }
    EXPECT_EQ(finished, std::vector<int>(2, rounds));
    EXPECT_EQ(outcome.status, rounds < 8 ? OutcomeStatus::budget_exhausted : OutcomeStatus::answered);
  }
}

TEST(Ensemble, RefusesReliabilitiesOfOtherMembersThanThereAre) {
  const auto verifier = by_letters(two_letter_reward);
  for (const char* refused :
       {"ensemble:reliability=1", "ensemble:reliability=0|0.5", "ensemble:reliability=a", "ensemble:prompts=|",
        "ensemble:prompts={problem}|Frage", "ensemble:reliability=0.5x", "ensemble:select=majorty"}) {
    EXPECT_THROW(make_strategy(refused, verifier), Error) << refused;
  }
  ToySpace space(two_letter_chain(), ToySpaceOptions{});
  EXPECT_THROW(solve_on(space, *make_strategy("ensemble:reliability=0.5|0.6", verifier)), Error);
}

// --- On engines that share one request. ---

struct Joined {  // a model, and one that reads every prompt backwards
  explicit Joined(Engine& first, Engine& second, const Budget& budget, std::uint64_t seed) : request(request_of(budget, seed)) {
    LanguageModelSpaceOptions options;
    options.counts = std::make_shared<SharedCounts>();
    spaces.push_back(std::make_unique<LanguageModelSpace>(first, request, options));
    spaces.push_back(std::make_unique<LanguageModelSpace>(second, request, options));
    std::vector<EnsembleMember> members(2);
    members[0].space = spaces[0].get();
    members[1].space = spaces[1].get();
    members[1].own = [](const Problem& problem) {
      Problem own = problem;
      std::ranges::reverse(own.prompt);
      return own;
    };
    whole = std::make_unique<EnsembleSpace>(std::move(members));
  }
  RequestHandle request;
  std::vector<std::unique_ptr<LanguageModelSpace>> spaces;
  std::unique_ptr<EnsembleSpace> whole;
};

TEST(Ensemble, OfTwoEnginesKeepsAnyBudgetAndRepeatsItself) {
  const auto first = answering_engine();
  const auto second = answering_engine(/*threads=*/2, /*rows_per_step=*/16);
  for (const char* text :
       {"ensemble:n=4,max_tokens=15", "ensemble:n=3,max_tokens=15,reliability=0.6|0.7", "ensemble:n=5,select=best"}) {
    const auto strategy = make_strategy(text, make_verifier("likelihood"));
    const auto run = [&](const Budget& budget, Engine& other) {
      Joined joined(*first, other, budget, 3);
      Solved solved;
      solved.outcome = solve_on(*joined.whole, *strategy, problem_of({}));
      solved.ledger = joined.request->ledger();
      return solved;
    };
    const Solved whole = run({}, *second);
    EXPECT_EQ(whole.ledger.generated, drawn_tokens(whole.outcome));
    EXPECT_EQ(whole.ledger.prompt_computed, 20);
    for (std::int64_t budget = 1; budget <= whole.ledger.total() + 5; budget += budget < 40 ? 1 : 7) {
      const Solved solved = run(tokens(budget), *second);

      EXPECT_LE(solved.ledger.total(), budget) << text;
      EXPECT_EQ(solved.ledger.generated, drawn_tokens(solved.outcome)) << text;
      EXPECT_EQ(transcript(solved.outcome), transcript(run(tokens(budget), *first).outcome)) << text << ", " << budget;
      std::set<std::uint64_t> ids;
      bool found = false;
      for (const PathRecord& path : solved.outcome.paths) {
        EXPECT_TRUE(ids.insert(path.id).second);
        found = found || path.answer;
      }
      EXPECT_EQ(solved.outcome.answer.has_value(), found) << text << ", " << budget;
      if (budget >= whole.ledger.total()) {
        EXPECT_EQ(transcript(solved.outcome), transcript(whole.outcome)) << text;
      } else {
        EXPECT_EQ(solved.outcome.status, OutcomeStatus::budget_exhausted) << text;
      }
    }
    Budget half;
    half.flops = whole.ledger.flops / 2;
    const Solved by_flops = run(half, *second);
    EXPECT_LE(by_flops.ledger.flops, whole.ledger.flops / 2);
    EXPECT_EQ(by_flops.outcome.status, OutcomeStatus::budget_exhausted);
  }
}

TEST(EnsembleSpace, ForwardsToTheModelThatOpenedThePath) {
  const auto engine = answering_engine();
  const auto other = answering_engine();
  Joined joined(*engine, *other, {}, 1);
  Problem problem = problem_of({});
  std::vector<Path> paths;
  for (const int model : {1, 0, 1, 1}) {
    problem.model = model;
    paths.push_back(std::move(open_on(*joined.whole, 1, problem).front()));
  }
  StepOptions step;
  step.path_tokens = 4;
  step.sampling.temperature = 0;
  advance_on(*joined.whole, paths, step);

  LanguageModelSpace alone(*engine, request_of());
  std::vector<Path> expected = open_on(alone, 1, problem_of({}));
  Problem backwards = problem_of({});
  std::ranges::reverse(backwards.prompt);
  expected.push_back(std::move(open_on(alone, 1, backwards).front()));
  advance_on(alone, expected, step);

  ASSERT_NE(expected[0].text, expected[1].text);
  EXPECT_EQ(paths[0].text, expected[1].text);
  EXPECT_EQ(paths[1].text, expected[0].text);
  EXPECT_EQ(paths[3].text, expected[1].text);
  EXPECT_EQ(joined.whole->models(), 2);
  EXPECT_EQ(joined.whole->fork(paths[0], 1).front().model, 1);
  EXPECT_TRUE(likelihoods_on(*joined.whole, paths, {"a", "b"}));
  problem.model = 2;
  EXPECT_THROW(open_on(*joined.whole, 1, problem), Error);
}

}  // namespace
}  // namespace reckon
