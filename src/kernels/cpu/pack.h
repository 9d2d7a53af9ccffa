// Rows of blocks, as a file stores them, into panels of W::kOutputs rows: for each block position the two-byte fields of all
// rows, then the first four-byte word of all rows, the second, and so on. A panel takes as many bytes as its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon {

// What most panels say of a word is nothing: it is stored as it is.
template <typename Panel>
[[gnu::always_inline]] inline std::uint32_t packed_word(int index, std::uint32_t word) noexcept {
  if constexpr (requires { Panel::pack_word(index, word); }) {
    return Panel::pack_word(index, word);
  } else {
    return word;
  }
}

// One panel from `rows` <= W::kOutputs rows of `blocks` blocks, `row_bytes` apart; missing rows become zeros.
template <typename W, typename Block>
void pack_panel(const std::byte* from, std::int64_t row_bytes, int rows, std::int64_t blocks, std::byte* to) noexcept {
  using Panel = typename Block::Panel;
  constexpr int kHalves = static_cast<int>(sizeof Panel::halves / sizeof Panel::halves[0]);
  constexpr int kWords = (Block::bytes - 2 * kHalves) / 4;
  static_assert(2 * kHalves + 4 * kWords == Block::bytes);
  for (std::int64_t b = 0; b < blocks; ++b, from += Block::bytes, to += Block::bytes * W::kOutputs) {
    for (int lane = 0; lane < W::kOutputs; ++lane) {
      std::byte* half_to = to + 2 * lane;
      std::byte* word_to = to + 2 * kHalves * W::kOutputs + 4 * lane;
      if (lane >= rows) {
        for (int i = 0; i < kHalves; ++i) std::memset(half_to + 2 * W::kOutputs * i, 0, 2);
        for (int i = 0; i < kWords; ++i) std::memset(word_to + 4 * W::kOutputs * i, 0, 4);
        continue;
      }
      const std::byte* block = from + lane * row_bytes;
      for (int i = 0; i < kHalves; ++i) std::memcpy(half_to + 2 * W::kOutputs * i, block + Panel::halves[i], 2);
      for (int i = 0; i < kWords; ++i) {
        std::uint32_t word;
        std::memcpy(&word, block + Panel::first_word + 4 * i, sizeof word);
        word = packed_word<Panel>(i, word);
        std::memcpy(word_to + 4 * W::kOutputs * i, &word, sizeof word);
      }
    }
  }
}

}  // namespace reckon
