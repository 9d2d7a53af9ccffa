// Strategies against direct enumeration: the exact law of each one's answer on the toy space.
#include "search/strategy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

struct Word {
  std::string letters;
  double probability = 1;      // of being drawn
  double log_probability = 0;  // under the untouched model
};

// All words of a chain, letters drawn with probability p^(1/temperature), normalised.
std::vector<Word> words_of(const ToyChain& chain, double temperature) {
  std::vector<Word> words{Word{}};
  for (std::size_t position = 0; position < chain.length; ++position) {
    std::vector<Word> longer;
    for (const Word& word : words) {
      const std::vector<double> next = chain.next(word.letters);
      double total = 0;
      for (const double p : next) total += std::pow(p, 1 / temperature);
      for (std::size_t i = 0; i < next.size(); ++i) {
        if (next[i] == 0) continue;
        longer.push_back({word.letters + chain.alphabet[i], word.probability * std::pow(next[i], 1 / temperature) / total,
                          word.log_probability + std::log(next[i])});
      }
    }
    words = std::move(longer);
  }
  return words;
}

using Pick = std::function<std::string(const std::vector<Word>&)>;  // n drawn words -> the answer

// The law of `pick` over all ways to draw `n` words.
Law enumerate(const std::vector<Word>& words, int n, const Pick& pick) {
  Law law;
  std::vector<Word> drawn;
  const std::function<void(double)> draw = [&](double probability) {
    if (std::ssize(drawn) == n) {
      law[pick(drawn)] += probability;
      return;
    }
    for (const Word& word : words) {
      drawn.push_back(word);
      draw(probability * word.probability);
      drawn.pop_back();
    }
  };
  draw(1);
  return law;
}

// The word with the largest sum of weights; equals go to the likelier word.
Pick heaviest(const std::function<double(std::string_view)>& weight) {
  return [weight](const std::vector<Word>& drawn) {
    std::map<std::string, std::pair<double, double>> tally;  // word -> weight, log-probability
    for (const Word& word : drawn) {
      tally[word.letters].first += weight(word.letters);
      tally[word.letters].second = word.log_probability;
    }
    return std::ranges::max_element(tally, {}, [](const auto& entry) { return entry.second; })->first;
  };
}

Pick highest(const std::function<double(std::string_view)>& score) {
  return [score](const std::vector<Word>& drawn) {
    return std::ranges::max_element(drawn, {},
                                    [&](const Word& word) { return std::pair(score(word.letters), word.log_probability); })
        ->letters;
  };
}

double one(std::string_view) { return 1; }

void expect_same(const Law& law, const Law& expected, const std::string& what) {
  double total = 0;
  for (const auto& [answer, probability] : expected) {
    ASSERT_TRUE(law.contains(answer)) << what << ": never " << answer;
    EXPECT_NEAR(law.at(answer), probability, 1e-12) << what << ": " << answer;
    total += law.at(answer);
  }
  EXPECT_EQ(law.size(), expected.size()) << what;
  EXPECT_NEAR(total, 1, 1e-12) << what;
}

TEST(Strategies, HaveTheLawsThatEnumerationGives) {
  const ToyChain chain = two_letter_chain();
  for (const double temperature : {1.0, 0.8}) {
    const std::vector<Word> words = words_of(chain, temperature);
    const std::string at = "temperature=" + std::string(temperature == 1 ? "1" : "0.8");
    expect_same(law_of(*make_strategy("sample:" + at, nullptr), chain), enumerate(words, 1, heaviest(one)), "sample " + at);
    for (int n = 1; n <= 3; ++n) {
      const std::string parameters = ":n=" + std::to_string(n) + "," + at;
      const auto verifier = by_letters(two_letter_reward);
      expect_same(law_of(*make_strategy("majority" + parameters, nullptr), chain), enumerate(words, n, heaviest(one)),
                  "majority" + parameters);
      expect_same(law_of(*make_strategy("best_of_n" + parameters, verifier), chain),
                  enumerate(words, n, highest(two_letter_reward)), "best_of_n" + parameters);
      expect_same(law_of(*make_strategy("weighted_majority" + parameters, verifier), chain),
                  enumerate(words, n, heaviest(two_letter_reward)), "weighted_majority" + parameters);
    }
  }
}

