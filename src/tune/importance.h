// How much each input of each matrix matters: the mean square of what flows into it while a model reads a calibration text.
// Weighting a quantiser's errors with it minimises the expected error of the matrix's outputs, as far as inputs are independent.
// Source: specs card 1.3 (importance matrix).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/token.h"
#include "models/model.h"

namespace reckon {

class ThreadPool;

struct Importance {
  std::map<std::string, std::vector<float>, std::less<>> inputs;  // tensor name -> a weight per column, all > 0
  std::int64_t tokens = 0;                                        // read
};

// Runs `model` over `tokens` in chunks of at most `chunk` tokens that do not see each other. A tied output counts as the
// embedding table. Inputs that are never excited keep 1/1000 of their matrix's mean. `on_progress` is called with tokens read and
// all. Throws Error bad_argument for an empty text, a token outside the vocabulary, weights that are no numbers (with tensor, row
// and element, before anything is run), and activations that overflow.
Importance measure_importance(std::shared_ptr<const Model> model, TokenSpan tokens, int chunk, ThreadPool& threads,
                              const std::function<void(std::int64_t, std::int64_t)>& on_progress = {});

}  // namespace reckon
