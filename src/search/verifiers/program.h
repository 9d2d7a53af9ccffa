// A program in a model's text, and the harness that runs tests against it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// The last block between lines of three backticks whose language is one of these; one that is not closed goes to the end of the
// text.
std::optional<std::string> last_fenced_block(std::string_view text, std::initializer_list<std::string_view> languages);

// The parts between blank lines, without empty ones.
std::vector<std::string> blocks_of(std::string_view text);

// A Python program that runs `program`, then each test in its names, and writes "TOKEN index" for each one that raises nothing. A
// program that raises passes none. What they print goes nowhere.
std::string python_harness(std::string_view program, const std::vector<std::string>& tests, std::string_view token);

// [test] whether the harness says that it was passed; and how many were.
std::vector<bool> tests_passed(std::string_view output, std::string_view token, std::size_t tests);
std::size_t passed_tests(std::string_view output, std::string_view token, std::size_t tests);

}  // namespace reckon
