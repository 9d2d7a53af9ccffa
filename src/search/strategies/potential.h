// What a step counts for: the potential G that a particle's weight is multiplied by. Its name says what is sampled
// (specs card C6): the model's distribution times the product of the potentials of all steps, each to the power 1/temperature.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// log G at temperature 1, of the verifier's score of the path behind the step, and of its score before the step, 1 before the
// first. Scores are in [0, 1]; they are kept 1e-7 away from where G would be 0 or infinite, so that weights stay finite.
using LogPotential = double (*)(double score, double before);
LogPotential potential_named(std::string_view name);  // one of potential_names()
std::vector<std::string> potential_names();           // value, accept, odds, exp

}  // namespace reckon
