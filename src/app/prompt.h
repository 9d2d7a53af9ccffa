// From what a user says to the tokens a model reads.
#pragma once

#include <string>
#include <vector>

#include "text/tokenizers/tokenizer.h"

namespace reckon {

// `chat_template` "" = the text alone, with the model's own beginning token. Otherwise system (unless "") and user turns are
// rendered with it and the assistant's turn is opened. Only the template's own text may become control tokens.
// Throws Error bad_argument for an empty text, one beyond 16 MiB, or what the template itself refuses.
std::vector<Token> prompt_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                 const std::string& text);

}  // namespace reckon
