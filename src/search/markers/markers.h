// Words by which a text shows how its writer went about it: hedging ("maybe"), thinking aloud ("wait"), discourse ("therefore").
// Source: Wang et al. 2025, arXiv:2504.14047 (specs card B7); the lists in words.cpp are ours, English;
// marker_file.h reads others.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace reckon {

struct MarkerLists {  // words separated by one space; a capital is as good
  std::span<const std::string_view> hedging;
  std::span<const std::string_view> thinking;
  std::span<const std::string_view> discourse;
};
const MarkerLists& english_markers();

struct MarkerCounts {
  std::int64_t hedging = 0;
  std::int64_t thinking = 0;
  std::int64_t discourse = 0;
  std::int64_t words = 0;  // all of the text
};

// Any bytes. A word is a run of ASCII letters and apostrophes, or of bytes beyond ASCII, or of digits. Case does not count;
// between the words of a marker may stand anything that is no word. Where several markers begin at one word the longest counts,
// and markers do not overlap.
MarkerCounts count_markers(std::string_view text, const MarkerLists& lists = english_markers());

// Per 1000 words of the text; 0 for a text without words.
double per_thousand(std::int64_t count, const MarkerCounts& counts);

}  // namespace reckon
