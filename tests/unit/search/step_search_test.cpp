// Beam search, DVTS, lookahead and rollover against a reference of ten lines, on every execution; and what published
// implementations of them got wrong (specs peers_search, section 3).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/noting_verifier.h"
#include "unit/search/random_reward.h"

namespace reckon {
namespace {

// --- A reference: words, no paths. ---

struct Shape {
  int n;
  int width;
  int ahead = 0;
  bool subtrees = false;  // n/width groups that are pruned each for itself
};

double likelihood_of_word(const ToyChain& chain, const std::string& word) {
  double sum = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    sum += std::log(chain.next(word.substr(0, i))[static_cast<std::size_t>(word[i] - '0')]);
  }
  return sum;
}

std::string rolled_out(const ToyChain& chain, std::string word, int steps) {
  for (; steps > 0 && word.size() < chain.length; --steps) {
    const std::vector<double> next = chain.next(word);
    word += static_cast<char>('0' + (std::ranges::max_element(next) - next.begin()));
  }
  return word;
}

// The beginnings that the group's best go on as, in the order the group stands in.
std::vector<std::string> go_on(const std::vector<std::string>& group, const std::vector<double>& scores, int width) {
  std::vector<std::size_t> order(group.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < group.size(); ++i) taken.push_back(order[i / static_cast<std::size_t>(width)]);
  std::ranges::sort(taken);
  std::vector<std::string> next;
  for (const std::size_t index : taken) next.push_back(group[index]);
  return next;
}

Law reference_law(const ToyChain& chain, const Shape& shape, const Reward& reward) {
  Law law;
  ExhaustiveChooser chooser;
  do {
    const std::size_t group_size = static_cast<std::size_t>(shape.subtrees ? shape.width : shape.n);
    std::vector<std::string> live(static_cast<std::size_t>(shape.n));
    for (std::size_t step = 0; step < chain.length; ++step) {
      for (std::string& word : live) word += static_cast<char>('0' + chooser.choose(chain.next(word)));
      if (step + 1 == chain.length) break;
      std::vector<std::string> next;
      for (std::size_t begin = 0; begin < live.size(); begin += group_size) {
        const std::size_t end = std::min(begin + group_size, live.size());
        const std::vector<std::string> group(live.begin() + static_cast<std::ptrdiff_t>(begin),
                                             live.begin() + static_cast<std::ptrdiff_t>(end));
        std::vector<double> scores;
        for (const std::string& word : group) scores.push_back(reward(rolled_out(chain, word, shape.ahead)));
        std::ranges::move(go_on(group, scores, shape.subtrees ? static_cast<int>(group.size()) : shape.width),
                          std::back_inserter(next));
      }
      live = std::move(next);
    }
    const auto worth = [&](const std::string& word) { return std::pair(reward(word), likelihood_of_word(chain, word)); };
    law[*std::ranges::max_element(live, {}, worth)] += chooser.probability();
  } while (chooser.next());
  return law;
}

void expect_law(const std::string& strategy, const Shape& shape, const Reward& reward) {
  const ToyChain chain = two_letter_chain();
  const Law expected = reference_law(chain, shape, reward);

  const Law law = law_of(*make_strategy(strategy + ",temperature=1", by_letters(reward)), chain);

  ASSERT_EQ(law.size(), expected.size()) << strategy;
  for (const auto& [answer, probability] : expected)
    EXPECT_NEAR(law.at(answer), probability, 1e-12) << strategy << ": " << answer;
}

std::vector<Reward> rewards() {
  std::vector<Reward> table{two_letter_reward};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    table.push_back([seed](std::string_view letters) { return random_reward(seed, letters); });
  }
  return table;
}

TEST(StepSearch, HasTheLawOfAReferenceWithoutPaths) {
  for (const Reward& reward : rewards()) {
    expect_law("beam:n=2,width=2", {.n = 2, .width = 2}, reward);
    expect_law("beam:n=3,width=2", {.n = 3, .width = 2}, reward);
    expect_law("dvts:n=2,width=2", {.n = 2, .width = 2, .subtrees = true}, reward);
    expect_law("dvts:n=3,width=2", {.n = 3, .width = 2, .subtrees = true}, reward);
    expect_law("lookahead:n=2,width=2,ahead=1", {.n = 2, .width = 2, .ahead = 1}, reward);
    expect_law("lookahead:n=3,width=3,ahead=2", {.n = 3, .width = 3, .ahead = 2}, reward);
    expect_law("lookahead:n=2,width=2,ahead=9", {.n = 2, .width = 2, .ahead = 2}, reward);
  }
  const Reward reward = rewards().back();  // 4096 executions each
  expect_law("beam:n=4,width=2", {.n = 4, .width = 2}, reward);
  expect_law("dvts:n=4,width=2", {.n = 4, .width = 2, .subtrees = true}, reward);
  expect_law("lookahead:n=4,width=2,ahead=1", {.n = 4, .width = 2, .ahead = 1}, reward);
}

