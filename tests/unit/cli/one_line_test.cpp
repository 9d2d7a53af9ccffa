#include "cli/one_line.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(OneLine, HoldsNothingThatMovesTheCursor) {
  EXPECT_EQ(one_line("a\nb\r\tc\x1b[2J\x7f", 80), "a b  c [2J ");
  EXPECT_EQ(one_line("a\u0085b\u009bc\u202ed\u2066e\u2028f", 80), "a b c d e f");
  EXPECT_EQ(one_line("\xff", 80), "\uFFFD");
}

TEST(Printable, KeepsLinesAndTabsAndNothingElseThatMovesTheCursor) {
  EXPECT_EQ(printable("a\n\tb\r\x1b[2J\x07"), "a\n\tb  [2J ");
  EXPECT_EQ(printable("x\u202ey\xff"), "x y\uFFFD");
  EXPECT_EQ(printable(std::string(5000, 'a')).size(), 5000U);
}

TEST(OneLine, EndsWithAnEllipsisWhereItIsCut) {
  EXPECT_EQ(one_line("abcdef", 6), "abcdef");
  EXPECT_EQ(one_line("abcdefg", 6), "abcd…");
  EXPECT_EQ(one_line("世界世界", 6), "世界…");
  EXPECT_EQ(one_line("abc", 1), "");
  EXPECT_EQ(one_line("a", 1), "a");
  EXPECT_EQ(one_line("", 0), "");
}

TEST(OneLine, NeverTakesMoreColumnsThanThereAre) {
  const std::string text = "a世b\u00e9c界defg";
  for (std::size_t columns = 0; columns < 20; ++columns) EXPECT_LE(columns_of(one_line(text, columns)), columns);
}

}  // namespace
}  // namespace reckon
