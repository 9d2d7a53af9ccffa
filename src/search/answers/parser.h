// Parses an answer, LaTeX or plain text, into an expression. The grammar is that of the specs card, 1.2: sums, products with
// implied multiplication, powers, roots, fractions, mixed numbers, thousands separators, functions, tuples, sets, intervals,
// relations, matrices.
#pragma once

#include <string_view>

#include "search/answers/expression.h"

namespace reckon::answers {

// Throws NotComparable: `limit` beyond the limits of the card, otherwise the text is no expression. A ± gives a list of both
// values.
Expression parse(std::string_view answer);

}  // namespace reckon::answers
