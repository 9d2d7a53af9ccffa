// Small Python programs for `codegen`, made of parts: for each a description in words, a program that does it, and tests whose
// outcomes are worked out here, without Python. Integers stay far inside 64 bits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"

namespace reckon {

struct PythonProblem {
  std::string family;              // one-liner, loop, words, …
  std::string entry;               // the function's or class's name
  std::string description;         // what it does, in words
  std::string solution;            // a program
  std::vector<std::string> tests;  // assert statements, of one line or several

  std::string key() const { return "codegen|" + description; }
};

// With so many tests, all different.
PythonProblem draw_one_liner(SplitMix64& rng, std::size_t tests);     // of two numbers
PythonProblem draw_loop(SplitMix64& rng, std::size_t tests);          // over a list
PythonProblem draw_text_program(SplitMix64& rng, std::size_t tests);  // over words or a dict
PythonProblem draw_recursion(SplitMix64& rng, std::size_t tests);
PythonProblem draw_class(SplitMix64& rng, std::size_t tests);

// Python's // and %: rounded down, the remainder with the sign of the divisor.
std::int64_t floor_quotient(std::int64_t a, std::int64_t b);
std::int64_t floor_remainder(std::int64_t a, std::int64_t b);

// What draws inputs until `tests` different assert statements are there.
template <typename Draw>
std::vector<std::string> different_tests(SplitMix64& rng, std::size_t tests, Draw draw) {
  std::vector<std::string> result;
  for (int tries = 0; result.size() < tests && tries < 10'000; ++tries) {
    std::string test = draw(rng);
    bool known = false;
    for (const std::string& other : result) known = known || other == test;
    if (!known) result.push_back(std::move(test));
  }
  return result;
}

}  // namespace reckon
