// Tokens by their texts: an open-addressed table of ids, which takes a few bytes per token where a map of views takes fifty.
#pragma once

#include <bit>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizers/vocabulary.h"

namespace reckon {

class TextIndex {  // immutable once made; any thread
 public:
  TextIndex() = default;
  // Of equal texts the first is found. `texts` must outlive the index and stay as they are.
  explicit TextIndex(std::span<const std::string> texts) : texts_(texts), slots_(std::bit_ceil(2 * texts.size() + 1), kNoToken) {
    for (std::size_t id = 0; id < texts.size(); ++id) {
      Token& slot = slots_[slot_of(texts[id])];
      if (slot == kNoToken) slot = static_cast<Token>(id);
    }
  }

  Token find(std::string_view text) const noexcept { return slots_.empty() ? kNoToken : slots_[slot_of(text)]; }

 private:
  // Where the text is, or would be.
  std::size_t slot_of(std::string_view text) const noexcept {
    std::size_t at = std::hash<std::string_view>()(text) & (slots_.size() - 1);
    while (slots_[at] != kNoToken && texts_[static_cast<std::size_t>(slots_[at])] != text) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::span<const std::string> texts_;
  std::vector<Token> slots_;  // a power of two, more than half of them empty
};

}  // namespace reckon
