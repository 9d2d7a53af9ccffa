// How other evaluation harnesses find and compare mathematical answers, for figures that can be set beside theirs. Specs card
// "Answer extraction and equivalence", 1.1: re-implemented from what they are published to do; docs/tasks.md says where ours
// differ. Any bytes; extraction is linear in the text, and a comparison of what is longer than kLongestHarnessAnswer is one of
// texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "search/answers/equivalence.h"

namespace reckon::answers {

inline constexpr std::size_t kLongestHarnessAnswer = 16384;  // bytes: far above any answer, and quick to rewrite fifty times

// MATH as Minerva was measured (Lewkowycz et al. 2022, arXiv:2206.14858, appendix D) and lm-eval's minerva_math: the text between
// "Final Answer: The final answer is" and ". I hope it is correct."; equal as texts once rewritten, or in value, without
// rounding.
std::optional<std::string> minerva_answer(std::string_view text);
std::string minerva_form(std::string_view answer);
EquivalenceVerdict compare_minerva(std::string_view gold, std::string_view answer);

// MATH as published (Hendrycks et al. 2021, arXiv:2103.03874) and lm-eval's hendrycks_math: the last box; equal as texts once
// rewritten. No form: an answer that the published rewriting fails on, which is then compared as it stands.
std::optional<std::string> hendrycks_answer(std::string_view text);
std::optional<std::string> hendrycks_form(std::string_view answer);
EquivalenceVerdict compare_hendrycks(std::string_view gold, std::string_view answer);

// math-verify 0.9: of patterns in order of trust (final-answer sentences, boxes, "answer:", "answer", any math or number) the
// first with a match that can be read, the last such match; equal in value, decimals to six places, units left out.
std::optional<std::string> math_verify_answer(std::string_view text);
EquivalenceVerdict compare_math_verify(std::string_view gold, std::string_view answer);

void replace_all(std::string& text, std::string_view from, std::string_view to);

}  // namespace reckon::answers
