// What option values must be, checked before they are converted: a message says what was given and what was expected, and CLI11
// puts the option's name before it. Use as add_option(…)->check(whole_number(1, 64)).
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <limits>
#include <span>

namespace reckon {

CLI::Validator whole_number(std::int64_t minimum, std::int64_t maximum = std::numeric_limits<std::int64_t>::max());
CLI::Validator one_of(std::span<const int> values);  // which outlive what is returned
CLI::Validator number(double minimum = std::numeric_limits<double>::lowest(),
                      double maximum = std::numeric_limits<double>::max());
CLI::Validator seed_number();

// For names, files, budgets: "" is what an unset variable leaves behind in a script. `expected` says what to write.
CLI::Validator not_empty(const std::string& expected);

}  // namespace reckon
