// chrF: how alike two texts are, by the character n-grams they share. Source: Popovic 2015, doi:10.18653/v1/W15-3049.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon {

// The n-grams of a text, white space left out. A character is a run of one byte and the UTF-8 continuation bytes behind it.
class CharacterGrams {
 public:
  CharacterGrams(std::string_view text, int longest);

  using Counts = std::vector<std::pair<std::string_view, std::int64_t>>;  // in order of the n-gram
  const std::vector<Counts>& by_length() const { return by_length_; }     // [longest]

  CharacterGrams(CharacterGrams&&) = default;
  CharacterGrams(const CharacterGrams&) = delete;
  CharacterGrams& operator=(const CharacterGrams&) = delete;
  CharacterGrams& operator=(CharacterGrams&&) = delete;
  ~CharacterGrams() = default;

 private:
  std::vector<char> text_;  // what the n-grams point into; moving keeps its place
  std::vector<Counts> by_length_;
};

// F of mean precision and mean recall over the lengths that either text has, in [0, 1]; recall counts `beta` times as much. Equal
// texts have 1, also two empty ones. Both were made with the same `longest`.
double chrf(const CharacterGrams& hypothesis, const CharacterGrams& reference, double beta);

}  // namespace reckon
