// Where a task finds things in a model's text: the boxed answer, and the lines of working. Views into the text; linear time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace reckon {

// The brace-matched argument of the last \boxed (or \fbox) after the last </think>, without surrounding blanks; "\boxed 7"
// gives "7". nullopt: no box, an unclosed brace, or a <think> that never closes.
std::optional<std::string_view> boxed_answer(std::string_view text);

// The non-blank lines between <think> and </think> (or the end, for working that is under way); without tags, the lines before
// the first \boxed. Trailing blanks and carriage returns are cut.
std::vector<std::string_view> working_lines(std::string_view text);

// What follows the last </think>; everything when there is none.
std::string_view after_thinking(std::string_view text);

std::vector<std::string_view> split_lines(std::string_view text);  // the non-blank ones, right-trimmed
std::string_view trimmed(std::string_view text);

}  // namespace reckon
