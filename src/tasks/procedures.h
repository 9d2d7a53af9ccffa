// The 23 explicit procedures of ProcBench (arXiv:2410.03117), as pure functions of their arguments as text: `draw` makes
// arguments for a number of steps, `run` the states after each step. Rules in our words; generator ranges follow the published
// ones.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/rng.h"

namespace reckon {

struct StepRange {
  int low;
  int high;  // inclusive
};

using Words = std::vector<std::string>;

struct Procedure {
  std::string name;     // "Sort"
  std::string meaning;  // the rule, for a reader who has never met it
  // Arguments as they stand in the prompt, joined by "; ". The number of states lies in `steps`.
  Words (*draw)(SplitMix64& rng, StepRange steps);
  // All states after the first, the last one being the answer. The arguments are those of `draw`.
  Words (*run)(std::span<const std::string> arguments);
};

std::span<const Procedure> text_procedures();            // over one text or number: the twelve that the bundled model has learned
std::span<const Procedure> list_procedures();            // over lists, words and rules: the other eleven
const Procedure* find_procedure(std::string_view name);  // nullptr when there is none

}  // namespace reckon
