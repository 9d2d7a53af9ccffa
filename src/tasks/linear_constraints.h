// Linear equations as an SMT-LIB script over the rationals (SMT-LIB 2.6), for the verifier `smt`: whether an answer solves a
// problem is then decided by putting it in, without knowing the solution.
#pragma once

#include <string>

#include "tasks/linear_working.h"

namespace reckon {

std::string smt_script(const OneUnknown& equation);  // declares x
std::string smt_script(const TwoUnknowns& system);   // declares x and y, in this order

}  // namespace reckon
