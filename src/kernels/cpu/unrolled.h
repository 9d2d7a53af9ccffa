// Loops whose steps are known at compile time, and the prefetches that are spread over them.
#pragma once

#include <cstddef>
#include <utility>

namespace reckon {

// Calls function(integral_constant<int, 0>) … (N - 1): shifts inside need their counts at compile time.
template <int N, typename Function>
[[gnu::always_inline]] inline void unrolled(Function&& function) {
  [&]<int... I>(std::integer_sequence<int, I...>)
      __attribute__((always_inline)) { (function(std::integral_constant<int, I>{}), ...); }(std::make_integer_sequence<int, N>{});
}

// Part `Part` of `Parts` of a block's cache lines: asked for all at once, they would wait for each other.
template <typename W, int Bytes, int Parts, int Part, typename... Register>
[[gnu::always_inline]] inline void prefetch_part(const std::byte* from, Register&... after) noexcept {
  constexpr int kLines = (Bytes + 63) / 64;
  for (int line = kLines * Part / Parts; line < kLines * (Part + 1) / Parts; ++line) W::prefetch(from + 64 * line, after...);
}

}  // namespace reckon
