// Exact reading of arithmetic as models write it: + - * / with parentheses, in ASCII, Unicode (× ÷ − ·) or LaTeX
// (\times \div \cdot \frac \left \right), in the unknowns x and y up to degree one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "tasks/rational.h"

namespace reckon {

struct LinearForm {  // constant + x * X + y * Y
  Rational constant = 0;
  Rational x = 0;
  Rational y = 0;
  bool is_constant() const { return x.is_zero() && y.is_zero(); }
};

// nullopt: not an expression of this kind (longer than 4096 bytes, nested deeper than 64, a product of two unknowns …).
// Overflow and division by zero give an undefined part. `literals`, when given, receives every number written, unsigned.
std::optional<LinearForm> parse_linear_form(std::string_view text, std::vector<Rational>* literals = nullptr);

// A value without unknowns: "5/2", "-\frac{5}{2}", "1,234", "2.5".
std::optional<Rational> parse_value(std::string_view text);

// left - right of "left=right"; nullopt when either side cannot be read or there is not exactly one '='.
std::optional<LinearForm> parse_equation(std::string_view text);

}  // namespace reckon
