// A classifier head: a few outputs per row in place of the vocabulary's logits, as reward models and rerankers have. Tensor names
// as in llama.cpp's GGUF files:
//   cls.output.weight [labels, width] (of one label also [width]), cls.output.bias [labels] where there is one
//   cls.weight [width, width] and cls.bias before it, where there are any, then tanh; "reckon.reward.activation" = "relu" says
//   otherwise, as for Qwen2ForProcessRewardModel, whose score.0 is cls and whose score.2 is cls.output
// Behind the outputs stands a constant 0, so that the log-odds of one output against it are the output itself.
#pragma once

#include <string_view>

#include "formats/gguf/gguf_file.h"

namespace reckon {

inline constexpr std::string_view kClassifierOutput = "cls.output.weight";
inline constexpr int kMostLabels = 1024;

enum class HeadActivation { tanh, relu };

bool has_classifier(const GgufFile& file);
// Labels that the head has. Throws Error bad_file for more than kMostLabels, or a shape that is none.
int classifier_labels(const GgufFile& file);
// Throws Error bad_file for an unknown one.
HeadActivation classifier_activation(const GgufFile& file);

}  // namespace reckon