// The word that weighs most by the selector 'mass': its probability and a twentieth of what was not drawn, shared by votes, times
// `weighs`.
Pick heaviest_by_mass(const std::function<double(std::string_view)>& weighs) {
  return [weighs](const std::vector<Word>& drawn) {
    std::map<std::string, double> masses, votes;
    double mass = 0;
    for (const Word& word : drawn) {
      votes[word.letters] += 1 / static_cast<double>(drawn.size());
      if (masses.emplace(word.letters, std::exp(word.log_probability)).second) mass += std::exp(word.log_probability);
    }
    const auto weight = [&](const auto& word) {
      return weighs(word.first) * (word.second + 0.05 * (1 - mass) * votes[word.first]);
    };
    return std::ranges::max_element(masses, {}, weight)->first;
  };
}

double root_of_odds(std::string_view letters) {
  const double reward = two_letter_reward(letters);
  return std::sqrt(reward / (1 - reward));
}

// `pick` among the greedy word, 000, and others.
Pick behind_greedy(const Pick& pick) {
  return [pick](std::vector<Word> drawn) {
    drawn.insert(drawn.begin(), {"000", 1, std::log(0.6 * 0.7 * 0.7)});
    return pick(drawn);
  };
}

TEST(Strategies, ByMassAndBehindAGreedyPathHaveTheLawsThatEnumerationGives) {
  const ToyChain chain = two_letter_chain();
  const auto verifier = by_letters(two_letter_reward);
  const std::vector<Word> words = words_of(chain, 0.8);
  const std::map<std::string, Pick> picks{{"majority", heaviest(one)},
                                          {"majority:by=mass", heaviest_by_mass(one)},
                                          {"weighted_majority", heaviest(two_letter_reward)},
                                          {"weighted_majority:by=mass", heaviest_by_mass(root_of_odds)},
                                          {"best_of_n", highest(two_letter_reward)}};
  for (const auto& [name, pick] : picks) {
    for (int n = 1; n <= 3; ++n) {
      const std::string sampled = name + (name.find(':') == std::string::npos ? ":n=" : ",n=") + std::to_string(n);
      const std::string greedy = sampled + ",first=greedy";
      expect_same(law_of(*make_strategy(sampled, verifier), chain), enumerate(words, n, pick), sampled);
      expect_same(law_of(*make_strategy(greedy, verifier), chain), enumerate(words, n - 1, behind_greedy(pick)), greedy);
    }
  }
}

TEST(Strategies, BehindAGreedyPathKeepEveryBudgetAndAnswerWhereTheyCan) {
  for (const char* text :
       {"majority:n=3,first=greedy,by=mass", "weighted_majority:n=3,first=greedy,by=mass", "best_of_n:n=3,first=greedy"}) {
    const auto strategy = make_strategy(text, by_letters(two_letter_reward));
    for (std::int64_t budget = 0; budget <= 1 + 3 * 3 + 1; ++budget) {
      const auto check = [&](const ToyRun& one) {
        EXPECT_EQ(one.ledger.total(), std::min<std::int64_t>(budget, 1 + 3 * 3)) << text;
        const bool whole = budget >= 1 + 3;  // the prompt and the greedy word, which is drawn before the others
        EXPECT_EQ(one.outcome.answer.has_value(), whole) << text << " with " << budget;
        EXPECT_EQ(one.outcome.status, budget < 1 + 3 * 3 ? OutcomeStatus::budget_exhausted : OutcomeStatus::answered) << text;
        if (whole) {
          EXPECT_EQ(one.outcome.paths.at(0).answer, "000") << text;
        }
      };
      for_each_execution(*strategy, two_letter_chain(), check, budget);
    }
  }
}

TEST(Strategies, GreedyTakesTheMostLikelyLetters) {
  for_each_execution(*make_strategy("greedy", nullptr), two_letter_chain(), [](const ToyRun& greedy) {
    EXPECT_EQ(greedy.outcome.answer, "000");  // 0.6, 0.7, 0.7
    EXPECT_NEAR(greedy.outcome.confidence, std::cbrt(0.6 * 0.7 * 0.7), 1e-12);
    EXPECT_EQ(greedy.outcome.status, OutcomeStatus::answered);
  });
}

