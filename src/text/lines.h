// Lines of a text, one after the other.
#pragma once

#include <string_view>

namespace reckon {

// What stands before the next line feed; both are cut off `rest`. The last line needs no line feed.
std::string_view next_line(std::string_view& rest);

// Without blanks, tabs, carriage returns and line feeds at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace reckon
