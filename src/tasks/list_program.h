// A small language of programs over lists of integers: sixteen functions of one list, joined by pipes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

using NumberList = std::vector<std::int64_t>;

// reverse, sort, +1, x2, negate, square, even, odd, positive (these three keep such numbers), tail, init (all but the first, the
// last), take2, drop2, sums (running), unique (first occurrences), differences.
std::span<const std::string_view> list_functions();

// "even | x2 |sort" as names; nullopt for an unknown name, none at all, or more than 16.
std::optional<std::vector<std::string>> list_program(std::string_view text);

// nullopt when a number leaves ±10^12. Every name must be known.
std::optional<NumberList> run_list_program(std::span<const std::string> program, NumberList list);

std::string list_text(const NumberList& list);  // "2 8 6"

}  // namespace reckon
