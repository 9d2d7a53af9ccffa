// The rules of thinking that a user asks for, in the words of the model at hand (search/spaces/thinking_space.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/runtime.h"
#include "engine/budget.h"
#include "search/spaces/thinking_space.h"

namespace reckon {

struct ThinkingRequest {
  std::int64_t minimum = 0;   // tokens of thinking
  std::int64_t maximum = -1;  // -1 = no limit
  std::int64_t reserve = -1;  // tokens of a token budget kept for each answer; -1 = 512, or a tenth of the budget if that is less
  std::int64_t switches = -1;
  bool hard = false;
  std::optional<std::string> stop;  // instead of the model family's own text
  std::optional<std::string> more;
};

// "64" = at most 64 tokens, "16..64", "16..". Throws Error bad_argument.
ThinkingRequest parse_thinking_range(std::string_view text);

// Of the runtime's model; `prompt` says whether the chat template opens the thinking itself.
ThinkingForm thinking_form(const Runtime& runtime, TokenSpan prompt);

// Throws what validate(ThinkingOptions) throws.
ThinkingOptions thinking_options(const ThinkingRequest& request, const ThinkingForm& form, const Budget& budget);

}  // namespace reckon
