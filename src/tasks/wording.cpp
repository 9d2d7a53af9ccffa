#include "tasks/wording.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace reckon {
namespace {

constexpr std::string_view kBetweenItems = " \t\r\n,;()[]{}";

constexpr std::array<std::string_view, 120> kNouns{
    "anchor", "apple",  "arrow",  "basket",  "bell",    "bench",  "blanket", "boat",  "book",   "bottle", "bowl",  "branch",
    "bread",  "brick",  "bridge", "broom",   "brush",   "bucket", "button",  "cabin", "cable",  "cage",   "cake",  "candle",
    "canoe",  "carpet", "chain",  "chair",   "cheese",  "chest",  "clock",   "cloud", "coat",   "coin",   "comb",  "cradle",
    "crate",  "crown",  "cup",    "curtain", "desk",    "dish",   "door",    "drum",  "engine", "fence",  "ferry", "fiddle",
    "field",  "flag",   "flute",  "fork",    "garden",  "gate",   "glass",   "glove", "hammer", "harbor", "hat",   "hill",
    "hook",   "horn",   "island", "jar",     "kettle",  "key",    "kite",    "knife", "ladder", "lake",   "lamp",  "lantern",
    "leaf",   "lens",   "letter", "lock",    "loom",    "map",    "market",  "mask",  "mast",   "meadow", "mill",  "mirror",
    "nail",   "needle", "net",    "oar",     "orchard", "oven",   "paddle",  "pan",   "paper",  "path",   "pearl", "pencil",
    "piano",  "pillow", "pipe",   "plank",   "plate",   "plough", "pond",    "rake",  "ribbon", "river",  "rope",  "saddle",
    "sail",   "saw",    "scarf",  "shelf",   "shovel",  "spoon",  "stone",   "table", "tower",  "tunnel", "wagon", "wheel"};
constexpr std::array<std::string_view, 48> kAdjectives{
    "amber",  "ancient", "blue",   "brave",  "bright", "broad",  "calm",  "clean", "cold",   "dark",   "deep",  "dry",
    "dusty",  "empty",   "faded",  "fine",   "flat",   "green",  "grey",  "heavy", "hidden", "hollow", "large", "light",
    "little", "lost",    "narrow", "new",    "old",    "pale",   "plain", "proud", "quiet",  "red",    "round", "rusty",
    "sharp",  "silent",  "small",  "smooth", "steep",  "strong", "tall",  "tidy",  "warm",   "white",  "wide",  "wooden"};
constexpr std::array<std::string_view, 40> kVerbs{
    "admired", "borrowed", "bought", "broke",    "carried",  "cleaned",  "copied",  "counted", "covered", "drew",
    "dropped", "emptied",  "filled", "fixed",    "followed", "found",    "guarded", "held",    "hid",     "kept",
    "lent",    "lifted",   "liked",  "lost",     "made",     "measured", "moved",   "opened",  "painted", "praised",
    "pulled",  "pushed",   "raised", "repaired", "saw",      "sold",     "sorted",  "studied", "tied",    "watched"};

constexpr std::array<std::string_view, 28> kOnsets{"b", "br", "c", "d", "dr", "f",  "g", "gr", "h",  "j", "k", "l", "m", "n",
                                                   "p", "pr", "r", "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z", "kl"};
constexpr std::array<std::string_view, 8> kVowels{"a", "e", "i", "o", "u", "ai", "ea", "or"};
constexpr std::array<std::string_view, 12> kEnds{"n", "r", "l", "s", "m", "ck", "nd", "rn", "lt", "ven", "dor", "th"};

bool is_article(std::string_view word) { return word == "a" || word == "an" || word == "the"; }

}  // namespace

std::vector<std::string> split_words(std::string_view text, char separator) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string joined(std::span<const std::string> words, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += separator;
    text += words[i];
  }
  return text;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 16) return std::nullopt;
  return value;
}

std::optional<std::vector<std::int64_t>> numbers_in(std::string_view text, std::size_t limit) {
  constexpr std::string_view kDigits = "0123456789";
  std::vector<std::int64_t> numbers;
  for (std::size_t at = text.find_first_of(kDigits); at != std::string_view::npos; at = text.find_first_of(kDigits, at)) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    const std::optional<std::int64_t> number = whole_number(text.substr(at, end - at));
    if (!number || numbers.size() == limit) return std::nullopt;
    const bool negative = at > 0 && text[at - 1] == '-';
    numbers.push_back(negative ? -*number : *number);
    at = end;
  }
  return numbers;
}

std::optional<std::vector<std::string_view>> items_in(std::string_view text, std::size_t limit) {
  std::vector<std::string_view> items;
  std::size_t at = text.find_first_not_of(kBetweenItems);
  while (at != std::string_view::npos) {
    if (items.size() == limit) return std::nullopt;
    const std::size_t end = std::min(text.find_first_of(kBetweenItems, at), text.size());
    items.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBetweenItems, end);
  }
  return items;
}

std::string plain_words(std::string_view text) {
  std::string spaced;
  spaced.reserve(text.size());
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (kept) {
      spaced += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      spaced += ' ';
    }
  }
  std::string result;
  for (const std::string& word : split_words(spaced)) {
    if (word.empty() || is_article(word)) continue;
    if (!result.empty()) result += ' ';
    result += word;
  }
  return result;
}

double bag_f1(std::string_view gold, std::string_view answer) {
  std::vector<std::string> wanted = split_words(gold);
  std::vector<std::string> given = split_words(answer);
  if (wanted.empty() && given.empty()) return 1;
  std::ranges::sort(wanted);
  std::ranges::sort(given);
  std::vector<std::string> shared;
  std::ranges::set_intersection(wanted, given, std::back_inserter(shared));
  return 2.0 * static_cast<double>(shared.size()) / static_cast<double>(wanted.size() + given.size());
}

std::span<const std::string_view> nouns() { return kNouns; }
std::span<const std::string_view> adjectives() { return kAdjectives; }
std::span<const std::string_view> verbs() { return kVerbs; }

std::string invented_name(SplitMix64& rng) {
  std::string name;
  for (std::int64_t left = rng.range(1, 2); left > 0; --left) {
    name += one_of(kOnsets, rng);
    name += one_of(kVowels, rng);
  }
  name += one_of(kEnds, rng);
  name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

std::vector<std::string> invented_names(SplitMix64& rng, std::size_t count, std::vector<std::string>& taken) {
  std::vector<std::string> names;
  while (names.size() < count) {
    std::string name = invented_name(rng);
    if (std::ranges::find(taken, name) != taken.end()) continue;
    taken.push_back(name);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace reckon
