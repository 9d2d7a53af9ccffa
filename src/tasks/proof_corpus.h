// Theorems for `prove`, each with a proof: a library of lemmas over four theories, generated forward from axioms, and what draws
// new theorems from it. Everything here follows from fixed seeds.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "tasks/proof_kernel.h"

namespace reckon {

inline constexpr std::array<std::string_view, 4> kTheories{"logic", "group", "ring", "lists"};

// A lemma may be used by what stands after it. Axioms come first, and have no proof.
struct LibraryLemma {
  std::string theory;
  std::vector<std::string> proof;     // tactics
  std::vector<std::string> premises;  // lemmas that the proof names
  bool novel = false;                 // kept out of training proofs where the splits are to be novel
};

struct ProofLibrary {
  std::vector<Lemma> lemmas;        // names and statements, in order
  std::vector<LibraryLemma> about;  // [lemma], the same order
};
const ProofLibrary& proof_library();  // made at the first call

struct Theorem {
  std::string theory;
  Formula statement;
  std::vector<std::string> proof;     // tactics
  std::vector<std::string> premises;  // lemmas that the proof names, each once

  std::string key() const;  // atoms numbered as they come up
};

// A theorem whose proof has from `low` to `high` tactics.
Theorem draw_theorem(SplitMix64& rng, std::string_view theory, int low, int high);

}  // namespace reckon
