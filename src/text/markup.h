// Text in XML and HTML, whoever wrote it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reckon {

enum class LineBreaks { as_spaces, kept };

// Text of at most `most_characters` for an element or a double-quoted attribute of XML 1.0 or HTML: markup escaped, what is no
// character there (invalid bytes, control characters, U+FFFE and U+FFFF) replaced by U+FFFD, tabs by spaces; ends with "…" where
// something was left out.
std::string escaped(std::string_view text, std::size_t most_characters, LineBreaks breaks = LineBreaks::as_spaces);

}  // namespace reckon
