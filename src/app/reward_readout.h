// How a GGUF file says that it holds a reward model (docs/verifiers.md): keys reckon.reward.*.
#pragma once

#include <string>

#include "formats/gguf/metadata.h"
#include "search/reward_model.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

// All but RewardReadout::prompt. Throws Error bad_file, with `path` as its context, when the keys are missing or do not fit each
// other or the vocabulary.
RewardReadout reward_readout(const Metadata& metadata, const std::string& path, const Tokenizer& tokenizer);

}  // namespace reckon
