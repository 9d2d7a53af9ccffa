// The harness that runs tests against a program. Where programs stand in a text: search/answers/fenced_block.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// The parts between blank lines, without empty ones.
std::vector<std::string> blocks_of(std::string_view text);

// A Python program that runs `program`, then each test in its names, and writes "TOKEN index" for each one that raises nothing. A
// program that raises passes none, but for what models append to try it out: expressions, assertions and loops at the left margin
// may raise. Of a program that was cut off, the last lines are dropped until the rest can be read. (Harnesses of HumanEval do so
// too: EvalPlus, Liu et al. 2023, arXiv:2305.01210.) What is printed goes nowhere.
std::string python_harness(std::string_view program, const std::vector<std::string>& tests, std::string_view token);

// [test] whether the harness says that it was passed; and how many were.
std::vector<bool> tests_passed(std::string_view output, std::string_view token, std::size_t tests);
std::size_t passed_tests(std::string_view output, std::string_view token, std::size_t tests);

}  // namespace reckon
