// Where a text holds formulas and plain numbers, as math-verify's patterns find them. Linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon::answers {

// A formula between dollar signs, \( \) or \[ \], or a bare \frac of two numbers; and those that "and", "or" or a comma join to
// it.
struct MathPlace {
  std::size_t begin = 0, end = 0;  // with its delimiters, and all that is joined
  std::string_view inside;
  bool percent = false;  // a percent sign or word follows
  std::vector<std::string_view> more;

  std::string answer(std::string_view text) const;  // joined by commas; boxes opened
};
std::vector<MathPlace> math_places(std::string_view text);

// A number, or a calculation of numbers, that follows a space, a '=' or nothing; a sign of a currency may stand before it.
struct PlainPlace {
  std::size_t begin = 0, end = 0;  // from the space or '='
  std::string answer;              // without separators of thousands, a decimal comma as a point
};
std::vector<PlainPlace> plain_places(std::string_view text);

}  // namespace reckon::answers
