// How a GGUF file says that it holds a reward model (docs/verifiers.md): keys reckon.reward.*, or a classifier head.
#pragma once

#include <string>

#include "formats/gguf/metadata.h"
#include "search/reward_model.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

// All but RewardReadout::prompt. `labels`: outputs of the file's classifier head, 0 = it has none; then what is watched are its
// outputs, else tokens of the vocabulary. Throws Error bad_file, with `path` as its context, when the keys are missing or do not
// fit each other or what is watched.
RewardReadout reward_readout(const Metadata& metadata, const std::string& path, const Tokenizer& tokenizer, int labels = 0);

}  // namespace reckon
