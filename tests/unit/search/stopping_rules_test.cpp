// Rules that stop the drawing of independent paths: what is answered then is what the strategy, or the verifier, stands behind.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "search/allocator.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

// "0", "1" … each have their own score.
std::shared_ptr<const Verifier> scores_of_letters(std::vector<double> scores) {
  return by_letters([scores = std::move(scores)](std::string_view letters) {
    return letters.size() == 1 ? scores[static_cast<std::size_t>(letters[0] - '0')] : 0.0;
  });
}

const std::string kKnown = "flaws:completeness=1,soundness=0.9,mistake=0";

TEST(Flaws, AnswersWithWhatWasAcceptedWhateverTheStrategyDecidesBy) {
  const auto verifier = scores_of_letters({0.4, 0.6});
  for (const char* strategy : {"weighted_majority:n=6", "weighted_majority:n=6,by=mass", "best_of_n:n=6,select=majority"}) {
    for (const char* wave : {"", ",wave=3"}) {
      const auto allocated = make_allocated(fmt::format("{}@{}{}", strategy, kKnown, wave), verifier);
      for_each_execution(*allocated, one_letter_chain({0.75, 0.25}), [&](const ToyRun& one) {
        const Outcome& outcome = one.outcome;
        const auto accepted = [](const PathRecord& path) { return path.score >= 0.5; };
        const bool any = std::ranges::any_of(outcome.paths, accepted);
        ASSERT_EQ(outcome.answer, any ? std::optional<std::string>("1") : std::nullopt) << strategy << wave;
        ASSERT_EQ(outcome.chosen.has_value(), any);
        if (any) {
          EXPECT_TRUE(accepted(outcome.paths[*outcome.chosen]));
        }
        EXPECT_EQ(outcome.status, any ? OutcomeStatus::answered : OutcomeStatus::no_answer);
      });
    }
  }
}

TEST(Flaws, NamesThePathThatWasAccepted) {
  const auto allocated = make_allocated("best_of_n:n=9@" + kKnown + ",wave=4", scores_of_letters({0.4, 0.6}));
  for_each_execution(*allocated, one_letter_chain({0.75, 0.25}), [&](const ToyRun& one) {
    const std::vector<PathRecord>& paths = one.outcome.paths;
    if (paths.size() == 9) return;  // all that the strategy may draw is a reason too
    const auto accepted = [](const PathRecord& path) { return path.score >= 0.5; };
    const auto first = std::ranges::find_if(paths, accepted) - paths.begin() + 1;
    const auto others = std::ranges::count_if(paths, accepted) - 1;
    const std::string which = others == 0 ? "is" : fmt::format("and {} more are", others);
    ASSERT_TRUE(one.outcome.allocations[0].reason.starts_with(fmt::format("path {} {} accepted;", first, which)))
        << one.outcome.allocations[0].reason;
  });
}

// What estimates of pass@k rest on: the mean share of right ones among the paths drawn is their chance of being right.
TEST(Allocators, LeaveTheShareOfRightPathsWithoutBiasOrSayThatTheyDoNot) {
  const auto verifier = scores_of_letters({0, 1});
  for (const AllocatorEntry& entry : allocators()) {
    if (entry.chooses_strategy) continue;
    const std::string allocator = entry.name == "flaws" ? kKnown : std::string(entry.name);
    double share = 0;
    for_each_execution(*make_allocated("best_of_n:n=8@" + allocator, verifier), one_letter_chain({0.5, 0.5}),
                       [&](const ToyRun& one) {
                         const std::vector<PathRecord>& paths = one.outcome.paths;
                         const auto right = std::ranges::count(paths, 1, &PathRecord::score);
                         share += one.probability * static_cast<double>(right) / static_cast<double>(paths.size());
                       });
    if (!entry.draws_by_outcome) {
      EXPECT_NEAR(share, 0.5, 1e-12) << entry.name;
    }
    if (entry.name == "flaws") {
      EXPECT_NEAR(share, 0.69, 0.01) << "until one is right: sum of 2^-n / n";
    }
  }
}

TEST(Adaptive, KeepsTheLawOfEveryStrategyThatAddsUpVotes) {
  const ToyChain chain = one_letter_chain({0.6, 0.3, 0.1});
  const auto verifier = scores_of_letters({0.7, 1.0, 0.2});
  for (const char* strategy : {"majority:n=6", "weighted_majority:n=6", "weighted_majority:n=6,first=greedy",
                               "best_of_n:n=6,select=weighted", "best_of_n:n=6,select=majority"}) {
    const Law whole = law_of(*make_allocated(strategy, verifier), chain);
    Law stopped;
    double drawn = 0;
    for_each_execution(*make_allocated(std::string(strategy) + "@adaptive:rule=stays,threshold=1,least=1", verifier), chain,
                       [&](const ToyRun& one) {
                         stopped[one.outcome.answer.value_or("none")] += one.probability;
                         drawn += one.probability * static_cast<double>(one.outcome.paths.size());
                       });

    for (const auto& [answer, probability] : whole) EXPECT_NEAR(stopped[answer], probability, 1e-12) << strategy << answer;
    EXPECT_LT(drawn, 5.7) << strategy << ", of 6";
  }
}

TEST(Adaptive, TakesForCertainOnlyWhatNothingCanChange) {  // that 60 votes are all for another is as good as impossible
  ToySpace space(one_letter_chain({1.0}), ToySpaceOptions{});

  const Outcome outcome = solve_on(space, *make_allocated("majority:n=121@adaptive:rule=stays,threshold=1", nullptr));

  EXPECT_EQ(outcome.paths.size(), 61U);
}

TEST(Adaptive, RefusesToForetellWhatIsNotMadeOfVotes) {
  const auto verifier = scores_of_letters({1});
  for (const char* strategy : {"best_of_n:n=4", "majority:by=mass", "weighted_majority:by=mass", "best_of_n:select=mbr"}) {
    const std::string text = std::string(strategy) + "@adaptive:rule=stays";
    try {
      make_allocated(text, verifier);
      ADD_FAILURE() << text << " was taken";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("does not decide by adding up votes"), std::string::npos) << error.what();
    }
    EXPECT_NO_THROW(make_allocated(std::string(strategy) + "@adaptive", verifier));
  }
}

// Whatever the strategy decides by, it is stopped where it agrees with the votes.
TEST(Adaptive, StopsOnlyWhereTheStrategyGivesTheAnswerThatLeads) {
  const auto verifier = scores_of_letters({0.3, 0.8, 0.5});
  for (const char* strategy : {"best_of_n:n=7", "majority:n=7,by=mass", "weighted_majority:n=7,by=mass"}) {
    int stopped = 0;
    for_each_execution(*make_allocated(std::string(strategy) + "@adaptive:threshold=0.8", verifier),
                       one_letter_chain({0.5, 0.2, 0.3}), [&](const ToyRun& one) {
                         if (one.outcome.paths.size() == 7) return;
                         std::map<std::string, int> votes;
                         for (const PathRecord& path : one.outcome.paths) ++votes[*path.answer];
                         const auto leader = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
                         ASSERT_EQ(one.outcome.answer, leader->first) << strategy;
                         ++stopped;
                       });
    EXPECT_GT(stopped, 0) << strategy;
  }
}

}  // namespace
}  // namespace reckon
