#include "search/answers/extract.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reckon {
namespace {

std::string extracted(std::string_view text, Extraction mode = Extraction::boxed) {
  return extract_answer(text, mode).value_or("<none>");
}

TEST(ExtractBoxed, TakesTheLastBraceMatchedBox) {
  EXPECT_EQ(extracted("so \\boxed{1}, no: \\boxed{2}."), "2");
  EXPECT_EQ(extracted("\\boxed{\\frac{a}{\\sqrt{b}}}"), "\\frac{a}{\\sqrt{b}}");
  EXPECT_EQ(extracted("\\boxed{\\boxed{3}}"), "3");
  EXPECT_EQ(extracted("\\fbox {x}"), "x");
  EXPECT_EQ(extracted("\\boxed{\\{1,2\\}}"), "\\{1,2\\}");
  EXPECT_EQ(extracted("\\boxed{\\left\\{1\\right.}"), "\\left\\{1\\right.");
}

TEST(ExtractBoxed, TakesATokenWhenThereAreNoBraces) {
  EXPECT_EQ(extracted("$\\boxed 7$ done"), "7");
  EXPECT_EQ(extracted("\\boxed 7\nmore"), "7");
  EXPECT_EQ(extracted("\\boxed7"), "7");
}

TEST(ExtractBoxed, LeavesOutATypefaceThatSpansTheAnswer) {
  for (const char* command : {"text", "textbf", "textit", "mathrm", "mathbf", "mbox", "boldsymbol"}) {
    EXPECT_EQ(extracted("\\boxed{\\" + std::string(command) + "{-61}}"), "-61") << command;
    EXPECT_EQ(extracted("\\boxed{\\" + std::string(command) + "{no}}"), "no") << command;
  }
  EXPECT_EQ(extracted("\\boxed{\\textbf{\\text{ $7$. }}.}"), "7");
  EXPECT_EQ(extracted("Answer: $\\text{blue}$", Extraction::lenient), "blue");
  EXPECT_EQ(extracted("\\boxed{x \\text{ or } y}"), "x \\text{ or } y");
  EXPECT_EQ(extracted("\\boxed{\\text{x} or \\text{y}}"), "\\text{x} or \\text{y}");
  EXPECT_EQ(extracted("\\boxed{35\\text{ cm}}"), "35\\text{ cm}");
  EXPECT_EQ(extracted("\\boxed{\\text{}}"), "\\text{}") << "an answer is never empty";
  EXPECT_EQ(extracted("\\boxed{\\textual{7}}"), "\\textual{7}");
  EXPECT_EQ(extracted("\\boxed{\\text{7}}", Extraction::hendrycks), "\\text{7}") << "which has rules of its own";
}

TEST(ExtractBoxed, GivesNothingForUnclosedEmptyOrMissingBoxes) {
  for (const char* text : {"", "42", "\\boxed", "\\boxed{", "\\boxed{1", "\\boxed{}", "\\boxed{ }", "\\boxed{1} \\boxed{2"}) {
    EXPECT_EQ(extracted(text), "<none>") << text;
  }
  EXPECT_EQ(extracted("\\boxedx{4}"), "<none>");
}

TEST(ExtractBoxed, IgnoresWhatWasOnlyThought) {
  EXPECT_EQ(extracted("<think>\\boxed{1}</think> \\boxed{2}"), "2");
  EXPECT_EQ(extracted("<think>\\boxed{1}</think> none here"), "<none>");
  EXPECT_EQ(extracted("\\boxed{0}<think>\\boxed{1}"), "<none>");
  EXPECT_EQ(extracted("thought without opening \\boxed{1}</think>\\boxed{2}"), "2");
  EXPECT_EQ(extracted("<think>a</think>\\boxed{1}<think>b</think>\\boxed{2}"), "2");
}

TEST(ExtractLenient, FollowsTheOrderOfTheCard) {
  constexpr auto mode = Extraction::lenient;
  EXPECT_EQ(extracted("Answer: 3 \\boxed{5} #### 4", mode), "5");
  EXPECT_EQ(extracted("answer is 3\n#### 4\n", mode), "4");
  EXPECT_EQ(extracted("The answer is 3. The final answer is: $\\frac12$. I hope it is correct.", mode), "\\frac12");
  EXPECT_EQ(extracted("**Answer:** 42", mode), "42");
  EXPECT_EQ(extracted("The answer to the question is 42.", mode), "42");
  EXPECT_EQ(extracted("Answer:\n  7 apples\nbye", mode), "7 apples");
  EXPECT_EQ(extracted("we get $x=1$ and then $y=2$, 9", mode), "y=2");
  EXPECT_EQ(extracted("first 3, then 1,234.50.", mode), "1,234.50");
  EXPECT_EQ(extracted("<think>maybe 12", mode), "12");
  EXPECT_EQ(extracted("\\boxed{12", mode), "12");
  EXPECT_EQ(extracted("nothing at all", mode), "<none>");
  EXPECT_EQ(extracted("I cannot answer", mode), "<none>");
  for (const char* text :
       {"The answer is 3.5. The answer is not 7.", "The answer is 3.5 and the answer is not 7.",
        "The answer is 3.5, the answer is not 7.", "The answer is 3.5, since e.g. the answer is not 7",
        "The final answer is 3.5. The answer is not 7.", "The answer is 3.5. The final answer is not 7.",
        "The answer is 3.5. The answer isn't 7.", "The answer is 3.5. The answer cannot be 7.",
        "The answer is 3.5.\nThe answer is **not** 7.", "The answer is 3.5. The answer is surely not 7.",
        "The answer is 3.5. The answer is no longer 7", "Answer: 3.5\nMy answer is not 7.\nThe answer is never 8."}) {
    EXPECT_EQ(extracted(text, mode), "3.5") << text;
  }
  EXPECT_EQ(extracted("The answer is not 7.", mode), "not 7");
}

TEST(ExtractLenient, TakesNoAmountsOfMoneyForMath) {
  constexpr auto mode = Extraction::lenient;
  EXPECT_EQ(extracted("so the profit is 1.5 * $80,000 = $120,000.", mode), "120,000");
  EXPECT_EQ(extracted("with $x$ eggs left she earns $18", mode), "18");
}

TEST(ExtractNumber, TakesTheLastNumberWithItsSignAndDenominator) {
  constexpr auto mode = Extraction::number;
  EXPECT_EQ(extracted("1 2 -3.5", mode), "-3.5");
  EXPECT_EQ(extracted("it is 3/4 .", mode), "3/4");
  EXPECT_EQ(extracted("it is -3/4", mode), "-3/4");
  EXPECT_EQ(extracted("7-5", mode), "5");
  EXPECT_EQ(extracted("costs $1,234.", mode), "1,234");
  EXPECT_EQ(extracted("a .5", mode), ".5");
  EXPECT_EQ(extracted("v1.2.3", mode), "2.3");
}

TEST(ExtractChoice, ReadsLettersInEveryUsualDress) {
  constexpr auto mode = Extraction::choice;
  for (const char* text :
       {"\\boxed{B}", "\\boxed{(B)}", "\\boxed{\\text{B}}", "\\boxed{\\textbf{(b)}}", "The answer is (B).", "Answer: **B**", "B",
        "(B)", "B) because", "I think C is wrong. So it is (B).", "Answer: B. The blue one", "I pick\nB"}) {
    EXPECT_EQ(extracted(text, mode), "B") << text;
  }
  EXPECT_EQ(extracted("A cat sat on the mat", mode), "<none>");
  EXPECT_EQ(extracted("because", mode), "<none>");
}

TEST(ExtractChoice, ReadsALetterThatAReasonFollows) {
  constexpr auto mode = Extraction::choice;
  for (const char* text : {"The answer is B because C has no legs.", "Answer: **B** since it is", "B because it says so",
                           "The answer is [B] as above", "The answer is $B$, which is (A) turned", "Answer: B - it floats"}) {
    EXPECT_EQ(extracted(text, mode), "B") << text;
  }
  EXPECT_EQ(extracted("The answer is A because it is", mode), "A");
  EXPECT_EQ(extracted("Answer: A dog has four legs", mode), "<none>") << "a word";
  EXPECT_EQ(extracted("The answer is Because", mode), "<none>");
}

TEST(ExtractChoice, TakesNoLetterThatIsRuledOut) {
  constexpr auto mode = Extraction::choice;
  for (const char* text : {"The answer is not B", "The answer is not (B).", "It is not **B**", "It isn't B", "(B) is not right",
                           "B is wrong.", "It can be neither B\nnor C"}) {
    EXPECT_EQ(extracted(text, mode), "<none>") << text;
  }
  EXPECT_EQ(extracted("The answer is not B but C", mode), "C");
  EXPECT_EQ(extracted("The answer is C, not B", mode), "C");
  EXPECT_EQ(extracted("It is (C)\nand certainly not (B)", mode), "C");
  EXPECT_EQ(extracted("(B) is wrong. So it is (D).", mode), "D");
  EXPECT_EQ(extracted("B is not only right, it is the one: (B)", mode), "B");
  EXPECT_EQ(extracted("The answer is B, which is not C, nor D", mode), "B");
  EXPECT_EQ(extracted("\\boxed{B}, not C", mode), "B");
  EXPECT_EQ(extracted("The answer is B. The answer is not C.", mode), "B");
  EXPECT_EQ(extracted("The answer is (B).\nThe answer is not C; the answer is not D.", mode), "B");
  EXPECT_EQ(extracted("The answer is B. The answer is neither A nor C.", mode), "B");
  EXPECT_EQ(extracted("The answer is B and the answer is not C", mode), "B");
}

TEST(ExtractChoice, TakesNoneOfAList) {
  const std::vector<std::string> options{"red", "green", "blue", "white"};
  for (const Extraction mode : {Extraction::choice, Extraction::lenient}) {
    const AnswerForm form{.extraction = mode, .options = options};
    const auto read = [&form](const char* text) { return extract_answer(text, form).value_or("<none>"); };
    for (const char* text : {"The answer is A or B", "The answer is A and B.", "(A) (B) (C) (D)", "(A), (B) and (C)",
                             "The answer could be A, B, C, D", "It is (A)/(B)", "A/B", "(A) or (B)"}) {
      EXPECT_EQ(read(text), "<none>") << text;
    }
    for (const char* text :
         {"\\boxed{B, C}", "\\boxed{(A), (B)}", "\\boxed{A or B}", "\\boxed{A. red, B. green}", "\\boxed{a, b}"}) {
      EXPECT_GT(read(text).size(), 1U) << text << ": its text, which is no letter";
    }
    EXPECT_EQ(read("\\boxed{B, which is green}"), "B");
    EXPECT_EQ(read("\\boxed{B, a green one}"), "B");
    EXPECT_EQ(read("\\boxed{(B) green}"), "B");
    EXPECT_EQ(read("(B) because (A) is red"), "B");
    EXPECT_EQ(read("A and B are wrong.\nSo (C)"), "C");
    EXPECT_EQ(read("It is B, B"), "B");
  }
}

TEST(ExtractChoice, KnowsTheOptions) {
  const auto read = [](const char* text, Extraction mode = Extraction::lenient) {
    const AnswerForm form{.extraction = mode, .options = {"2", "3", "A cat", "A dog"}};
    return extract_answer(text, form).value_or("<none>");
  };
  EXPECT_EQ(read("(B)"), "B");
  EXPECT_EQ(read("B"), "B");
  EXPECT_EQ(read("B. It has 3 legs"), "B");
  EXPECT_EQ(read("A. It has 3 legs"), "A");
  EXPECT_EQ(read("The answer is B because it has 2 legs"), "B");
  EXPECT_EQ(read("It is (C).\nThat is what I think I"), "C") << "there is no ninth option";
  EXPECT_EQ(read("That is what I think I"), "<none>");
  EXPECT_EQ(read("The answer is a dog."), "D");
  EXPECT_EQ(read("The answer is A dog."), "D");
  EXPECT_EQ(read("so there are 3."), "B");
  EXPECT_EQ(read("so there are 4."), "<none>");
  EXPECT_EQ(read("\\boxed{a cat}"), "C");
  EXPECT_EQ(read("\\boxed{Z}"), "Z") << "which is no option";
  EXPECT_EQ(read("<think> it must be (B)"), "B") << "lenient reads open thoughts";
  EXPECT_EQ(read("<think> it must be (B)", Extraction::choice), "<none>");
  EXPECT_EQ(read("\\boxed{(b)}", Extraction::boxed), "B");
  EXPECT_EQ(read("(B)", Extraction::boxed), "<none>");
}

TEST(ExtractChoice, MatchesTheTextOfTheOnlyEqualOption) {
  const std::vector<std::string> options{"red", "blue", "blue", "Green "};

  EXPECT_EQ(choice_letter("GREEN", options), 'D');
  EXPECT_EQ(choice_letter("red", options), 'A');
  EXPECT_EQ(choice_letter("blue", options), std::nullopt);
  EXPECT_EQ(choice_letter("pink", options), std::nullopt);
  EXPECT_EQ(choice_letter("E", options), std::nullopt) << "there are four";
  EXPECT_EQ(choice_letter("E"), 'E');
}

TEST(ExtractGsm8k, FollowsThePublishedHarness) {
  EXPECT_EQ(extracted("so 5\n#### 1,234.\n#### 7", Extraction::gsm8k_strict), "1234");
  EXPECT_EQ(extracted("#### $5", Extraction::gsm8k_strict), "<none>");
  EXPECT_EQ(extracted("#### -12", Extraction::gsm8k_strict), "-12");
  EXPECT_EQ(extracted("She pays $1,200.50.", Extraction::gsm8k_flex), "1200.50");
  EXPECT_EQ(extracted("It fell to -3, ok.", Extraction::gsm8k_flex), "-3");
  EXPECT_EQ(extracted("no digits.", Extraction::gsm8k_flex), "<none>");
  EXPECT_EQ(extracted("5 for 1,000 and -$20.", Extraction::gsm8k_flex), "-20");
  EXPECT_EQ(extracted("It is 7, I think.", Extraction::gsm8k_flex), "7");
}

// (-?[$0-9.,]{2,})|(-?[0-9]+), the last; #### (-?[0-9.,]+), the first.
TEST(ExtractGsm8k, LooksAtTheMatchOfThePublishedPatternOnly) {
  EXPECT_EQ(extracted("It costs $5...", Extraction::gsm8k_flex), "5..");
  EXPECT_EQ(extracted("It costs 5 ...", Extraction::gsm8k_flex), "<none>");
  EXPECT_EQ(extracted("5", Extraction::gsm8k_flex), "5");
  EXPECT_EQ(extracted("-5", Extraction::gsm8k_flex), "-5");
  EXPECT_EQ(extracted(".", Extraction::gsm8k_flex), "<none>");
  EXPECT_EQ(extracted("#### .\n#### 5", Extraction::gsm8k_strict), "<none>");
  EXPECT_EQ(extracted("#### -\n#### 5", Extraction::gsm8k_strict), "5");
}

TEST(Extract, KnowsItsModesByName) {
  for (const std::string_view name : extraction_names()) {
    ASSERT_TRUE(extraction_named(name).has_value()) << name;
    EXPECT_EQ(name_of(*extraction_named(name)), name);
  }
  EXPECT_FALSE(extraction_named("Boxed").has_value());
}

TEST(Extract, SurvivesHostileTexts) {  // quadratic behaviour would show as a test of minutes
  std::vector<std::string> texts{std::string(1 << 20, '{'), std::string(1 << 20, '$'), std::string(1 << 20, '\\'),
                                 std::string(1 << 20, '1')};
  for (const char* piece : {"\\boxed{",
                            "answer ",
                            "#### ",
                            "<think>",
                            "</think>",
                            "1,",
                            "-.",
                            "$.",
                            "(A",
                            "\\text{",
                            "Final Answer: The final answer is",
                            "\\boxed ",
                            " \\(",
                            "\\[",
                            "$$a",
                            " $",
                            "=1",
                            " 1+",
                            " 1 -",
                            "final answer is ",
                            "answer: $x$ ",
                            "the answer is not ",
                            "final answer is not 5. ",
                            "the answer is 5 and ",
                            "\\frac{1}{"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    texts.push_back(std::move(text));
  }
  std::string dots = "the answer is **" + std::string(500'000, 'a') + "**x";
  while (dots.size() < (1u << 20)) dots += " .";
  texts.push_back(std::move(dots));
  for (const std::string& text : texts) {
    for (const std::string_view name : extraction_names()) {
      extract_answer(text, *extraction_named(name));
    }
  }
}

}  // namespace
}  // namespace reckon