// --- Where they must be one another, execution by execution. ---

std::string gist(const Outcome& outcome) {  // without the steps that led there
  std::ostringstream text;
  text << std::hexfloat << name_of(outcome.status) << ' ' << outcome.answer.value_or("none") << ' ' << outcome.confidence << '\n';
  for (const PathRecord& path : outcome.paths) {
    text << path.id << ' ' << name_of(path.state) << ' ' << path.text << ' ' << path.score << ' ' << path.tokens << ' '
         << path.log_probability << '\n';
  }
  return text.str();
}

std::vector<std::string> gists_on_toy(const std::string& strategy) {
  std::vector<std::string> gists;
  for_each_execution(*make_strategy(strategy, by_letters(two_letter_reward)), two_letter_chain(),
                     [&](const ToyRun& one) { gists.push_back(gist(one.outcome)); });
  return gists;
}

std::string gist_on_model(Engine& engine, const std::string& strategy, std::uint64_t seed) {
  Question question;
  question.strategy = strategy;
  question.seed = seed;
  return gist(solve(engine, question).outcome);
}

TEST(StepSearch, OfWidthOneIsBestOfN) {
  const auto engine = answering_engine();
  for (const char* strategy : {"beam", "dvts", "lookahead:ahead=0", "beam:rollover=true", "beam:dedup=false"}) {
    const std::string name =
        std::string(strategy) + (std::string(strategy).find(':') == std::string::npos ? ":" : ",") + "width=1";

    EXPECT_EQ(gists_on_toy(name + ",n=3"), gists_on_toy("best_of_n:n=3")) << name;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      EXPECT_EQ(gist_on_model(*engine, name + ",n=6,max_tokens=25,step=tokens,step_tokens=3", seed),
                gist_on_model(*engine, "best_of_n:n=6,max_tokens=25", seed))
          << name << ", seed " << seed;
    }
  }
}

TEST(StepSearch, LookaheadOfNoStepsIsBeamSearchBitForBit) {
  const auto engine = answering_engine();
  for (const char* parameters : {"n=4,width=2", "n=5,width=3", "n=3,width=4"}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      for (const std::int64_t budget : {15, 60, 10000}) {
        Question question;
        question.seed = seed;
        question.budget = tokens(budget);
        question.strategy = std::string("beam:step=tokens,step_tokens=3,max_tokens=25,") + parameters;
        const std::string beam = transcript(solve(*engine, question).outcome);
        for (const char* reuse : {"false", "true"}) {
          question.strategy =
              std::string("lookahead:ahead=0,step=tokens,step_tokens=3,max_tokens=25,reuse=") + reuse + "," + parameters;
          EXPECT_EQ(transcript(solve(*engine, question).outcome), beam) << question.strategy << ", budget " << budget;
        }
      }
    }
  }
}

TEST(StepSearch, BeamOfFullWidthFindsTheBestWord) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Reward reward = [seed](std::string_view letters) { return random_reward(seed, letters); };
    ToySpace space(two_letter_chain(), letters_in_turn());

    const Outcome outcome = solve_on(space, *make_strategy("beam:n=8,width=2,dedup=true", by_letters(reward)));

    EXPECT_EQ(outcome.answer, best_word(reward)) << seed;
    EXPECT_EQ(outcome.confidence, reward(best_word(reward)));
  }
}

TEST(StepSearch, LookaheadToTheEndFindsWhatOnlyEndsTell) {
  // The verifier knows nothing of beginnings. The greedy continuation of every one is all its own letter.
  ToyChain chain = two_letter_chain();
  chain.next = [](std::string_view letters) {
    const double one = letters.empty() ? 0.4 : letters.back() == '1' ? 0.9 : 0.1;
    return std::vector<double>{1 - one, one};
  };
  const Reward reward = [](std::string_view letters) {
    return letters.size() < 3 ? 0.5 : static_cast<double>(std::ranges::count(letters, '1')) / 3;
  };
  for (const char* strategy : {"lookahead:n=2,width=2,ahead=2", "lookahead:n=2,width=2,ahead=2,reuse=true"}) {
    ToySpace space(chain, letters_in_turn());
    EXPECT_EQ(solve_on(space, *make_strategy(strategy, by_letters(reward))).answer, best_word(reward)) << strategy;
  }
  ToySpace space(chain, letters_in_turn());
  EXPECT_NE(solve_on(space, *make_strategy("beam:n=2,width=2", by_letters(reward))).answer, best_word(reward));
}

