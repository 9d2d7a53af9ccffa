// What happens to a work when a token was drawn for it: text, stop conditions, charges. Engine thread only.
#pragma once

#include <cstdint>

#include "engine/sampling/sampler.h"
#include "engine/work.h"

namespace reckon {

// Ends the work, with the reason, when it may not draw a further token: length, context, lease. True when it has ended.
bool may_not_draw(Work& work, std::int64_t context_length);

// Appends a drawn token to the sequence and to the work's chunk, streams its text, and ends the work at the end of the text, a
// stop text or the step delimiter.
void append_drawn(Work& work, const SampledToken& drawn, const Tokenizer& tokenizer);

// When a work has ended: streams what was held back and remembers the text in the sequence.
void finish_text(Work& work);

// Where the ledger counts tokens that the work was given.
std::int64_t& charged_as(Work& work);

// Books rows that were run: positions of a prompt seen for the first time as what it is for, others as recomputed.
void charge_rows(Work& work, std::int64_t first, std::int64_t count);

}  // namespace reckon
