// The printable alphabet in which byte-level vocabularies write bytes: 188 bytes stand for themselves as code points, the other
// 68 follow in order from U+0100 (so a space is written "Ġ"). Source: the GPT-2 release of 2019.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reckon {

// The code point that writes `byte`.
char32_t printable_of(unsigned char byte) noexcept;

// `bytes` in the printable alphabet, UTF-8.
std::string to_printable(std::string_view bytes);

// The bytes that `text` writes, or nothing if it has a character outside the alphabet.
std::optional<std::string> from_printable(std::string_view text);

}  // namespace reckon
