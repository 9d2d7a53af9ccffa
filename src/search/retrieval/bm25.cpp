#include "search/retrieval/bm25.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace reckon {
namespace {

constexpr double kSaturation = 1.2;  // k1
constexpr double kLength = 0.75;     // b

enum class CharacterKind { space, letter, digit, sign };

CharacterKind kind_of(unsigned char c) {
  if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharacterKind::letter;
  if (c >= '0' && c <= '9') return CharacterKind::digit;
  return c <= ' ' || c == 0x7f ? CharacterKind::space : CharacterKind::sign;
}

}  // namespace

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> words;
  CharacterKind before = CharacterKind::space;
  for (const char c : text) {
    const CharacterKind kind = kind_of(static_cast<unsigned char>(c));
    const bool goes_on = kind == before && kind != CharacterKind::sign;
    if (kind != CharacterKind::space) {
      if (!goes_on) words.emplace_back();
      words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    before = kind;
  }
  return words;
}

Bm25::Bm25(std::span<const std::string> documents) {
  for (std::size_t i = 0; i < documents.size(); ++i) {
    std::map<std::string, double> counts;
    const std::vector<std::string> words = search_words(documents[i]);
    for (const std::string& word : words) counts[word] += 1;
    for (const auto& [word, count] : counts) postings_[word].push_back({i, count});
    lengths_.push_back(static_cast<double>(words.size()));
    mean_length_ += lengths_.back();
  }
  mean_length_ = std::max(mean_length_ / std::max<double>(static_cast<double>(lengths_.size()), 1), 1.0);
}

std::vector<double> Bm25::scores(std::string_view query) const {
  std::vector<double> sums(lengths_.size(), 0);
  for (const std::string& word : search_words(query)) {  // in the query's order, so that sums are the same everywhere
    const auto found = postings_.find(word);
    if (found == postings_.end()) continue;
    const auto holding = static_cast<double>(found->second.size());
    const double rarity = std::log(1 + (static_cast<double>(lengths_.size()) - holding + 0.5) / (holding + 0.5));
    for (const Posting& posting : found->second) {
      const double length = 1 - kLength + kLength * lengths_[posting.document] / mean_length_;
      sums[posting.document] += rarity * posting.count * (kSaturation + 1) / (posting.count + kSaturation * length);
    }
  }
  return sums;
}

std::vector<std::size_t> Bm25::best(std::string_view query, std::size_t most) const {
  const std::vector<double> sums = scores(query);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] > 0) found.push_back(i);
  }
  std::ranges::stable_sort(found, std::greater<>(), [&sums](std::size_t index) { return sums[index]; });
  found.resize(std::min(found.size(), most));
  return found;
}

}  // namespace reckon
