#include "search/answers/harness.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reckon {
namespace {

std::string harness_extracted(std::string_view text, Extraction mode) { return extract_answer(text, mode).value_or("<none>"); }

struct Pair {
  const char* gold;
  const char* answer;
  bool equal;
};

void expect_all(Extraction mode, const std::vector<Pair>& pairs) {
  for (const auto& [gold, answer, equal] : pairs) {
    const EquivalenceVerdict verdict = compare_extracted(gold, answer, mode);
    EXPECT_EQ(verdict.equal, equal) << name_of(mode) << ": " << gold << " | " << answer << " | " << verdict.detail;
  }
}

TEST(Minerva, TakesWhatStandsInItsSentence) {
  constexpr auto mode = Extraction::minerva;
  EXPECT_EQ(harness_extracted("So.\nFinal Answer: The final answer is $\\frac12$. I hope it is correct.", mode), "$\\frac12$");
  EXPECT_EQ(harness_extracted(
                "Final Answer: The final answer is 1. I hope it is correct. Final Answer: The final answer is 2. I hope it is "
                "correct.",
                mode),
            "1");
  EXPECT_EQ(harness_extracted("Final Answer: The final answer is 5. ", mode), "5") << "the harness puts the end there";
  EXPECT_EQ(harness_extracted("Final Answer: The final answer is 5.", mode), "<none>");
  EXPECT_EQ(harness_extracted("Final Answer: The final answer is\n5. I hope it is correct.", mode), "<none>");
  EXPECT_EQ(harness_extracted("The final answer is 5. I hope it is correct.", mode), "<none>");
  EXPECT_EQ(harness_extracted("<think>Final Answer: The final answer is 1. I hope it is correct.</think>2", mode), "<none>");
}

TEST(Minerva, RewritesAsInThePaper) {
  using answers::minerva_form;
  EXPECT_EQ(minerva_form("x = 5"), "5");
  EXPECT_EQ(minerva_form("an apple"), "apple");
  EXPECT_EQ(minerva_form("35\\text{ cm}"), "35");
  EXPECT_EQ(minerva_form("30^\\circ"), "30");
  EXPECT_EQ(minerva_form("\\text{B}"), "B");
  EXPECT_EQ(minerva_form("\\boxed{\\textbf{7}}"), "7");
  EXPECT_EQ(minerva_form("\\frac12"), "\\frac{1}{2}");
  EXPECT_EQ(minerva_form("\\sqrt3+\\sqrt[3]8"), "\\sqrt{3}+\\sqrt[3]{8}");
  EXPECT_EQ(minerva_form("it is $7$ or $8$"), "7");
  EXPECT_EQ(minerva_form("1,234,567"), "1234567");
  EXPECT_EQ(minerva_form("0,1"), "0,1") << "a list";
  EXPECT_EQ(minerva_form("\\left[2,5\\right)"), "\\left[2,5\\right)");
  EXPECT_EQ(minerva_form("2\\pi cm"), "2\\pi");
}

TEST(Minerva, ComparesTextsAndThenValuesWithoutRounding) {
  expect_all(Extraction::minerva, {{"\\frac{1}{2}", "$\\frac12$", true},
                                   {"\\frac{1}{2}", "0.5", true},
                                   {"\\frac{1}{3}", "0.333333", false},
                                   {"2\\sqrt{2}", "\\sqrt{8}", true},
                                   {"(x+1)^2", "x^2+2x+1", true},
                                   {"5", "x=5", true},
                                   {"x=5", "y=5", true},
                                   {"[2,5)", "[2,5)", true},
                                   {"[2,5)", "[2, 5)", true},
                                   {"(1,2)", "(1.0,2)", false},
                                   {"x<5", "5>x", false},
                                   {"1234", "1,234", true},
                                   {"5", "6", false},
                                   {"35", "35 cm", true},
                                   {"7", "$\\boxed{k = 7}$", true},
                                   {"7", "$\\boxed{k = 8}$", false},
                                   {"", "", true},
                                   {"a ", "an ", false}});
}

TEST(Hendrycks, TakesTheLastBox) {
  constexpr auto mode = Extraction::hendrycks;
  EXPECT_EQ(harness_extracted("\\boxed{1} and \\boxed{\\frac{1}{2}}.", mode), "\\frac{1}{2}");
  EXPECT_EQ(harness_extracted("$\\boxed 7$ is not \\boxed{8}", mode), "7") << "a box with a space comes first";
  EXPECT_EQ(harness_extracted("\\fbox{3}", mode), "3");
  EXPECT_EQ(harness_extracted("\\boxed{1", mode), "<none>");
  EXPECT_EQ(harness_extracted("5", mode), "<none>");
  EXPECT_EQ(harness_extracted("\\boxed{}", mode), "<none>");
}

TEST(Hendrycks, RewritesAsPublished) {
  const auto form = [](const char* text) { return answers::hendrycks_form(text).value_or("<none>"); };
  EXPECT_EQ(form("\\dfrac12"), "\\frac{1}{2}");
  EXPECT_EQ(form("\\tfrac1{72}"), "\\frac{1}{72}");
  EXPECT_EQ(form("0.5"), "\\frac{1}{2}");
  EXPECT_EQ(form(".5"), "\\frac{1}{2}");
  EXPECT_EQ(form("0.50"), "0.50");
  EXPECT_EQ(form("3/4"), "\\frac{3}{4}");
  EXPECT_EQ(form("03/4"), "03/4");
  EXPECT_EQ(form("x/4"), "<none>") << "the published code fails";
  EXPECT_EQ(form("1/2/3"), "1/2/3");
  EXPECT_EQ(form("k = 5"), "5");
  EXPECT_EQ(form("area = 5"), "area=5");
  EXPECT_EQ(form("\\sqrt3"), "\\sqrt{3}");
  EXPECT_EQ(form("\\sqrt"), "<none>");
  EXPECT_EQ(form("\\frac1"), "\\frac1");
  EXPECT_EQ(form("30^{\\circ}"), "30");
  EXPECT_EQ(form("10\\%"), "10");
  EXPECT_EQ(form("\\$5"), "5");
  EXPECT_EQ(form("5\\text{ cm}"), "5");
  EXPECT_EQ(form("5\\text{ cm}\\text{ cm}"), "<none>");
  EXPECT_EQ(form("\\left( 1, .5 \\right)"), "(1,0.5)");
}

TEST(Hendrycks, ComparesTexts) {
  expect_all(Extraction::hendrycks, {{"\\frac{1}{2}", "0.5", true},
                                     {"\\frac{1}{2}", "\\dfrac12", true},
                                     {"\\frac{3}{4}", "3/4", true},
                                     {"\\frac{3}{4}", "0.75", false},
                                     {"2", "2.0", false},
                                     {"x/4", "x/4", true},
                                     {"x/4", "x / 4", false},
                                     {"5", "x=5", true},
                                     {"10", "10\\%", true},
                                     {"(1,2)", "(1, 2)", true},
                                     {"1234", "1,234", false}});
}

TEST(MathVerify, LooksInItsOrder) {
  constexpr auto mode = Extraction::math_verify;
  EXPECT_EQ(harness_extracted("\\boxed{1}. The final answer is $2$. I hope it is correct. \\boxed{3}", mode), "2");
  EXPECT_EQ(harness_extracted("The final answer is $2$, not \\boxed{3}.", mode), "3") << "of the same rank: the last";
  EXPECT_EQ(harness_extracted("\\boxed{3}. The final answer to all this is 2.", mode), "2");
  EXPECT_EQ(harness_extracted("Answer: $4$. And $5$ is less.", mode), "4");
  EXPECT_EQ(harness_extracted("answer $4$, answer: $5$, answer $6$", mode), "5");
  EXPECT_EQ(harness_extracted("the answer would be 4, not more, 7", mode), "4");
  EXPECT_EQ(harness_extracted("the answer: x + y = 12 apples", mode), "12");
  EXPECT_EQ(harness_extracted("we have $x = 1$ and $x = 2$", mode), "x = 1, x = 2");
  EXPECT_EQ(harness_extracted("it is $\\frac{1}{2}$ or so", mode), "\\frac{1}{2}");
  EXPECT_EQ(harness_extracted("first 3, then 1,234.50.", mode), "1234.50");
  EXPECT_EQ(harness_extracted("that makes 3 + 4 * 2.", mode), "3 + 4 * 2");
  EXPECT_EQ(harness_extracted("it costs $100 now", mode), "100");
  EXPECT_EQ(harness_extracted("about 12 percent", mode), "12\\%");
  EXPECT_EQ(harness_extracted("a \\frac{3}{4} of it", mode), "\\frac{3}{4}");
  EXPECT_EQ(harness_extracted("XDY2K", mode), "<none>");
  EXPECT_EQ(harness_extracted("", mode), "<none>");
}

TEST(MathVerify, TakesTheNextWhereOneCannotBeRead) {
  EXPECT_EQ(harness_extracted("so $5$ it is, $\\begin{what}$", Extraction::math_verify), "5");
  EXPECT_EQ(harness_extracted("$\\begin{what}$", Extraction::math_verify), "\\begin{what}") << "compared as text";
}

TEST(MathVerify, ComparesValuesToSixPlaces) {
  expect_all(Extraction::math_verify, {{"1/3", "0.333333", true},
                                       {"1/3", "0.3333", false},
                                       {"\\frac{1}{3}", "0.33333333", true},
                                       {"0.3333331", "0.3333334", true},
                                       {"10\\%", "0.1", true},
                                       {"9\\%", "9", true},
                                       {"9", "9\\%", true},
                                       {"35\\text{ cm}", "35", true},
                                       {"5", "x=5", true},
                                       {"x=5", "5", true},
                                       {"x=5", "y=5", false},
                                       {"2\\le x<5", "[2,5)", true},
                                       {"[2,5)", "2\\le x<5", false},
                                       {"x<2", "2>x", true},
                                       {"\\{1,2\\}", "\\{2,1\\}", true},
                                       {"2\\sqrt{2}", "\\sqrt{8}", true},
                                       {"\\text{even}", "Even", true},
                                       {"\\text{even}", "odd", false},
                                       {"1,234", "1234", true}});
}

}  // namespace
}  // namespace reckon
