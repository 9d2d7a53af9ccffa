// One hash over a fixed set of answers: a change that means to change no answer leaves it as it was.
#pragma once

#include <string>

#include "app/runtime.h"

namespace reckon {

// Throws Error, before anything is run, where one of the strategies could not be: bad_argument without a chat template, or with a
// context too short for one of the problems.
// FNV-1a over the texts of all paths of fixed problems of each generated task, solved with each strategy; 16 hexadecimal digits.
std::string answers_signature(Runtime& runtime);

}  // namespace reckon
