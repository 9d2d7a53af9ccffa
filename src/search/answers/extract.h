// Answer extraction: finds the final answer in the text a model wrote.
// Order of the rules: specs card "Answer extraction and equivalence", 1.1; conventions of other harnesses re-implemented from
// their published behaviour. Every function takes any bytes, never throws on them, and runs in time linear in the text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

enum class Extraction {
  boxed,    // last \boxed or \fbox after the last </think>; nothing while a think block is still open
  lenient,  // boxed, else after "####", "final answer is", "answer" (…: or is), last $…$, last number; reads open think blocks
  number,   // last number in the text: sign, digits, commas, point; a fraction a/b is one number
  choice,   // letter of a multiple choice: from the box, else the answer phrases, else one that stands alone
  gsm8k_strict,  // number after the first "#### ", as the GSM8K harness: commas, dollar signs and a final full stop dropped
  gsm8k_flex,    // last number of the whole text in the same form
  minerva,       // between "Final Answer: The final answer is" and ". I hope it is correct."
  hendrycks,     // last box, as MATH's own evaluation finds it
  math_verify,   // final-answer sentences, boxes, "answer:", any math or number: the first that can be read, as math-verify
};

// As users write them: "boxed", "gsm8k-strict" …
std::span<const std::string_view> extraction_names() noexcept;
// nullopt for what is none of those.
std::optional<Extraction> extraction_named(std::string_view name) noexcept;
const char* name_of(Extraction mode) noexcept;

// How the answers to a problem are given.
struct AnswerForm {
  Extraction extraction = Extraction::lenient;
  std::vector<std::string> options = {};  // of a multiple choice, where they are known: A first
};

// The answer as written (trimmed, outer $…$, \text{…} or other typeface and one final full stop removed), never empty; nullopt
// when no rule of `mode` fires.
std::optional<std::string> extract_answer(std::string_view text, Extraction mode = Extraction::boxed);
// With options, `choice` and `lenient` both look for a letter of theirs, or the text of one. `boxed` and they give the letter
// then, and what stands in the box where it is no option.
std::optional<std::string> extract_answer(std::string_view text, const AnswerForm& form);

// The part of `text` after the last </think>; nullopt when a think block opens after that and never closes.
std::optional<std::string_view> after_thinking(std::string_view text) noexcept;

// The capital letter an answer such as "(b)", "**B**.", "\text{B}" or "B) because" stands for; else the letter of the only option
// whose text equals the answer (options[0] is A; case and outer spaces do not count); else nullopt. With options, only their
// letters are letters.
std::optional<char> choice_letter(std::string_view answer, std::span<const std::string> options = {});

}  // namespace reckon