TEST(StepSearch, SubtreesDoNotDependOnHowManyThereAre) {
  const auto engine = answering_engine();
  const auto paths_of = [&](int n, std::uint64_t seed) {
    Question question;
    question.strategy = "dvts:width=2,step=tokens,step_tokens=3,max_tokens=25,n=" + std::to_string(n);
    question.seed = seed;
    std::multiset<std::tuple<std::string, std::string, std::int64_t, std::int64_t, double>> paths;
    for (const PathRecord& path : solve(*engine, question).outcome.paths) {
      paths.emplace(path.text, name_of(path.state), path.tokens, path.inherited_tokens, path.log_probability);
    }
    return paths;
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto two = paths_of(4, seed);
    const auto four = paths_of(8, seed);

    EXPECT_GT(two.size(), 4U);
    EXPECT_TRUE(std::ranges::includes(four, two)) << seed;
    EXPECT_TRUE(std::ranges::includes(two, paths_of(2, seed))) << seed;
  }
}

// --- Defects of others. ---

// Wraps the likelihood: on a language model, how many paths are asked about in each call, and how many of them have ended.
class Counting final : public Verifier {
 public:
  struct Call {
    std::size_t paths;
    std::size_t ended;
    bool best_ended;  // of equals the first
  };
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    std::vector<double> scores = co_await likelihood_->score(paths, problem, space);
    const auto has_ended = [](const Path& path) { return path.state != PathState::open; };
    const auto ended = static_cast<std::size_t>(std::ranges::count_if(paths, has_ended));
    const auto best = static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
    calls.push_back(Call{paths.size(), ended, has_ended(paths[best])});
    co_return scores;
  }
  mutable std::vector<Call> calls;

 private:
  std::shared_ptr<const Verifier> likelihood_ = make_verifier("likelihood");
};

Outcome solve_counting(Engine& engine, const std::string& strategy, std::uint64_t seed,
                       const std::shared_ptr<Counting>& verifier) {
  LanguageModelSpace space(engine, request_of({}, seed));
  return solve_on(space, *make_strategy(strategy, verifier), problem_of({}));
}

TEST(StepSearch, LivePathsAndEndedOnesAreAlwaysN) {  // search-and-learn refills the live ones to n when some have ended
  const auto engine = answering_engine();
  for (const char* strategy : {"beam:n=8,width=2", "beam:n=7,width=4", "lookahead:n=6,width=3,ahead=0"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const auto verifier = std::make_shared<Counting>();
      const Outcome outcome = solve_counting(*engine, std::string(strategy) + ",step=tokens,step_tokens=4", seed, verifier);

      const std::size_t n = verifier->calls.front().paths;
      std::size_t ended = 0;
      for (const Counting::Call& call : verifier->calls) {
        EXPECT_EQ(call.paths + ended, n) << strategy;
        ended += call.ended;
      }
      EXPECT_EQ(ended, n) << strategy;
      EXPECT_EQ(std::ranges::count(outcome.paths, PathState::pruned, &PathRecord::state),
                std::ssize(outcome.paths) - static_cast<std::ptrdiff_t>(n));
    }
  }
}

TEST(StepSearch, ASubtreeIsOverWhenItsBestCandidateHasEnded) {
  const auto engine = answering_engine();
  int with_open_ones = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto verifier = std::make_shared<Counting>();
    const Outcome outcome = solve_counting(*engine, "dvts:n=4,width=4,step=tokens,step_tokens=4", seed, verifier);

    const Counting::Call& last = verifier->calls.back();
    EXPECT_TRUE(last.best_ended) << seed;
    for (const Counting::Call& call : std::span(verifier->calls).first(verifier->calls.size() - 1)) {
      EXPECT_FALSE(call.best_ended) << seed;
    }
    with_open_ones += last.ended < last.paths ? 1 : 0;
    // One that ended before, without being the best, answers too.
    std::size_t ended = 0;
    for (const Counting::Call& call : verifier->calls) ended += call.ended;
    EXPECT_EQ(std::ssize(outcome.paths) - std::ranges::count(outcome.paths, PathState::pruned, &PathRecord::state),
              static_cast<std::ptrdiff_t>(ended));
  }
  EXPECT_GT(with_open_ones, 3) << "the case this test is for hardly came up";
}