double majority_is_right(int n, const std::vector<double>& probabilities) {
  return law_of(*make_strategy("majority:temperature=1,n=" + std::to_string(n), nullptr), one_letter_chain(probabilities))["0"];
}

TEST(Strategies, MajorityOfTwoAnswersFollowsCondorcet) {
  EXPECT_NEAR(majority_is_right(1, {0.6, 0.4}), 0.6, 1e-12);
  EXPECT_NEAR(majority_is_right(3, {0.6, 0.4}), 0.648, 1e-12);
  EXPECT_NEAR(majority_is_right(5, {0.6, 0.4}), 0.68256, 1e-12);
  EXPECT_NEAR(majority_is_right(9, {0.6, 0.4}), 0.733432, 5e-7);
  EXPECT_NEAR(majority_is_right(3, {0.45, 0.55}), 0.42525, 1e-12);
  EXPECT_NEAR(majority_is_right(9, {0.45, 0.55}), 0.378579, 5e-7);
}

TEST(Strategies, MajorityLeavesTiesToTheLikelierAnswer) {
  // With two votes the right answer loses only to two wrong ones: it is the likelier of any tied pair.
  EXPECT_NEAR(majority_is_right(2, {0.4, 0.2, 0.2, 0.2}), 1 - 0.6 * 0.6, 1e-12);
  // With three it wins unless two agree on the same wrong answer or all three miss it: 1 - 0.6^3 - 3 * 0.4 * 3 * 0.2^2.
  EXPECT_NEAR(majority_is_right(3, {0.4, 0.2, 0.2, 0.2}), 1 - 0.216 - 0.144, 1e-12);
  // Where a wrong answer is likelier, that one takes the ties: right needs two of its own, or a tie without the mode.
  EXPECT_NEAR(majority_is_right(2, {0.3, 0.4, 0.2, 0.1}), 0.09 + 2 * 0.3 * (0.2 + 0.1), 1e-12);
}

TEST(Strategies, BestOfNFollowsItsClosedForm) {
  // Distinct scores: P(word wins) = F(s)^n - F(s-)^n, with F the law of one score.
  const auto score = [](std::string_view word) {
    double value = 0;
    for (const char letter : word) value = 0.5 * value + (letter == '1' ? 0.5 : 0.0);
    return word.empty() ? 0 : value;
  };
  const std::vector<Word> words = words_of(two_letter_chain(), 1);
  double last_expected = 0;
  for (int n = 1; n <= 4; ++n) {
    const Law law =
        law_of(*make_strategy("best_of_n:temperature=1,n=" + std::to_string(n), by_letters(score)), two_letter_chain());

    double expected_score = 0;
    for (const Word& word : words) {
      double below = 0;
      for (const Word& other : words) below += score(other.letters) < score(word.letters) ? other.probability : 0;
      const double wins = std::pow(below + word.probability, n) - std::pow(below, n);
      EXPECT_NEAR(law.at(word.letters), wins, 1e-12) << word.letters << ", n = " << n;
      expected_score += law.at(word.letters) * score(word.letters);
    }
    EXPECT_GT(expected_score, last_expected);
    last_expected = expected_score;
  }
}

// What each execution answers, in the order of executions.
std::vector<std::string> answers_of(const std::string& strategy, const std::shared_ptr<const Verifier>& verifier) {
  std::vector<std::string> answers;
  for_each_execution(*make_strategy(strategy, verifier), two_letter_chain(),
                     [&](const ToyRun& one) { answers.push_back(one.outcome.answer.value_or("none")); });
  return answers;
}

TEST(Strategies, WeightedMajorityWithEqualScoresIsMajority) {
  const auto majority = answers_of("majority:n=3", nullptr);

  EXPECT_EQ(answers_of("weighted_majority:n=3", by_letters([](std::string_view) { return 0.25; })), majority);
  EXPECT_NE(answers_of("weighted_majority:n=3", by_letters(two_letter_reward)), majority);
}

TEST(Strategies, WeightedMajorityIsOfOneScaleButNotOfOneOrigin) {
  const auto weighted = answers_of("weighted_majority:n=3", by_letters(two_letter_reward));

  EXPECT_EQ(answers_of("weighted_majority:n=3", by_letters([](std::string_view word) { return two_letter_reward(word) / 4; })),
            weighted);
  EXPECT_NE(answers_of("weighted_majority:n=3", by_letters([](std::string_view word) { return two_letter_reward(word) + 4; })),
            weighted);
}

