// The rules that ways of extraction are made of (search/answers/extract.h). Any bytes, no throwing, time linear in the text.
#pragma once

#include "base/ascii.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reckon::answers {

using Text = std::string_view;

Text trimmed(Text text);
bool equal_ignoring_case(Text a, Text b);
// Without emphasis, math delimiters and one final full stop around an answer: "**$5$.**" -> "5".
Text undecorated(Text text);
// Nor in typeface commands that span all of it: "\textbf{$5$}" -> "5". As it is where nothing would be left.
Text without_outer_typeface(Text text);

std::optional<std::string> last_box(Text text);             // the argument of the last \boxed or \fbox
std::optional<std::string> after_answer_phrase(Text text);  // behind "####", "final answer is", "answer" (…: or is)
std::optional<std::string> last_math(Text text);            // between the last two single dollar signs
std::optional<std::string> last_number(Text text);          // with its sign, commas, point and denominator

// The conventions of the GSM8K harness. Its metric compares numbers as texts without these marks: commas, dollar signs, one full
// stop at the end.
std::string without_number_marks(Text number);
std::optional<std::string> gsm8k_strict(Text text);
std::optional<std::string> gsm8k_flex(Text text);

// What was found, or the letter that it stands for where it stands for one.
std::optional<std::string> as_choice(std::optional<std::string> answer, std::span<const std::string> options);
// The same of what stands in a box; without any, the letter that the text gives.
std::optional<std::string> choice_of(Text text, std::span<const std::string> options);

}  // namespace reckon::answers
