// Commands that set an answer in another typeface and say nothing else: \text{…}, \mathbf{…} and their kin.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reckon::answers {

inline constexpr int kMaxTypefaces = 8;  // around one answer; each takes a pass over it, and nobody writes as many

bool is_typeface(std::string_view command);  // its name without the backslash

// What stands in a typeface command that spans the whole text: "\text{18}" -> "18", but nothing of "\text{A} or \text{B}".
std::optional<std::string_view> typeface_argument(std::string_view text);

// The text with each such command, wherever it stands, replaced by its argument; as it is where one never closes.
std::string without_typefaces(std::string_view text);

}  // namespace reckon::answers
