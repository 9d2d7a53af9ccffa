#include "tasks/expression.h"

#include <gtest/gtest.h>

#include <string>

namespace reckon {
namespace {

std::string value(std::string_view text) {
  const std::optional<Rational> result = parse_value(text);
  return result ? result->text() : "unreadable";
}

TEST(Expression, FollowsTheUsualPrecedence) {
  EXPECT_EQ(value("2+3*4"), "14");
  EXPECT_EQ(value("(2+3)*4"), "20");
  EXPECT_EQ(value("8-3-2"), "3");
  EXPECT_EQ(value("8/4/2"), "1");
  EXPECT_EQ(value("-2*3+1"), "-5");
  EXPECT_EQ(value("2(3+4)"), "14");
  EXPECT_EQ(value("1/3+1/6"), "1/2");
}

TEST(Expression, ReadsLatexAndUnicode) {
  EXPECT_EQ(value("2 \\times 3 \\div 6"), "1");
  EXPECT_EQ(value("\\left(1−3\\right)·2"), "-4");
  EXPECT_EQ(value("\\frac{1+2}{4}"), "3/4");
  EXPECT_EQ(value("-\\frac12"), "-1/2");
  EXPECT_EQ(value("1,234,567"), "1234567");
  EXPECT_EQ(value("0.25"), "1/4");
}

TEST(Expression, RefusesWhatIsNoExpression) {
  for (const char* text :
       {"", " ", "1+", "*2", "(1", "1)", "1 2", "F", "2^3", "1..2", "--", "---1", "12,34", "\\frac{1}", "5a", "{"}) {
    EXPECT_EQ(value(text), "unreadable") << text;
  }
}

TEST(Expression, DivisionByZeroAndOverflowEqualNothing) {
  EXPECT_EQ(value("1/0"), "unreadable");
  EXPECT_EQ(value("1/(2-2)"), "unreadable");
  EXPECT_EQ(value("999999999999999999*999999999999999999"), "unreadable");
  EXPECT_EQ(value("0*(1/0)"), "unreadable");  // once undefined, always undefined
  EXPECT_FALSE(Rational::undefined() == Rational::undefined());
}

TEST(Expression, LimitsAreDepth64And4096Bytes) {
  const auto nested = [](int depth) { return std::string(depth, '(') + "1" + std::string(depth, ')'); };
  EXPECT_EQ(value(nested(63)), "1");
  EXPECT_EQ(value(nested(64)), "unreadable");
  std::string ones = "1";
  while (ones.size() < 4094) ones += "+1";
  EXPECT_EQ(value(ones), "2048");
  EXPECT_EQ(value(ones + "+1+1"), "unreadable");
}

TEST(Expression, UnknownsStayLinear) {
  const std::optional<LinearForm> form = parse_linear_form("3(x-2y)+x/2-4");
  ASSERT_TRUE(form.has_value());
  EXPECT_EQ(form->x, Rational(7, 2));
  EXPECT_EQ(form->y, Rational(-6));
  EXPECT_EQ(form->constant, Rational(-4));
  EXPECT_FALSE(parse_linear_form("x*y").has_value());
  EXPECT_FALSE(parse_linear_form("1/x").has_value());
  EXPECT_FALSE(parse_equation("x=1=2").has_value());
  EXPECT_FALSE(parse_equation("x").has_value());
}

TEST(Expression, LiteralsAreListedInOrder) {
  std::vector<Rational> literals;
  (void)parse_linear_form("7-(3+\\frac12)*7", &literals);
  EXPECT_EQ(literals, (std::vector<Rational>{7, 3, 1, 2, 7}));
}

}  // namespace
}  // namespace reckon
