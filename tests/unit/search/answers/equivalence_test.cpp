#include "search/answers/equivalence.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reckon {
namespace {

struct Vector {
  const char* gold;
  const char* answer;
  bool equal;
};

void expect_all(const std::vector<Vector>& vectors, const EquivalenceOptions& options = {}) {
  for (const auto& [gold, answer, equal] : vectors) {
    const EquivalenceVerdict verdict = compare_answers(gold, answer, options);
    EXPECT_EQ(verdict.equal, equal) << gold << " | " << answer << " | " << verdict.detail;
  }
}

TEST(Equivalence, AgreesWithEveryVectorOfTheCard) {
  expect_all({{"1/2", "0.5", true},
              {"\\frac12", ".5", true},
              {"1/3", "0.333333", true},
              {"1/3", "0.33", false},
              {"1/3", "0.3333", true},
              {"10\\%", "0.1", true},
              {"0.1", "10", false},
              {"2\\sqrt2", "\\sqrt8", true},
              {"\\frac{\\sqrt2}{2}", "\\frac1{\\sqrt2}", true},
              {"(x+1)^2", "x^2+2x+1", true},
              {"x+1", "y+1", false},
              {"(1,2)", "(2,1)", false},
              {"\\{1,2\\}", "\\{2,1\\}", true},
              {"[2,5)", "[2,5]", false},
              {"2\\le x<5", "[2,5)", true},
              {"[2,5)", "2\\le x<5", false},
              {"x<2", "2>x", true},
              {"2x<4", "x<2", true},
              {"-x<2", "x<-2", false},
              {"5", "x=5", true},
              {"x=5", "y=5", false},
              {"9", "4+5=9", true},
              {"4+5=9", "9", false},
              {"1,234", "1234", true},
              {"004", "4", true},
              {"35\\text{ cm}", "0.35 m", true},
              {"\\begin{pmatrix}1&2\\end{pmatrix}", "(1,2)", false}});
  expect_all({{"\\text{B}", "(B)", true}, {"\\text{B}", "(C)", false}, {"A", "a.", true}}, {.choice = true});
}

TEST(Equivalence, ReadsNumbersHoweverTheyAreWritten) {
  expect_all({{"5", "5.0", true},
              {"-5", "−5", true},
              {"+5", "5", true},
              {"5.", "5", true},
              {"1234567", "1,234,567", true},
              {"1234.5", "1,234.50", true},
              {"1234", "1{,}234", true},
              {"1234", "1\\,234", true},
              {"1234", "1,23,4", false},
              {"1\\frac12", "1.5", true},
              {"3 1/4", "13/4", true},
              {"-1\\frac{1}{2}", "-3/2", true},
              {"\\frac{3}{6}", "\\dfrac12", true},
              {"1.5e3", "1500", true},
              {"2E-3", "0.002", true},
              {"0.\\overline{3}", "1/3", true},
              {"0.1\\overline{6}", "1/6", true},
              {"$5$", "5", true},
              {"\\$5", "5", true},
              {"**5**", "5", true},
              {"\\boxed{5}", "5", true},
              {"50\\%", "1/2", true},
              {"50%", "0.5", true},
              {"007", "7", true},
              {"0010", "8", false},
              {"--5", "5", true},
              {"6/4", "3/2", true},
              {"1/0", "1/0", true},
              {"1/0", "2/0", false},
              {"-0", "0", true},
              {"12345678901234567890123", "12345678901234567890123.0", true}});
}

TEST(Equivalence, EvaluatesExpressions) {
  expect_all({{"34", "37-(35-25)+7", true},
              {"24", "8*(3-1)+8", true},
              {"24", "8/(3-8/3)", true},
              {"14", "2+3*4", true},
              {"2^10", "1024", true},
              {"2^{3^2}", "512", true},
              {"-3^2", "-9", true},
              {"(-3)^2", "9", true},
              {"5!", "120", true},
              {"\\binom{5}{2}", "10", true},
              {"6\\div 4", "1.5", true},
              {"2\\cdot 3", "6", true},
              {"2 × 3", "6", true},
              {"x²", "x^2", true},
              {"3:4", "3/4", true},
              {"|{-3}|", "3", true},
              {"\\lfloor 2.7\\rfloor", "2", true},
              {"\\lceil -2.7\\rceil", "-2", true},
              {"1.2\\times 10^5", "120000", true},
              {"x^2\\frac12", "\\frac{x^2}{2}", true},
              {"2^{-1}", "0.5", true},
              {"\\frac{1}{2}+\\frac13", "5/6", true}});
}

TEST(Equivalence, ComparesSurdsAndConstantsExactly) {
  expect_all({{"\\sqrt{12}", "2\\sqrt{3}", true},
              {"\\sqrt[3]{16}", "2\\sqrt[3]{2}", true},
              {"\\sqrt{2}\\sqrt{3}", "\\sqrt6", true},
              {"\\frac{1}{1+\\sqrt2}", "\\sqrt2-1", true},
              {"\\sqrt{3+2\\sqrt2}", "1+\\sqrt2", true},
              {"2\\pi", "6.28", true},
              {"\\pi", "22/7", false},
              {"\\pi", "3.14159", true},
              {"\\pi", "3.1", false},
              {"e^2\\cdot e", "e^3", true},
              {"\\sin 30^\\circ", "0.5", true},
              {"\\cos\\frac{\\pi}{3}", "\\frac12", true},
              {"\\log_2 8", "3", true},
              {"\\ln e^2", "2", true},
              {"i^2", "-1", true},
              {"(1+i)^2", "2i", true},
              {"\\frac{1}{1+i}", "\\frac{1-i}{2}", true},
              {"\\sqrt{-4}", "2i", true},
              {"\\sqrt[3]{-8}", "-2", true},
              {"\\sqrt{2}", "1.414", true},
              {"\\sqrt{2}", "1.41421357", false},
              {"\\sqrt2+\\sqrt3", "\\sqrt5", false},
              {"sqrt(2)/2", "1/sqrt(2)", true},
              {"√8", "2√2", true},
              {"90^\\circ", "90", true}});
}

TEST(Equivalence, ComparesPolynomialsAndOtherFunctions) {
  expect_all({{"x^2-1", "(x-1)(x+1)", true},
              {"\\frac{x^2-1}{x-1}", "x+1", true},
              {"(a+b)^{20}", "(b+a)^{20}", true},
              {"(a+b+c+d)^{30}", "(d+c+b+a)^{30}", true},
              {"(a+b+c+d)^{30}", "(d+c+b-a)^{31}", false},
              {"2x", "x^2", false},
              {"\\sin^2 x+\\cos^2 x", "1", true},
              {"\\sin 2x", "2\\sin x\\cos x", true},
              {"e^{x+1}", "e\\cdot e^x", true},
              {"2^x\\cdot 2", "2^{x+1}", true},
              {"\\ln(xy)", "\\ln x+\\ln y", true},
              {"\\sqrt{x^2}", "x+1", false},
              {"x^{1/2}", "\\sqrt{x}", true},
              {"x_1+x_2", "x_2+x_1", true},
              {"x_1", "x_2", false},
              {"\\alpha+1", "1+\\alpha", true},
              {"ab", "ba", true},
              {"\\frac{a}{b}", "ab^{-1}", true},
              {"y=2x+1", "2x+1", true},
              {"f(x)=x^2", "x^2", true}});
}

TEST(Equivalence, ComparesCollectionsByTheirKind) {
  expect_all({{"(1, 1/2)", "(1,0.5)", true},
              {"(1,2,3)", "(1,2)", false},
              {"\\{1,2\\}", "{2,1}", true},
              {"1,2", "2,1", true},
              {"1, 2, and 3", "3,2,1", true},
              {"x=1 or x=2", "2,1", true},
              {"1 \\pm \\sqrt2", "1-\\sqrt2, 1+\\sqrt2", true},
              {"\\emptyset", "\\{\\}", true},
              {"\\{1\\}\\cup\\{2\\}", "\\{1,2\\}", true},
              {"(-\\infty,2)", "(-\\infty, 2)", true},
              {"(-\\infty,2]", "(-\\infty,2)", false},
              {"(1,2)\\cup(3,4)", "(3,4) U (1,2)", true},
              {"x>2", "(2,\\infty)", true},
              {"x\\ge2", "(2,\\infty)", false},
              {"x\\in[2,5)", "[2,5)", true},
              {"[2,5)", "x\\in[2,5)", true},
              {"\\infty", "-\\infty", false},
              {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{bmatrix}1&2\\\\3&4.0\\end{bmatrix}", true},
              {"\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}", false},
              {"(1,234)", "1234", false}});
}

TEST(Equivalence, ComparesRelationsUpToScale) {
  expect_all({{"x=y", "2y=2x", true},
              {"2x+3y=6", "y=2-\\frac{2x}{3}", true},
              {"-2x<4", "x>-2", true},
              {"x<2", "x\\le2", false},
              {"1<x<3", "3>x>1", true},
              {"x\\ne 3", "3\\ne x", true},
              {"x=5", "5", true},
              {"x=5", "5=x", true},
              {"x=5", "x=10/2=5", true},
              {"x<2", "x>2", false},
              {"5", "x<5", false}});
}

TEST(Equivalence, ConvertsAndDropsUnits) {
  expect_all({{"35\\text{ cm}", "35", false},
              {"35", "35 cm", true},
              {"12", "12 apples", true},
              {"12 apples", "12 apple", true},
              {"12 apples", "12 pears", false},
              {"90 km/h", "25 m/s", true},
              {"2 hours", "120 minutes", true},
              {"1\\text{ m}^2", "10000 cm^2", true},
              {"5 m", "5m", true},
              {"5x", "5", false},
              {"12\\text{ square meters}", "12 m^2", true},
              {"5\\text{ dollars}", "500 cents", true},
              {"3 kg", "3 m", false}});
}

TEST(Equivalence, ComparesWordsAsText) {
  expect_all({{"east", "East", true},
              {"\\text{east}", "east", true},
              {") ) }", ") ) \\}", true},
              {"[ { } ]", "[ \\{ \\} ]", true},
              {"[ { ] }", "[ \\{ \\} ]", false},
              {"yes", "Yes", true},
              {"yes", "no", false},
              {"Keldor City", "keldor  city", true},
              {"abcd", "dcba", false},
              {"", "", true},
              {"", "0", false},
              {"none", "5", false},
              {"\xff\xfe", "\xff\xfe", true}});
}

TEST(Equivalence, ReadsNumbersInEveryTypeface) {
  for (const std::string command : {"text", "textbf", "textit", "textrm", "mathrm", "mathbf", "mathit", "mbox", "boldsymbol"}) {
    const auto set = [&](const char* answer) { return "\\" + command + "{" + answer + "}"; };
    for (const char* gold : {"18", "-61", "3.5", "\\frac12", "10\\%", "1,234", "x^2+1", "(1,2)", "35 cm", "Evelyn", "None"}) {
      EXPECT_TRUE(equivalent(gold, set(gold))) << gold << " | " << set(gold);
      EXPECT_TRUE(equivalent(set(gold), gold)) << set(gold) << " | " << gold;
      EXPECT_FALSE(equivalent(gold, set("19"))) << gold << " | " << set("19");
      EXPECT_FALSE(equivalent(set("19"), gold)) << set("19") << " | " << gold;
    }
  }
  expect_all({{"18", "\\textbf{\\text{18}}", true},
              {"18", "\\text{ $18$. }", true},
              {"18", "$\\text{18}$.", true},
              {"18", "x = \\text{18}", true},
              {"1/2", "\\text{\\frac{1}{2}}", true},
              {"(1,2)", "(\\text{1}, \\mathbf{2})", true},
              {"2^3", "\\boldsymbol{2}^{\\text{3}}", true},
              {"18", "\\text{18", false}});
}

TEST(Equivalence, KeepsTheMeaningOfTextWithinAnAnswer) {
  expect_all({{"35 cm", "\\text{35 cm}", true},
              {"35 cm", "\\mathbf{35}\\text{ cm}", true},
              {"35", "\\text{35}\\text{ cm}", true},
              {"35 cm", "\\text{35}", false},
              {"1,2", "1 \\text{ or } 2", true},
              {"1,2", "\\text{2 or 1}", true},
              {"1,2", "\\text{1}\\text{ and }\\text{2}", true},
              {"\\pi", "\\text{pi}", true},
              {"\\text{Tom}, \\text{Ann}", "Tom, Ann", true}});
}

TEST(Equivalence, ComparesShortWordsAsText) {
  for (const char* word : {"No", "Yes", "odd", "red", "cat", "is", "Tom", "a cat"}) {
    for (const char* command : {"\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{"}) {
      const std::string set = command + std::string(word) + "}";
      EXPECT_TRUE(equivalent(word, set)) << set;
      EXPECT_TRUE(equivalent(set, word)) << set;
    }
  }
  expect_all({{"No", "\\text{no}", true},
              {"\\text{No}", "Yes", false},
              {"No", "\\text{Yes}", false},
              {"\\text{cat}", "act", false},
              {"cat", "\\text{act}", false},
              {"\\text{cat}", "\\text{act}", false},
              {"\\text{no}", "on", false},
              {"no", "on", false},
              {"5", "\\text{no}", false},
              {"\\text{no}", "5", false},
              {"ab", "ba", true},
              {"\\text{B}", "B", true}});
}

TEST(Equivalence, TellsFunctionsApartThatAgreeOnAPart) {
  const std::vector<std::pair<std::string, std::string>> different{{"x", "|x|"},
                                                                   {"-x", "|x|"},
                                                                   {"x", "\\sqrt{x^2}"},
                                                                   {"x", "\\sqrt[4]{x^4}"},
                                                                   {"5-x", "|x-5|"},
                                                                   {"100-x", "|x-100|"},
                                                                   {"6-2x", "|2x-6|"},
                                                                   {"x+100", "|x+100|"},
                                                                   {"1", "|x|/x"},
                                                                   {"y=x", "y=|x|"},
                                                                   {"f(x)=x", "f(x)=|x|"},
                                                                   {"x-y", "|x-y|"},
                                                                   {"y-x", "|x-y|"},
                                                                   {"xy", "|xy|"},
                                                                   {"xz", "|xz|"},
                                                                   {"xyz", "|xyz|"},
                                                                   {"x", "\\lfloor x\\rfloor"},
                                                                   {"x", "\\arccos(\\cos x)"},
                                                                   {"x", "\\arcsin(\\sin x)"},
                                                                   {"x", "\\arctan(\\tan x)"},
                                                                   {"a+b", "\\sqrt{(a+b)^2}"},
                                                                   {"\\sqrt{9-x}", "\\sqrt{x-9}"},
                                                                   {"e^{-x}", "e^{-2x}"}};
  for (const auto& [a, b] : different) expect_all({{a.c_str(), b.c_str(), false}, {b.c_str(), a.c_str(), false}});
}

// Where one side has no value, a point says nothing: the logarithms of a product are no other function than the sum of theirs.
TEST(Equivalence, ComparesFunctionsWhereBothHaveValues) {
  const std::vector<std::pair<std::string, std::string>> same{{"|x|", "\\sqrt{x^2}"},
                                                              {"|x|", "\\sqrt[4]{x^4}"},
                                                              {"|5-x|", "|x-5|"},
                                                              {"|x||y|", "|xy|"},
                                                              {"x", "\\sqrt{x}\\sqrt{x}"},
                                                              {"2\\ln x", "\\ln x^2"},
                                                              {"\\sqrt{xy}", "\\sqrt{x}\\sqrt{y}"},
                                                              {"x^{2/3}", "\\sqrt[3]{x^2}"},
                                                              {"\\sqrt{x-500}", "\\sqrt{-500+x}"},
                                                              {"\\sqrt{1-x^2}", "\\sqrt{(1-x)(1+x)}"},
                                                              {"\\arcsin x+\\arccos x", "\\frac{\\pi}{2}"},
                                                              {"\\cos(\\arccos x)", "x"},
                                                              {"x^x", "e^{x\\ln x}"},
                                                              {"\\log_x 8", "3\\log_x 2"}};
  for (const auto& [a, b] : same) expect_all({{a.c_str(), b.c_str(), true}, {b.c_str(), a.c_str(), true}});
}

TEST(Equivalence, IsNotMisledByWhatCancelsOrGrows) {
  expect_all({{"1", "\\cosh^2 x-\\sinh^2 x", true},
              {"2", "\\cosh^2 x-\\sinh^2 x", false},
              {"\\sqrt{x^2+1}-x", "\\frac{1}{\\sqrt{x^2+1}+x}", true},
              {"\\frac{e^x-e^{-x}}{2}", "\\sinh x", true},
              {"\\frac{e^{2x}-1}{e^{2x}+1}", "\\tanh x", true},
              {"(\\sqrt{x}+1)^{30}", "(1+\\sqrt{x})^{15}(\\sqrt{x}+1)^{15}", true},
              {"\\sin 3x", "3\\sin x-4\\sin^3 x", true},
              {"\\tan^2 x+1", "\\sec^2 x", true},
              {"e^{e^x}", "e^{e^x+1}/e", true},
              {"\\arcsin 1", "\\frac{\\pi}{2}", true},
              {"\\lfloor\\log_2 8\\rfloor", "3", true},
              {"\\lceil\\log_2 8\\rceil", "3", true}});
}

TEST(Equivalence, KnowsInverseFunctionsAndRootsOfUnity) {
  expect_all({{"\\arctan x", "\\tan^{-1} x", true},
              {"\\sin^{-1}(x)", "\\arcsin x", true},
              {"\\arccos x", "\\cos^{-1} x", true},
              {"\\frac{\\pi}{6}", "\\sin^{-1}\\frac12", true},
              {"\\frac{1}{\\sin x}", "\\sin^{-1} x", false},
              {"\\arcsin x", "\\cos^{-1} x", false},
              {"e^{i\\pi}", "-1", true},
              {"-1", "e^{-\\pi i}", true},
              {"1", "e^{i\\pi}", false},
              {"1", "e^{2\\pi i}", true},
              {"i", "\\exp(i\\pi/2)", true},
              {"-\\frac12+\\frac{\\sqrt3}{2}i", "e^{2\\pi i/3}", true},
              {"-\\frac12-\\frac{\\sqrt3}{2}i", "e^{2\\pi i/3}", false},
              {"\\frac{1+i}{\\sqrt2}", "e^{i\\pi/4}", true},
              {"e^{i\\pi/5}", "-1", false}});
}

TEST(Equivalence, OffersALenientPercent) {
  expect_all({{"10\\%", "10", false}, {"10", "10\\%", false}});
  expect_all({{"10\\%", "10", true}, {"10", "10\\%", false}}, {.lenient_percent = true});
}

TEST(Equivalence, RoundsIrrationalValuesThatVanish) { expect_all({{"0\\pi", "0.33", false}, {"0\\pi", "0.000", true}}); }

TEST(Equivalence, RefusesWhatIsBeyondTheLimits) {
  const std::string deep_left = std::string(100, '(') + "x" + std::string(100, ')');
  std::string many = "x";
  for (int i = 0; i < 5000; ++i) many += "+x";
  const std::vector<std::pair<std::string, std::string>> pairs{{"1", "9^{9^{9}}"},
                                                               {"x", deep_left},
                                                               {"5001x", many},
                                                               {"1", "1e20000"},
                                                               {"1", std::string(20000, '1')},
                                                               {"0", "2^{100000}-2^{100000}"},
                                                               {"1", "10000!"}};
  for (const auto& [gold, answer] : pairs) {
    const EquivalenceVerdict verdict = compare_answers(gold, answer);
    EXPECT_FALSE(verdict.equal) << answer.substr(0, 40);
    EXPECT_STRNE(verdict.detail, "value") << answer.substr(0, 40);
  }
}

TEST(Equivalence, SurvivesAMegabyteOfAnything) {  // unbounded work would show as a test of minutes
  for (const char* piece : {"{", "(", "\\frac", "\\sqrt{", "9^{", "1,", "1/", "(1+x)^9", "-", "!", "\\text{a}", "\\boxed{", "$",
                            ".", "**", " ", "\xe2"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    equivalent("1", text);
    equivalent(text, "x");
    canonical(text);
    const std::string shorter = text.substr(0, 4000);
    equivalent("1", shorter);
    canonical(shorter);
  }
  std::string nested(1'000'000, '{');
  EXPECT_FALSE(equivalent("3", nested + "3" + std::string(1'000'000, '}')));
}

TEST(Canonical, IsOneTextForAllSpellingsOfAValue) {
  EXPECT_EQ(canonical("0.5"), "1/2");
  EXPECT_EQ(canonical("\\frac{2}{4}"), "1/2");
  EXPECT_EQ(canonical("1,234"), "1234");
  EXPECT_EQ(canonical("\\sqrt8"), canonical("2\\sqrt2"));
  EXPECT_EQ(canonical("\\frac{1}{1+\\sqrt2+\\sqrt3}"), canonical("\\frac{\\sqrt2+2-\\sqrt6}{4}"));
  EXPECT_EQ(canonical("\\{3,1\\}"), canonical("{1,3}"));
  EXPECT_EQ(canonical("(x+1)^2"), canonical("1+2x+x^2"));
  EXPECT_EQ(canonical(" \\text{East } "), "east");
  EXPECT_EQ(canonical("\\mathbf{18}"), "18");
  EXPECT_EQ(canonical("\\text{Yes}"), canonical("yes"));
  EXPECT_NE(canonical("(1,2)"), canonical("(2,1)"));
}

}  // namespace
}  // namespace reckon
