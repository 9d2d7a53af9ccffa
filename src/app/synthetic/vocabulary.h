// The least vocabulary that engines accept beside random weights: all bytes, so that any text has tokens, and the rest unused.
#pragma once

#include <string>

#include "formats/gguf/metadata.h"

namespace reckon {

// Sets the keys tokenizer.ggml.* of a byte-level BPE with `size` tokens. Throws Error bad_argument for fewer than 258.
void set_synthetic_vocabulary(Metadata& metadata, int size, std::string pre_tokenizer);

}  // namespace reckon