TEST(StepSearch, NoMoreThanNPathsAreDrawnAtOnce) {
  const auto engine = answering_engine();
  for (const char* strategy : {"dvts:n=8,width=2", "beam:n=8,width=4,rollover=true", "beam:n=8,width=2,dedup=true",
                               "lookahead:n=6,width=3,ahead=2", "lookahead:n=6,width=3,ahead=2,reuse=true"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const auto verifier = std::make_shared<Counting>();
      solve_counting(*engine, std::string(strategy) + ",step=tokens,step_tokens=4", seed, verifier);
      for (const Counting::Call& call : verifier->calls) EXPECT_LE(call.paths, 8U) << strategy;
    }
  }
}

TEST(StepSearch, OfPathsThatEndedTheBestAnswersWheneverItEnded) {  // search-and-learn: the first n, in order of completion
  const auto engine = answering_engine();
  int later = 0;
  for (const char* strategy :
       {"beam:n=8,width=2", "dvts:n=8,width=2", "lookahead:n=8,width=2", "beam:n=8,width=2,rollover=true"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const auto verifier = std::make_shared<Counting>();
      const Outcome outcome = solve_counting(*engine, std::string(strategy) + ",step=tokens,step_tokens=4", seed, verifier);
      if (!outcome.chosen) continue;
      double most = 0;
      std::size_t shortest = 1000;
      for (const PathRecord& path : outcome.paths) {
        if (path.state == PathState::pruned || !path.answer) continue;
        most = std::max(most, path.score);
        shortest = std::min(shortest, path.step_ends.size());
      }
      EXPECT_EQ(outcome.paths[*outcome.chosen].score, most) << strategy << ", seed " << seed;
      later += outcome.paths[*outcome.chosen].step_ends.size() > shortest ? 1 : 0;
    }
  }
  EXPECT_GT(later, 5) << "the case this test is for hardly came up";
}

TEST(StepSearch, OfEqualScoresTheEarlierPathsGoOn) {
  const auto verifier = noting([](std::string_view) { return 0.5; });
  ToySpace space(two_letter_chain(), letters_in_turn());

  const Outcome outcome = solve_on(space, *make_strategy("beam:n=4,width=2", verifier));

  ASSERT_EQ(verifier->calls().size(), 3U);
  std::vector<std::string> letters;
  for (const auto& asked : verifier->calls()[1]) letters.push_back(asked.letters);
  EXPECT_EQ(letters, (std::vector<std::string>{"00", "01", "10", "11"}));
  std::vector<PathState> states;
  for (const PathRecord& path : outcome.paths) states.push_back(path.state);
  using enum PathState;
  EXPECT_EQ(states, (std::vector{finished, pruned, pruned, pruned, finished, pruned, finished, finished}));
}

TEST(StepSearch, LookaheadScoresTheTextItRolledOut) {  // search-and-learn draws it, and scores the text without it
  const auto verifier = noting(two_letter_reward);
  ToySpace space(two_letter_chain(), letters_in_turn());

  const Outcome outcome = solve_on(space, *make_strategy("lookahead:n=2,width=2,ahead=1", verifier));

  std::vector<std::vector<std::string>> calls;
  for (const auto& call : verifier->calls()) {
    std::vector<std::string>& letters = calls.emplace_back();
    for (const auto& asked : call) letters.push_back(asked.letters);
  }
  // A candidate is read, then its roll-out; what is behind 0 greedily is 0, behind 1 it is 1. Behind whole words nothing comes.
  EXPECT_EQ(calls,
            (std::vector<std::vector<std::string>>{{"0", "1"}, {"00", "11"}, {"10", "11"}, {"100", "111"}, {"110", "111"}}));
  ASSERT_TRUE(outcome.chosen);
  EXPECT_EQ(outcome.paths[*outcome.chosen].step_scores,
            (std::vector{two_letter_reward("11"), two_letter_reward("111"), two_letter_reward("111")}));
}

TEST(StepSearch, RolloutsAreChargedAndGivenUp) {
  ToySpace beam(two_letter_chain(), letters_in_turn());
  ToySpace space(two_letter_chain(), letters_in_turn());
  const auto verifier = by_letters(two_letter_reward);
  solve_on(beam, *make_strategy("beam:n=4,width=2", verifier));

  const Outcome outcome = solve_on(space, *make_strategy("lookahead:n=4,width=2,ahead=1", verifier));

  EXPECT_EQ(beam.ledger().generated, 3 * 4);
  EXPECT_EQ(space.ledger().generated, 3 * 4 + 2 * 4);
  EXPECT_EQ(std::ranges::count(outcome.paths, PathState::finished, &PathRecord::state), 4);
  const auto answers = [](const PathRecord& path) { return path.state == PathState::pruned && path.answer.has_value(); };
  EXPECT_EQ(std::ranges::count_if(outcome.paths, answers), 4) << "roll-outs that came to their ends";
}

