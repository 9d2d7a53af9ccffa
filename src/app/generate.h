// Plain generation: one prompt, one continuation, streamed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime.h"
#include "app/solve.h"

namespace reckon {

struct GenerateRequest {
  std::string prompt;
  bool chat = false;
  std::string system;
  std::int64_t max_tokens = 512;
  SamplingOptions sampling;
  std::vector<std::string> stop_texts;
  bool ignore_end_of_text = false;
  std::int64_t likely_tokens = 0;  // how many of the most likely tokens to note beside each drawn one
  Budget budget;
  std::uint64_t seed = 0;
  std::function<void(std::string_view)> on_text;  // on the engine's thread; must return at once
};

struct GenerateResult {
  std::string text;
  std::vector<Token> prompt_tokens;
  std::vector<Token> tokens;
  std::vector<float> log_probabilities;                 // of each token under the untouched model
  std::vector<std::vector<LikelyToken>> likely_tokens;  // beside each token, best first; empty unless asked for
  bool opened = false;                                  // false: the budget could not pay for the prompt
  StopReason reason = StopReason::length;
  Receipt receipt;
};

awaitable<GenerateResult> generate(Runtime& runtime, GenerateRequest request);
GenerateResult generate_now(Runtime& runtime, GenerateRequest request);

}  // namespace reckon
