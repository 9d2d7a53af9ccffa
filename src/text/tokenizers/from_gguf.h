// The vocabulary that the metadata of a GGUF file describe (keys tokenizer.ggml.*).
#pragma once

#include <string>
#include <string_view>

#include "formats/gguf/metadata.h"
#include "text/tokenizers/vocabulary.h"

namespace reckon {

// Checked with validate(). Throws Error bad_file (missing or ill-formed keys), unsupported (a tokenizer model or pre-tokenizer
// that this build does not know). Keys that files may leave out: the ids default to bos 1, eos 2, unknown 0 for model "llama"
// where such tokens exist and to none otherwise; add_bos_token to true for "llama" and to the pre-tokenizer's habit for "gpt2";
// add_space_prefix to true for "llama".
Vocabulary vocabulary_from_gguf(const Metadata& metadata);

// The chat template (tokenizer.chat_template, or tokenizer.chat_template.<name>), or "" if the file has none.
std::string chat_template_from_gguf(const Metadata& metadata, std::string_view name = "");

}  // namespace reckon