TEST(StepSearch, ReusedRolloutsAreNotDrawnAgain) {
  ToySpace space(two_letter_chain(), letters_in_turn());

  const Outcome outcome =
      solve_on(space, *make_strategy("lookahead:n=2,width=2,ahead=1,reuse=true", by_letters(two_letter_reward)));

  // Two letters and their roll-outs; one letter beside the reused one, and two roll-outs; one letter beside the reused one.
  EXPECT_EQ(space.ledger().generated, 4 + 3 + 1);
  EXPECT_EQ(outcome.answer, "111");
  EXPECT_EQ(std::ranges::count(outcome.paths, PathState::finished, &PathRecord::state), 2);
}

TEST(StepSearch, AFinishedRolloutAnswersWhereTheBudgetEndsTheSearch) {
  ToySpaceOptions options = letters_in_turn();
  options.budget_tokens = 1 + 2 + 4;  // prompt, two candidates, both rolled out to their ends
  ToySpace space(two_letter_chain(), options);

  const Outcome outcome =
      solve_on(space, *make_strategy("lookahead:n=2,width=2,ahead=2,reserve=0", by_letters(two_letter_reward)));

  EXPECT_EQ(outcome.status, OutcomeStatus::budget_exhausted);
  EXPECT_EQ(outcome.answer, "111");
}

// --- Options. ---

TEST(StepSearch, MergedDuplicatesGoOnOnceAndAreRemembered) {
  // All draws are the same letter: without merging, all places stay with copies of one word.
  ToySpaceOptions options;
  options.choose = [](std::span<const double>) { return 1; };
  ToySpace space(two_letter_chain(), options);

  const Outcome outcome = solve_on(space, *make_strategy("beam:n=4,width=2,dedup=true", by_letters(two_letter_reward)));

  EXPECT_EQ(outcome.answer, "111");
  EXPECT_EQ(std::ranges::count(outcome.paths, "1", &PathRecord::text), 3);
  EXPECT_EQ(space.ledger().generated, 4 + 2 + 2);
}

std::int64_t letters_drawn(const std::string& strategy, const Reward& reward) {
  ToySpace space(two_letter_chain());
  const Outcome outcome = solve_on(space, *make_strategy(strategy, by_letters(reward)));
  EXPECT_TRUE(outcome.answer) << strategy;
  return space.ledger().generated;
}

TEST(StepSearch, RolloverUsesAllDrawsOfAStepWhereNothingImproves) {
  const Reward constant = [](std::string_view) { return 0.5; };

  EXPECT_EQ(letters_drawn("beam:n=3,width=3,rollover=true", constant), 3 * 3);
  EXPECT_EQ(letters_drawn("beam:n=6,width=3,rollover=true", constant), 6 * 3);
  EXPECT_EQ(letters_drawn("beam:n=5,width=3,rollover=true", constant), 5 * 3);
}

TEST(StepSearch, RolloverUsesOneDrawWhereEveryStepImproves) {
  const Reward rising = [](std::string_view letters) { return static_cast<double>(letters.size()) / 10; };

  EXPECT_EQ(letters_drawn("beam:n=3,width=3,rollover=true", rising), 3 + 1 + 1);  // the first step has nothing to beat
  EXPECT_EQ(letters_drawn("beam:n=6,width=3,rollover=true", rising), 2 * (3 + 1 + 1));
}

TEST(StepSearch, RolloverSpendsOnAHardStepWhatAnEasyOneSaved) {
  const Reward stuck_at_last = [](std::string_view letters) { return letters.size() == 2 ? 0.9 : 0.5; };

  EXPECT_EQ(letters_drawn("beam:n=3,width=3,rollover=true", stuck_at_last), 3 + 1 + (3 + 2));
}

TEST(StepSearch, AsksWhatANumberOfAStepMayMean) {
  try {
    make_strategy("beam:step=16", make_verifier("likelihood"));
    FAIL() << "it would draw until somebody writes 16";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_NE(std::string(error.what()).find("step=tokens,step_tokens=16"), std::string::npos) << error.what();
  }
  EXPECT_NO_THROW(make_strategy("beam:step=/16/", make_verifier("likelihood")));
}

}  // namespace
}  // namespace reckon
