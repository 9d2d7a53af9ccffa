// Rows of blocks, as a file stores them, into panels of W::kOutputs rows: for each block position the two-byte fields of all
// rows, then the first four-byte word of all rows, the second, and so on. A panel takes as many bytes as its rows, but for the
// few types whose Panel says otherwise (panel_fields.h) and rows that are no whole number of blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "kernels/cpu/panel_fields.h"

namespace reckon {

template <typename Block>
struct PackedFields {
  using Panel = typename Block::Panel;
  static constexpr bool kValues = ValuePanel<Panel>;
  static constexpr bool kStored = !requires { Panel::half_count; };  // fields are those of the file's block

  static constexpr int halves() noexcept {
    if constexpr (kStored) {
      return static_cast<int>(std::size(Panel::halves));
    } else {
      return Panel::half_count;
    }
  }
  static constexpr int words() noexcept {
    if constexpr (kStored) {
      static_assert((Block::bytes - 2 * halves()) % 4 == 0);
      return (Block::bytes - 2 * halves()) / 4;
    } else {
      return Panel::word_count;
    }
  }
  static constexpr int inputs() noexcept {
    if constexpr (kValues) {
      return Panel::inputs;
    } else {
      return Block::elements;
    }
  }
  static constexpr ActivationKind activations() noexcept {
    if constexpr (kValues) {
      return Panel::activations;
    } else {
      return ActivationKind::int8;
    }
  }
  static constexpr int kBytes = 2 * halves() + 4 * words();  // of one output's block
  static constexpr int kInputs = inputs();
  static constexpr ActivationKind kActivations = activations();

  static std::uint16_t half(int index, const std::byte* block) noexcept {
    if constexpr (kStored) {
      return blocks::stored_half(block + Panel::halves[index]);
    } else {
      return Panel::pack_half(index, block);
    }
  }
  static std::uint32_t word(int index, const std::byte* block) noexcept {
    if constexpr (requires { Panel::pack_word(index, block); }) {
      return Panel::pack_word(index, block);
    } else {
      return blocks::stored_word(block + Panel::first_word + 4 * index);
    }
  }
};

// One panel from `rows` <= W::kOutputs rows of `inputs` inputs, `row_bytes` apart; missing rows and inputs become zeros.
template <typename W, typename Block>
void pack_panel(const std::byte* from, std::int64_t row_bytes, int rows, std::int64_t inputs, std::byte* to) noexcept {
  using Fields = PackedFields<Block>;
  constexpr int kStoredBytes = Fields::kInputs / Block::elements * Block::bytes;  // of a block in the file
  for (std::int64_t left = inputs; left > 0; left -= Fields::kInputs, from += kStoredBytes, to += Fields::kBytes * W::kOutputs) {
    std::byte* words = to + 2 * Fields::halves() * W::kOutputs;
    for (int lane = 0; lane < W::kOutputs; ++lane) {
      const std::byte* block = from + lane * row_bytes;
      std::byte filled[kStoredBytes] = {};
      if (left < Fields::kInputs && lane < rows) {
        std::memcpy(filled, block, static_cast<std::size_t>(left / Block::elements * Block::bytes));
        block = filled;
      }
      if constexpr (Fields::halves() > 0) {
        for (int i = 0; i < Fields::halves(); ++i) {
          const std::uint16_t half = lane < rows ? Fields::half(i, block) : std::uint16_t{0};
          std::memcpy(to + 2 * (lane + W::kOutputs * i), &half, sizeof half);
        }
      }
      if constexpr (Fields::words() > 0) {
        for (int i = 0; i < Fields::words(); ++i) {
          const std::uint32_t word = lane < rows ? Fields::word(i, block) : 0u;
          std::memcpy(words + 4 * (lane + W::kOutputs * i), &word, sizeof word);
        }
      }
    }
  }
}

}  // namespace reckon
