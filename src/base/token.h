// The unit of text as models see it: an index into a vocabulary.
#pragma once

#include <cstdint>
#include <span>

namespace reckon {

using Token = std::int32_t;
using TokenSpan = std::span<const Token>;

inline constexpr Token kNoToken = -1;  // "this vocabulary has no such token"

}  // namespace reckon
