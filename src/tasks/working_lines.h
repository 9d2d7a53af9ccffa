// Where step checks find the lines of working in a model's text. Views into the text; linear time.
#pragma once

#include <string_view>
#include <vector>

#include "text/lines.h"

namespace reckon {

// The non-blank lines between the first <think> and the last </think> (or the end, for working that is under way); without tags,
// the lines before the first \boxed. Trailing blanks and carriage returns are cut.
std::vector<std::string_view> working_lines(std::string_view text);

std::vector<std::string_view> split_lines(std::string_view text);  // the non-blank ones, right-trimmed

}  // namespace reckon
