// Rules that stop the drawing of independent paths: what is answered then is what the strategy, or the verifier, stands behind.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

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

}  // namespace
}  // namespace reckon
