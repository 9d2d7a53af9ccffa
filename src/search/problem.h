// A problem as search sees it: what the model is given, and how answers are found in its text and checked.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/token.h"
#include "search/answers/extract.h"

namespace reckon {

struct Problem {
  std::string text;                               // as the user wrote it
  std::vector<Token> prompt;                      // rendered with the chat template and tokenised; empty on toy spaces
  Extraction extraction = Extraction::lenient;    // how to find the answer in a path's text
  std::function<double(std::string_view)> check;  // a path's text -> score in [0, 1], 1 = right; empty if nobody can tell
};

}  // namespace reckon
