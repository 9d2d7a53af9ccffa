#include "tasks/python_examples.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

using Tests = std::vector<std::string>;

TEST(PythonExamples, AreFoundInTheFormsThatDescriptionsUse) {
  EXPECT_EQ(python_examples(">>> f(1)\n2", "f"), Tests{"assert (f(1)) == (2)"});
  EXPECT_EQ(python_examples("  >>> f('a)', [1])\n  ['a)',\n   'b']\n", "f"), Tests{"assert (f('a)', [1])) == (['a)',\n   'b'])"});
  EXPECT_EQ(python_examples(">>> f(g(x))\n  y.z\n", "f"), Tests{"assert (f(g(x))) == (y.z)"}) << "behind >>> all is code";
  for (const char* sign : {"==>", "==", " =>", "->", " ➞ ", "=", " should return ", " returns ", "  # returns ", " # => "}) {
    EXPECT_EQ(python_examples(std::string("f([1], -2.5)") + sign + "'no'. So", "f"), Tests{"assert (f([1], -2.5)) == ('no')"})
        << sign;
  }
  EXPECT_EQ(python_examples("f([\n  [1, 2]], 1) == [(0, 1),\n (1, 0)]\nf(0) => false", "f"),
            (Tests{"assert (f([\n  [1, 2]], 1)) == ([(0, 1),\n (1, 0)])", "assert (f(0)) == (False)"}));
}

TEST(PythonExamples, AreNotMadeOfProse) {
  for (const char* text : {"f(n) = 1 + n / 2", "f(2) = 1 + (2 / 2) = 2", "f(a) => True", "f(1) is good", "f(1", "f(1) == 'open",
                           "gf(1) == 2", "def f(1) == 2", "f(1) == [1, x]", "f(1) == 2x", ">>> f(1)\n>>> f(2)",
                           ">>> f(1)\n\"\"\"", ">>> f(1)", "f()", "f(1) == ", "f(1) == 2 * 3", "f([1)] == 2"}) {
    EXPECT_TRUE(python_examples(text, "f").empty()) << text;
  }
  EXPECT_TRUE(python_examples("f(1) == 2", "").empty());
}

TEST(PythonExamples, OfHostileTextsTakeNoTime) {  // quadratic behaviour would show as a test of minutes
  for (const char* piece : {"f(", "f([[", ">>> f(1)\n", "f('", "f(1)==", "f({,:"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    (void)python_examples(text, "f");
  }
}

}  // namespace
}  // namespace reckon
