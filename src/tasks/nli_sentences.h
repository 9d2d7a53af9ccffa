// The sentences of `nli_logic`: what they say, and how English and Chinese say it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace reckon {

enum class LogicKind : std::uint8_t {
  fact,  // a: fact number from 1, negative when denied; the same in the next four
  both,
  either,
  implies,
  same,
  every,
  some,
  none,
  some_not,  // kinds a and b, from 1
  is,        // the individual is of kind b, or not when b is negative
  at_least,
  at_most,
  exactly,  // a things
  did,
  did_not,
  was_done,  // person a to person b; was_done says it in the passive
};

struct LogicSentence {
  LogicKind kind = LogicKind::fact;
  int a = 0;
  int b = 0;
  friend bool operator==(const LogicSentence&, const LogicSentence&) = default;
};

// A language: words for a problem, and sentences from them. Words: for connectives a fact each, "lamp red"; for quantifiers the
// kinds, then the individual; for numbers a thing and how it is; for roles a deed, then the people.
struct LogicLanguage {
  std::vector<std::string> (*draw_words)(SplitMix64& rng, std::string_view family, int count);
  // Without an end mark. `before` is the sentence that stands in front of it, or null.
  std::string (*text)(const LogicSentence& sentence, const LogicSentence* before, const std::vector<std::string>& words);
  // Premises and hypothesis as a prompt.
  std::string (*prompt)(std::span<const std::string> premises, const std::string& hypothesis);
  std::string_view entailed, contradicted, neutral;
};
const LogicLanguage& english_logic();
// With a measure word after every number, and without a subject that is that of the sentence before.
const LogicLanguage& chinese_logic();

}  // namespace reckon
