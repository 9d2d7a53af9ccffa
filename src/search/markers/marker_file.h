// Word lists from a file, for other languages and other habits: under each of the headings [hedging], [thinking] and [discourse]
// a marker a line. Blank lines, and lines that begin with #, say nothing.
#pragma once

#include <string>

#include "base/parameters.h"
#include "search/markers/markers.h"

namespace reckon {

// "" = the English lists. A file is read once for the life of the program, so that a selector may ask for each problem. Any
// thread. Throws Error not_found, or bad_file with the line: over 1 MiB, a marker before the first heading or without a word,
// another heading, no marker at all.
const MarkerLists& marker_lists(const std::string& file);

ParameterSpec marker_words_parameter();  // row of the parameter `words`, which names the file

}  // namespace reckon
