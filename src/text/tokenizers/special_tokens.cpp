#include "text/tokenizers/special_tokens.h"

#include <algorithm>

namespace reckon {

SpecialTokens::SpecialTokens(std::vector<Entry> entries) : entries_(std::move(entries)) {
  std::ranges::stable_sort(entries_, {}, &Entry::text);
  for (const Entry& entry : entries_) begins_[static_cast<unsigned char>(entry.text[0])] = true;
}

SpecialTokens::Match SpecialTokens::match_at_front(std::string_view text, std::size_t trusted) const {
  Match best;
  if (text.empty() || !begins_[static_cast<unsigned char>(text[0])]) return best;
  // [first, last): the entries whose first `depth` bytes are those of the text; one that is no longer than that matches.
  auto first = entries_.begin();
  auto last = entries_.end();
  for (std::size_t depth = 0;; ++depth) {
    for (; first != last && first->text.size() == depth; ++first) {
      const bool allowed = !first->trusted_only || depth <= trusted;
      if (allowed && best.length < depth) best = {depth, first->token};
    }
    if (first == last || depth == text.size()) return best;
    const auto byte_at_depth = [depth](const Entry& entry) { return static_cast<unsigned char>(entry.text[depth]); };
    const auto same = std::ranges::equal_range(first, last, static_cast<unsigned char>(text[depth]), {}, byte_at_depth);
    first = same.begin();
    last = same.end();
  }
}

}  // namespace reckon