TEST(Strategies, WeightedMajorityWithScoresOfZeroAndOneIsMajorityOfTheAccepted) {
  const auto accepts = [](std::string_view word) { return word.ends_with('1') ? 1.0 : 0.0; };
  const Pick reference = [&](const std::vector<Word>& drawn) {
    std::vector<Word> accepted;
    std::ranges::copy_if(drawn, std::back_inserter(accepted), [&](const Word& word) { return accepts(word.letters) == 1; });
    return heaviest(one)(accepted.empty() ? std::vector<Word>{*std::ranges::max_element(drawn, {}, &Word::log_probability)}
                                          : accepted);
  };

  expect_same(law_of(*make_strategy("weighted_majority:n=3,temperature=1", by_letters(accepts)), two_letter_chain()),
              enumerate(words_of(two_letter_chain(), 1), 3, reference), "weighted_majority");
}

TEST(Strategies, ConfidenceIsTheShareOfTheVotesOrTheScore) {
  for_each_execution(*make_strategy("majority:n=3", nullptr), two_letter_chain(), [](const ToyRun& majority) {
    const auto votes = std::ranges::count(majority.outcome.paths, majority.outcome.answer, &PathRecord::answer);
    EXPECT_NEAR(majority.outcome.confidence, static_cast<double>(votes) / 3, 1e-15);
  });
  for_each_execution(*make_strategy("best_of_n:n=2", by_letters(two_letter_reward)), two_letter_chain(),
                     [](const ToyRun& best) { EXPECT_EQ(best.outcome.confidence, two_letter_reward(*best.outcome.answer)); });
}

bool has(const StrategyEntry& entry, std::string_view parameter) {
  return std::ranges::find(entry.parameters, parameter, &ParameterSpec::name) != entry.parameters.end();
}

// With few paths where it draws several, so that all executions can be visited, and without the filter that the toy space does
// not have.
std::string small(const StrategyEntry& entry) {
  if (has(entry, "chains")) return std::string(entry.name) + ":n=1,chains=2";
  if (has(entry, "sweeps")) return std::string(entry.name) + ":n=1";
  static const std::map<std::string, int> kSmall{{"n", 3},          {"width", 2}, {"simulations", 3},
                                                 {"expansions", 2}, {"min_p", 0}, {"blocks", 3}};
  std::string text(entry.name);
  char separator = ':';
  for (const ParameterSpec& parameter : entry.parameters) {
    const auto few = kSmall.find(parameter.name);
    if (few == kSmall.end()) continue;
    text += separator + parameter.name + '=' + std::to_string(few->second);
    separator = ',';
  }
  return text;
}

TEST(Strategies, OfAnyBudgetSpendAllTheyCanUseAndNothingMore) {
  for (const StrategyEntry& entry : drawing_strategies()) {
    if (searches_by_steps(entry)) continue;  // what it draws depends on what it has seen, and on what is left
    const auto strategy = make_strategy(small(entry), by_letters(two_letter_reward));
    std::int64_t whole = 0;
    for_each_execution(*strategy, two_letter_chain(), [&](const ToyRun& one) { whole = std::max(whole, one.ledger.total()); });
    for (std::int64_t budget = 0; budget <= whole + 1; ++budget) {
      double total = 0;
      const auto check = [&](const ToyRun& one) {
        total += one.probability;
        EXPECT_EQ(one.ledger.total(), std::min(budget, whole)) << entry.name;
        EXPECT_EQ(one.outcome.status, budget < whole ? OutcomeStatus::budget_exhausted : OutcomeStatus::answered) << entry.name;
        const bool some_finished = std::ranges::count(one.outcome.paths, PathState::finished, &PathRecord::state) > 0;
        EXPECT_EQ(one.outcome.answer.has_value(), some_finished) << entry.name << " with " << budget;
      };
      for_each_execution(*strategy, two_letter_chain(), check, budget);
      EXPECT_NEAR(total, 1, 1e-12) << entry.name;
    }
  }
}

