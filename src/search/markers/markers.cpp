#include "search/markers/markers.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

namespace reckon {
namespace {

enum class CharacterClass { none, letter, digit };

CharacterClass class_of(char character) {
  const auto byte = static_cast<unsigned char>(character);
  if (byte >= 0x80 || byte == '\'' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) return CharacterClass::letter;
  return byte >= '0' && byte <= '9' ? CharacterClass::digit : CharacterClass::none;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& character : result) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return result;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const CharacterClass kind = class_of(text[begin]);
    std::size_t end = begin + 1;
    while (end < text.size() && class_of(text[end]) == kind) ++end;
    if (kind != CharacterClass::none) words.push_back(lower_case(text.substr(begin, end - begin)));
    begin = end;
  }
  return words;
}

// All markers by their first word.
class MarkerTable {
 public:
  explicit MarkerTable(const MarkerLists& lists) {
    const std::array all{lists.hedging, lists.thinking, lists.discourse};
    for (std::size_t list = 0; list < all.size(); ++list) {
      for (const std::string_view marker : all[list]) {
        std::vector<std::string> words = words_of(marker);
        if (words.empty()) continue;
        by_first_word_[words.front()].push_back({words, list});
      }
    }
  }

  struct Marker {
    std::vector<std::string> words;
    std::size_t list;
  };
  // The longest marker that begins at words[at]; null when none does.
  const Marker* at(const std::vector<std::string>& words, std::size_t at) const {
    const auto found = by_first_word_.find(words[at]);
    if (found == by_first_word_.end()) return nullptr;
    const Marker* longest = nullptr;
    for (const Marker& marker : found->second) {
      if (marker.words.size() > words.size() - at) continue;
      if (longest != nullptr && marker.words.size() <= longest->words.size()) continue;
      if (std::equal(marker.words.begin(), marker.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at)))
        longest = &marker;
    }
    return longest;
  }

 private:
  std::unordered_map<std::string, std::vector<Marker>> by_first_word_;
};

}  // namespace

MarkerCounts count_markers(std::string_view text, const MarkerLists& lists) {
  const MarkerTable table(lists);
  const std::vector<std::string> words = words_of(text);
  std::array<std::int64_t, 3> counts{};
  for (std::size_t at = 0; at < words.size();) {
    const MarkerTable::Marker* marker = table.at(words, at);
    if (marker != nullptr) ++counts[marker->list];
    at += marker != nullptr ? marker->words.size() : 1;
  }
  return {counts[0], counts[1], counts[2], static_cast<std::int64_t>(words.size())};
}

double per_thousand(std::int64_t count, const MarkerCounts& counts) {
  return counts.words > 0 ? 1000.0 * static_cast<double>(count) / static_cast<double>(counts.words) : 0;
}

}  // namespace reckon
