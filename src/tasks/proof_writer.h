// Propositional theorems made together with their proofs: from the last step of the proof backwards, with a new hypothesis
// wherever a step needs one.
#pragma once

#include <cstddef>
#include <span>

#include "base/rng.h"
#include "tasks/proof_corpus.h"

namespace reckon {

// A theorem whose proof has from `low` to `high` tactics, low at least 2; it may apply `usable` lemmas, by their index.
Theorem write_theorem(SplitMix64& rng, std::span<const Lemma> lemmas, std::span<const std::size_t> usable, int low, int high);

}  // namespace reckon
