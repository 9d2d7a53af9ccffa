#include "search/answers/extract.h"

#include <algorithm>
#include <array>
#include <utility>

#include "search/answers/extraction_rules.h"
#include "search/answers/harness.h"

namespace reckon {
namespace {

using namespace answers;

constexpr std::array<std::pair<Text, Extraction>, 9> kModes{{{"boxed", Extraction::boxed},
                                                             {"lenient", Extraction::lenient},
                                                             {"number", Extraction::number},
                                                             {"choice", Extraction::choice},
                                                             {"gsm8k-strict", Extraction::gsm8k_strict},
                                                             {"gsm8k-flex", Extraction::gsm8k_flex},
                                                             {"minerva", Extraction::minerva},
                                                             {"hendrycks", Extraction::hendrycks},
                                                             {"math-verify", Extraction::math_verify}}};

std::optional<std::string> lenient(Text text) {
  if (auto answer = last_box(text)) return answer;
  if (auto answer = after_answer_phrase(text)) return answer;
  if (auto answer = last_math(text)) return answer;
  return last_number(text);
}

std::optional<std::string> found(Text text, const AnswerForm& form) {
  std::optional<Text> rest = after_thinking(text);
  if (!rest && form.extraction == Extraction::lenient) rest = text.substr(text.rfind("<think>") + 7);
  if (!rest) return std::nullopt;
  switch (form.extraction) {
    case Extraction::boxed: return form.options.empty() ? last_box(*rest) : as_choice(last_box(*rest), form.options);
    case Extraction::lenient: return form.options.empty() ? lenient(*rest) : choice_of(*rest, form.options);
    case Extraction::number: return last_number(*rest);
    case Extraction::choice: return choice_of(*rest, form.options);
    case Extraction::gsm8k_strict: return gsm8k_strict(*rest);
    case Extraction::gsm8k_flex: return gsm8k_flex(*rest);
    case Extraction::minerva: return minerva_answer(*rest);
    case Extraction::hendrycks: return hendrycks_answer(*rest);
    case Extraction::math_verify: return math_verify_answer(*rest);
  }
  return std::nullopt;
}

// Other harnesses have rules of their own for them.
bool keeps_typefaces(Extraction mode) {
  return mode == Extraction::minerva || mode == Extraction::hendrycks || mode == Extraction::math_verify;
}

}  // namespace

std::span<const std::string_view> extraction_names() noexcept {
  static constexpr auto kNames = [] {
    std::array<Text, kModes.size()> names;
    std::ranges::transform(kModes, names.begin(), [](const auto& mode) { return mode.first; });
    return names;
  }();
  return kNames;
}

std::optional<Extraction> extraction_named(std::string_view name) noexcept {
  for (const auto& [known, mode] : kModes) {
    if (known == name) return mode;
  }
  return std::nullopt;
}

const char* name_of(Extraction mode) noexcept {
  for (const auto& [name, known] : kModes) {
    if (known == mode) return name.data();
  }
  return "unknown";
}

std::optional<std::string_view> after_thinking(std::string_view text) noexcept {
  constexpr Text kClose = "</think>";
  if (const std::size_t at = text.rfind(kClose); at != Text::npos) text.remove_prefix(at + kClose.size());
  if (text.find("<think>") != Text::npos) return std::nullopt;
  return text;
}

std::optional<std::string> extract_answer(std::string_view text, const AnswerForm& form) {
  std::optional<std::string> answer = found(text, form);
  if (!answer || keeps_typefaces(form.extraction)) return answer;
  return std::string(without_outer_typeface(*answer));
}

std::optional<std::string> extract_answer(std::string_view text, Extraction mode) {
  return extract_answer(text, AnswerForm{.extraction = mode});
}

}  // namespace reckon
