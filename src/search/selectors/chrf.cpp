#include "search/selectors/chrf.h"

#include <algorithm>
#include <numeric>

#include "base/ascii.h"

namespace reckon {
namespace {

bool continues(char character) { return (static_cast<unsigned char>(character) & 0xC0) == 0x80; }

CharacterGrams::Counts counted(std::vector<std::string_view> grams) {
  std::ranges::sort(grams);
  CharacterGrams::Counts counts;
  for (const std::string_view gram : grams) {
    if (counts.empty() || counts.back().first != gram) counts.emplace_back(gram, 0);
    ++counts.back().second;
  }
  return counts;
}

std::int64_t total(const CharacterGrams::Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& count) { return sum + count.second; });
}

std::int64_t shared(const CharacterGrams::Counts& a, const CharacterGrams::Counts& b) {
  std::int64_t sum = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (left->first == right->first) {
      sum += std::min(left++->second, right++->second);
    } else {
      ++(left->first < right->first ? left : right);
    }
  }
  return sum;
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

CharacterGrams::CharacterGrams(std::string_view text, int longest) {
  std::ranges::remove_copy_if(text, std::back_inserter(text_), is_space);
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (i == 0 || !continues(text_[i])) begins.push_back(i);
  }
  const std::size_t characters = begins.size();
  begins.push_back(text_.size());
  for (std::size_t length = 1; length <= static_cast<std::size_t>(longest); ++length) {
    std::vector<std::string_view> grams;
    for (std::size_t i = 0; i + length <= characters; ++i) {
      grams.emplace_back(text_.data() + begins[i], begins[i + length] - begins[i]);
    }
    by_length_.push_back(counted(std::move(grams)));
  }
}

double chrf(const CharacterGrams& hypothesis, const CharacterGrams& reference, double beta) {
  double precision = 0;
  double recall = 0;
  int lengths = 0;
  for (std::size_t i = 0; i < hypothesis.by_length().size(); ++i) {
    const CharacterGrams::Counts& ours = hypothesis.by_length()[i];
    const CharacterGrams::Counts& theirs = reference.by_length()[i];
    if (ours.empty() && theirs.empty()) continue;
    const std::int64_t common = shared(ours, theirs);
    precision += ratio(common, total(ours));
    recall += ratio(common, total(theirs));
    ++lengths;
  }
  if (lengths == 0) return 1;
  precision /= lengths;
  recall /= lengths;
  const double weight = beta * beta;
  const double below = weight * precision + recall;
  return below > 0 ? std::min(1.0, (1 + weight) * precision * recall / below) : 0;
}

}  // namespace reckon
