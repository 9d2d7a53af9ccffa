#include "text/pattern.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "base/error.h"

namespace reckon {
namespace {

bool ends_in(std::string_view expression, std::string_view text, std::size_t fresh) {
  return TextPattern(expression, "here").ends_in(text, fresh);
}

TEST(TextPattern, FindsMatchesThatEndInTheFreshBytes) {
  EXPECT_TRUE(ends_in("[.!?]\\s", "One. ", 1));
  EXPECT_TRUE(ends_in("[.!?]\\s", "One. Two", 5));
  EXPECT_FALSE(ends_in("[.!?]\\s", "One. Two", 3)) << "it was seen before";
  EXPECT_FALSE(ends_in("[.!?]\\s", "One.", 4));
  EXPECT_TRUE(ends_in("(?i)therefore", "so THEREFORE", 1));
  EXPECT_TRUE(ends_in("\\d+ [a-z]+;", "12 apples;", 1));
  EXPECT_FALSE(ends_in("aa", "aaa", 1)) << "matches do not overlap";
  EXPECT_FALSE(ends_in("(?=b)", "ab", 2)) << "nothing was matched";
}

TEST(TextPattern, LooksForBeginningsInTheLastBytesOnly) {
  EXPECT_TRUE(ends_in("(?s)x.*y", "x" + std::string(kPatternReach - 2, 'a') + "y", 1));
  EXPECT_FALSE(ends_in("(?s)x.*y", "x" + std::string(kPatternReach - 1, 'a') + "y", 1));
}

TEST(TextPattern, KnowsTheBeginningOfTheText) {
  EXPECT_TRUE(ends_in("(?s)^.{5,}?;", "a;bcd;", 1));
  EXPECT_FALSE(ends_in("(?s)^.{5,}?;", "a;b;", 1)) << "too short yet";
}

// Named groups are rules that may call each other: the event is the end of one of a context-free grammar.
TEST(TextPattern, FindsTheEndOfAGrammarsRule) {
  const char* grammar = R"((?(DEFINE)(?<sum>(?&term)(\+(?&term))*)(?<term>\d+|\((?&sum)\)))=(?&sum);)";
  EXPECT_TRUE(ends_in(grammar, "x=(1+(2+33))+4;", 1));
  EXPECT_FALSE(ends_in(grammar, "x=(1+(2+33)+4;", 1)) << "a bracket is open";
}

TEST(TextPattern, TakesCharactersForCharacters) {
  EXPECT_TRUE(ends_in("^.\\.", "\u00e9.", 1));
  EXPECT_TRUE(ends_in("\u2234", "so \u2234", 3));
  EXPECT_TRUE(ends_in("^\\w!", "\u00e9!", 1)) << "a letter";
  EXPECT_TRUE(ends_in("b",
                      "\xff"
                      "b",
                      1))
      << "bytes that are no text are passed over";
}

TEST(TextPattern, RefusesWhatIsNoPatternAndWhatIsEverywhere) {
  for (const char* expression : {"(", "a*", "", "[z-a]", "(?<n>", "x|"}) {
    EXPECT_THROW(TextPattern(expression, "here"), Error) << expression;
  }
  EXPECT_THROW(TextPattern(std::string(2000, 'a'), "here"), Error);
}

TEST(TextPattern, GivesUpWhereAMatchWouldTakeForEver) {
  const std::string text(4000, 'a');
  EXPECT_FALSE(ends_in("(a+)+$b", text, 1));
  EXPECT_FALSE(ends_in("(a|a)*c", text, 1));
  EXPECT_TRUE(ends_in("(a+)+c|z", std::string(8, 'a') + "z", 1));
  EXPECT_FALSE(ends_in("(a+)+c|z", std::string(18, 'a') + "z", 1)) << "found by who tries a million times";
}

TEST(TextPattern, FindsLetterByLetterTheFirstMatchOfTheWhole) {
  EXPECT_TRUE(rc::check([] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab.")));
    const TextPattern pattern("b\\.", "here");
    std::size_t found = std::string::npos;
    for (std::size_t end = 1; end <= text.size() && found == std::string::npos; ++end) {
      if (pattern.ends_in(std::string_view(text).substr(0, end), 1)) found = end - 2;
    }
    RC_ASSERT(found == text.find("b."));
  }));
}

}  // namespace
}  // namespace reckon
