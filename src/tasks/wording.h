// Words for generated tasks: taking text apart, common words, and invented names that mean nothing outside a problem.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace reckon {

std::vector<std::string> split_words(std::string_view text, char separator = ' ');  // no empty last word
std::string joined(std::span<const std::string> words, std::string_view separator = " ");

// A whole decimal number, possibly signed, of at most 15 digits; nullopt for anything else.
std::optional<std::int64_t> whole_number(std::string_view text);
// Every whole number of the text in order, at most `limit` of them; nullopt when there are more, or one is too long.
std::optional<std::vector<std::int64_t>> numbers_in(std::string_view text, std::size_t limit);
// The parts between blanks, commas, semicolons and brackets, at most `limit`; nullopt when there are more.
std::optional<std::vector<std::string_view>> items_in(std::string_view text, std::size_t limit);

// Lower case, without punctuation and the words a, an, the, single blanks: how short answers in words are compared.
std::string plain_words(std::string_view text);
// F1 over the two bags of blank-separated words, in [0, 1]; 1 for two empty ones.
double bag_f1(std::string_view gold, std::string_view answer);

std::span<const std::string_view> nouns();       // of things
std::span<const std::string_view> adjectives();  // before a noun
std::span<const std::string_view> verbs();       // transitive, past tense

// A random element of an array, vector or span that lives on.
template <typename Words>
const auto& one_of(const Words& words, SplitMix64& rng) {
  return words[rng.below(words.size())];
}

// "Sarn", "Keldor": two or three syllables, a capital first. Different draws may give the same name.
std::string invented_name(SplitMix64& rng);
// `count` names, all different, none of them in `taken`; they are added to it.
std::vector<std::string> invented_names(SplitMix64& rng, std::size_t count, std::vector<std::string>& taken);

}  // namespace reckon
