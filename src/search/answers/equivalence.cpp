#include "search/answers/equivalence.h"

#include <cstdint>
#include <exception>
#include <optional>

#include "search/answers/comparison.h"
#include "search/answers/extraction_rules.h"
#include "search/answers/harness.h"

namespace reckon {
namespace {

using namespace answers;

// Plain integers of up to 18 digits, the bulk of what a run compares, need neither tree nor allocation.
std::optional<std::int64_t> plain_integer(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

EquivalenceVerdict compare_readings(std::string_view gold_text, std::string_view answer_text, const EquivalenceOptions& options) {
  const Reading gold = read_answer(gold_text);
  const Reading answer = read_answer(answer_text);
  if (gold.text == answer.text) return {true, "same text"};
  if (gold.limit || answer.limit) return {false, gold.limit ? gold.reason : answer.reason};
  if (!gold.comparable() || !answer.comparable()) {  // R1
    const bool equal = folded(gold.text) == folded(answer.text);
    const bool words = !gold.comparable() && !answer.comparable();
    return {equal, equal || words ? "text" : "words against mathematics"};
  }
  Effort effort;
  return {equal_readings(gold, answer, options, effort), "value"};
}

EquivalenceVerdict compare_gsm8k(std::string_view gold, std::string_view answer) {
  const bool equal = equal_ignoring_case(without_number_marks(gold), without_number_marks(answer));
  return {equal, equal ? "same text" : "another text"};
}

}  // namespace

EquivalenceVerdict compare_answers(std::string_view gold, std::string_view answer, const EquivalenceOptions& options) noexcept {
  try {
    if (options.choice) {
      const std::optional<char> left = choice_letter(gold);
      const std::optional<char> right = choice_letter(answer);
      if (left && right) return {*left == *right, "choice"};
    }
    const std::optional<std::int64_t> left = plain_integer(gold);
    const std::optional<std::int64_t> right = plain_integer(answer);
    if (left && right) return {*left == *right, "value"};
    return compare_readings(gold, answer, options);
  } catch (const NotComparable& why) {
    return {false, why.reason};
  } catch (const std::exception&) {  // arithmetic of the number library out of its range
    return {false, "arithmetic out of range"};
  }
}

EquivalenceVerdict compare_extracted(std::string_view gold, std::string_view answer, Extraction mode,
                                     const EquivalenceOptions& options) noexcept {
  try {
    switch (mode) {
      case Extraction::gsm8k_strict:
      case Extraction::gsm8k_flex: return compare_gsm8k(gold, answer);
      case Extraction::minerva: return compare_minerva(gold, answer);
      case Extraction::hendrycks: return compare_hendrycks(gold, answer);
      case Extraction::math_verify: return compare_math_verify(gold, answer);
      default: return compare_answers(gold, answer, options);
    }
  } catch (const NotComparable& why) {
    return {false, why.reason};
  } catch (const std::exception&) {  // arithmetic of the number library out of its range
    return {false, "arithmetic out of range"};
  }
}

bool equivalent(std::string_view gold, std::string_view answer, const EquivalenceOptions& options) noexcept {
  return compare_answers(gold, answer, options).equal;
}

std::string canonical(std::string_view answer) {
  const Reading reading = read_answer(answer);
  try {
    Effort effort;
    return canonical_form(reading, effort).text;
  } catch (const NotComparable&) {
    return folded(reading.text);
  } catch (const std::exception&) {
    return folded(reading.text);
  }
}

}  // namespace reckon
