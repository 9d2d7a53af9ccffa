// Log-probabilities of given texts behind sequences, for SearchSpace::likelihoods. What all texts begin with, such as a question
// in front of its answers, is run once behind each sequence; what is left of each text shares its pages.
#pragma once

#include <optional>
#include <vector>

#include "engine/engine.h"

namespace reckon {

// [sequences][texts]: the sum over the text's tokens under the untouched model; -infinity where the context has no room for them
// and one more. The sequences stay as they are, and outlive the call. Nothing when the request's budget of tokens cannot pay for
// all of it (then nothing is run), or another limit ends it.
awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods_behind(Engine& engine, RequestHandle request,
                                                                              std::vector<const Sequence*> sequences,
                                                                              std::vector<std::vector<Token>> texts);

}  // namespace reckon
