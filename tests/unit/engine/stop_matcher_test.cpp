#include "engine/stop_matcher.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace reckon {
namespace {

TEST(StopMatcher, FindsTheEarliestStopText) {
  const StopMatcher matcher({"END", "ND"}, "");

  EXPECT_EQ(matcher.find_stop("", "the END", 1), 4U);
}

TEST(StopMatcher, FindsAStopTextThatBeganInEarlierText) {
  const StopMatcher matcher({"END"}, "");

  EXPECT_EQ(matcher.find_stop("xxEN", "D rest", 6), 0U);
}

TEST(StopMatcher, ForgetsStopTextsThatEndedBefore) {
  const StopMatcher matcher({"ab"}, "");

  EXPECT_EQ(matcher.find_stop("", "abc", 1), StopMatcher::npos);
}

TEST(StopMatcher, HoldsBackWhatMayBecomeAStopText) {
  const StopMatcher matcher({"<stop>"}, "");

  EXPECT_EQ(matcher.held_back("text <st"), 3U);
  EXPECT_EQ(matcher.held_back("text"), 0U);
}

TEST(StopMatcher, FindsAnyOfSeveralDelimiters) {
  const StopMatcher matcher({}, "\n", {"wait", "", "hmm"});
  EXPECT_TRUE(matcher.finds_delimiter("a wait", 1));
  EXPECT_TRUE(matcher.finds_delimiter("hmm", 3));
  EXPECT_TRUE(matcher.finds_delimiter("a\n", 1));
  EXPECT_FALSE(matcher.finds_delimiter("wait a", 2)) << "it was seen before";
  EXPECT_FALSE(matcher.finds_delimiter("a wai", 5));
  EXPECT_FALSE(StopMatcher({}, "", {""}).finds_delimiter("a", 1));
}

TEST(StopMatcher, FindsAPatternBesideDelimiters) {
  const StopMatcher matcher({}, "\n", {}, std::make_shared<TextPattern>("[.!?]\\s", "here"));
  EXPECT_TRUE(matcher.finds_delimiter("One. ", 1));
  EXPECT_TRUE(matcher.finds_delimiter("One\n", 1));
  EXPECT_FALSE(matcher.finds_delimiter("One.", 4));
}

TEST(StopMatcher, FindsADelimiterInsideALongerPiece) {
  const StopMatcher matcher({}, "\n\n");

  EXPECT_TRUE(matcher.finds_delimiter("one\n\ntwo", 6));
  EXPECT_FALSE(matcher.finds_delimiter("one\n\ntwo", 3));
}

TEST(StopMatcher, FindsInPiecesWhatASearchOfTheWholeFinds) {
  EXPECT_TRUE(rc::check([] {
    const auto letter = rc::gen::elementOf(std::string("ab"));
    const auto text = *rc::gen::container<std::string>(letter);
    const auto stop = *rc::gen::nonEmpty(rc::gen::container<std::string>(letter));
    const auto begun = *rc::gen::inRange<std::size_t>(0, text.size() + 1);  // where this call's text begins
    const StopMatcher matcher({stop}, "");
    const std::size_t whole = text.find(stop);
    RC_PRE(whole == std::string::npos || whole + stop.size() > begun);

    std::string now;
    std::size_t found = StopMatcher::npos;
    for (std::size_t i = begun; i < text.size() && found == StopMatcher::npos; ++i) {
      now += text[i];
      found = matcher.find_stop(std::string_view(text).substr(0, begun), now, 1);
    }

    if (whole == std::string::npos) {
      RC_ASSERT(found == StopMatcher::npos);
    } else {
      RC_ASSERT(found == (whole < begun ? 0 : whole - begun));
    }
  }));
}

}  // namespace
}  // namespace reckon
