// Numbers as answers write them: thousands separators, mixed numbers, repeating decimals, exponents.
#pragma once

#include "search/answers/expression.h"
#include "search/answers/lexer.h"

namespace reckon::answers {

// The number at the stream's place, which is a number token. `commas_group`: a plain comma may separate thousands; inside
// brackets it separates elements. Throws NotComparable.
Node number_literal(TokenStream& tokens, bool commas_group);

Node plain_number(const std::string& digits);  // digits with at most one point

}  // namespace reckon::answers
