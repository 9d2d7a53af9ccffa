// Mathematical equivalence of two answers: a small exact expression engine, no computer algebra system.
// Rules R1 to R15 and limits: specs card "Answer extraction and equivalence", 1.2. Not symmetric where the card says so: a gold
// interval is not met by an inequality, a gold number is met by "x = 5" and by "4 + 1 = 5".
// No function throws on any bytes. The work of one call is bounded; what would need more is not comparable, hence not equal.
#pragma once

#include <string>
#include <string_view>

#include "search/answers/extract.h"

namespace reckon {

// What a decimal is worth beside a value that it is not exactly: R3 of the card, nothing (Minerva's harness), or six decimals of
// both, whatever was written (math-verify).
enum class Decimals { rounded, exact, six_places };

struct EquivalenceOptions {
  bool choice = false;           // both answers stand for a letter when they can: "\text{B}" = "(B)"
  bool lenient_percent = false;  // a gold of 10\% is met by 10
  Decimals decimals = Decimals::rounded;
  bool bare_percent = false;  // an integer and the same with a percent sign are equal, as for math-verify
};

struct EquivalenceVerdict {
  bool equal = false;
  const char* detail = "";  // "same text", "value", "text", or which limit made the pair not comparable; static storage
};

EquivalenceVerdict compare_answers(std::string_view gold, std::string_view answer,
                                   const EquivalenceOptions& options = {}) noexcept;
// Of answers that were extracted in this way: those of other harnesses as these compare them; all others by value.
EquivalenceVerdict compare_extracted(std::string_view gold, std::string_view answer, Extraction mode,
                                     const EquivalenceOptions& options = {}) noexcept;
bool equivalent(std::string_view gold, std::string_view answer, const EquivalenceOptions& options = {}) noexcept;

// One text for all ways to write a value where the engine has a canonical form ("1/2" for 0.5 and \frac12); otherwise a bracketed
// text of the expression, or for words the case-folded text with single spaces.
std::string canonical(std::string_view answer);

}  // namespace reckon