TEST(Strategies, OfEveryExecutionUnderEveryBudgetKeepItAndAnswerWhereTheyCan) {
  for (const StrategyEntry& entry : drawing_strategies()) {
    const auto strategy = make_strategy(small(entry), by_letters(two_letter_reward));
    for (std::int64_t budget = 0; budget <= 20; ++budget) {
      double total = 0;
      const auto check = [&](const ToyRun& one) {
        total += one.probability;
        EXPECT_LE(one.ledger.total(), budget) << entry.name;
        const bool found = std::ranges::any_of(one.outcome.paths, [](const PathRecord& path) { return path.answer.has_value(); });
        EXPECT_EQ(one.outcome.answer.has_value(), found) << entry.name << " with " << budget;
      };
      for_each_execution(*strategy, two_letter_chain(), check, budget);
      EXPECT_NEAR(total, 1, 1e-12) << entry.name;
    }
  }
}

TEST(Strategies, OnWhatABudgetLeavesHaveTheLawOfTheFinishedPaths) {
  // A prompt and seven letters for three words of three: the first word is finished, the others lack a letter.
  const Law law = law_of(*make_strategy("majority:n=3,temperature=1", nullptr), two_letter_chain(), 1 + 7);

  expect_same(law, enumerate(words_of(two_letter_chain(), 1), 1, heaviest(one)), "majority");
}

TEST(Strategies, TheLedgerCountsEveryLetterOfEveryPathAndThePromptOnce) {
  for (const StrategyEntry& entry : drawing_strategies()) {
    for_each_execution(*make_strategy(small(entry), by_letters(two_letter_reward)), two_letter_chain(), [&](const ToyRun& one) {
      std::int64_t letters = 0;
      for (const PathRecord& path : one.outcome.paths) letters += path.tokens - path.inherited_tokens;
      EXPECT_EQ(one.ledger.generated, letters) << entry.name;
      EXPECT_EQ(one.ledger.prompt_computed, 1) << entry.name;
      EXPECT_EQ(one.ledger.total(), 1 + letters) << entry.name;
    });
  }
}

TEST(Strategies, StopPathsAtMaxTokensWithoutBlamingTheBudget) {
  for (const StrategyEntry& entry : drawing_strategies()) {
    const auto strategy =
        make_strategy(small(entry) + (small(entry).find(':') != std::string::npos ? ",max_tokens=2" : ":max_tokens=2"),
                      by_letters(two_letter_reward));
    ToySpace space(two_letter_chain());

    const Outcome outcome = solve_on(space, *strategy);

    EXPECT_EQ(outcome.status, OutcomeStatus::no_answer) << entry.name;
    EXPECT_FALSE(outcome.answer) << entry.name;
    EXPECT_EQ(outcome.confidence, 0) << entry.name;
    EXPECT_GT(std::ranges::count(outcome.paths, PathState::stopped, &PathRecord::state), 0) << entry.name;
    EXPECT_EQ(std::ranges::count(outcome.paths, PathState::finished, &PathRecord::state), 0) << entry.name;
  }
}

// A bound on the KL of the best of n from the model.
TEST(Strategies, SayHowFarTheBestOfSeveralMayBeFromTheModel) {
  const auto bound_of = [](const std::string& strategy) {
    ToySpace space(two_letter_chain());
    return solve_on(space, *make_strategy(strategy, by_letters(two_letter_reward))).kl_bound;
  };

  EXPECT_NEAR(bound_of("best_of_n:n=16").value(), std::log(16.0) - 15.0 / 16, 1e-12);
  EXPECT_EQ(bound_of("best_of_n:n=1"), 0);
  EXPECT_FALSE(bound_of("best_of_n:n=16,select=majority"));
  EXPECT_FALSE(bound_of("majority"));
}

// The law of the best of three against that of one, over all executions.
TEST(Strategies, AreNoFurtherFromTheModelThanTheySay) {
  const Law one = law_of(*make_strategy("sample:temperature=1", nullptr), two_letter_chain());
  const Law best = law_of(*make_strategy("best_of_n:n=3,temperature=1", by_letters(two_letter_reward)), two_letter_chain());
  double divergence = 0;
  for (const auto& [word, probability] : best) divergence += probability * std::log(probability / one.at(word));

  EXPECT_LE(divergence, std::log(3.0) - 2.0 / 3);
  EXPECT_GT(divergence, 0.2);
}

}  // namespace
}  // namespace reckon
