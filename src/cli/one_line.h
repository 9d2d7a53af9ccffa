// Text that somebody else wrote, as a piece of one line on a terminal: it may hold anything, also what would move the cursor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reckon {

// Control characters (C0, DEL, C1) and marks that change the direction of writing become spaces, bytes that are no character
// U+FFFD; ends with "…" where more than `columns` columns would be taken.
std::string one_line(std::string_view text, std::size_t columns);

// The same over as many lines as there are: line feeds and tabs stay as they are, and nothing is cut off.
std::string printable(std::string_view text);

// How many columns a text without control characters takes at most: two for a character outside ASCII, because some are so wide.
std::size_t columns_of(std::string_view text);

}  // namespace reckon
