// What stages ask the model, and how they read what it says. Source of the marks: Archon, Saad-Falcon et al. 2024,
// arXiv:2409.15254 (specs card C13).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon {

// The first `count` whole numbers from 0 in the order that "[3] > [1]" says (there they count from 1). Of several lines with such
// an order the last counts; without one, all numbers in brackets do. Those that are not named follow as they stood.
std::vector<std::size_t> ranking_in(std::string_view said, std::size_t count);

// True for each "[yes]" and false for each "[no]", in their order; case does not count.
std::vector<bool> marks_in(std::string_view said, std::string_view yes, std::string_view no);

// The items of a list, one a line, without their numbers and dashes; at most `most`. Lines that are no items are left out, unless
// no line is one.
std::vector<std::string> items_in(std::string_view said, std::size_t most);

}  // namespace reckon
