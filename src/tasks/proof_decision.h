// Whether a propositional formula has an intuitionistic proof: the contraction-free sequent calculus LJT (Dyckhoff 1992,
// "Contraction-free sequent calculi for intuitionistic logic", JSL 57), which needs no loop check. Independent of the kernel.
#pragma once

#include <vector>

#include "tasks/proof_kernel.h"

namespace reckon {

// `steps` is lowered with every sequent looked at; true when it runs out, for then nothing is known. Equations are atoms.
bool provable(std::vector<Formula> hypotheses, Formula goal, int& steps);

}  // namespace reckon
