// UTF-8 as Unicode 15, table 3-7 defines it: no surrogates, no overlong forms, nothing above U+10FFFF.
// Invalid bytes are replaced the WHATWG way: one U+FFFD for each maximal part of an ill-formed sequence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reckon {

// What stands at the front of some bytes.
struct Utf8Char {
  enum class State : std::uint8_t { whole, incomplete, invalid };
  State state;          // incomplete: a valid beginning that the end of the bytes cuts off
  std::uint8_t length;  // bytes of the character, or of the maximal part to replace; at least 1
  char32_t code_point;  // U+FFFD unless whole
};

// `bytes` must not be empty.
Utf8Char decode_utf8(std::string_view bytes) noexcept;

// Appends a code point that is not a surrogate and not above U+10FFFF.
void append_utf8(std::string& out, char32_t code_point);

bool is_valid_utf8(std::string_view bytes) noexcept;

// `bytes` with every invalid part replaced by U+FFFD.
std::string replace_invalid_utf8(std::string_view bytes);

// How many bytes at the end (0..3) begin a character and could still be completed.
std::size_t incomplete_suffix(std::string_view bytes) noexcept;

}  // namespace reckon
