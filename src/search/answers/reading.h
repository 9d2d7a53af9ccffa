// What one answer says: its cleaned text, its expression when it is one, its unit when it has one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "search/answers/expression.h"
#include "search/answers/units.h"

namespace reckon::answers {

struct Reading {
  std::string text;                        // without outer spaces, math delimiters, boxes, typefaces and a final full stop
  std::optional<Expression> expression;    // of the whole text
  bool word = false;                       // its letters would be a product of variables, but are a word: "\text{cat}", "no"
  const char* reason = "";                 // why there is none
  bool limit = false;                      // it is mathematics, but beyond the limits
  std::optional<Unit> unit;                // when a unit is written
  std::optional<Expression> without_unit;  // of the text before it
  bool comparable() const { return expression || without_unit; }
};

std::string folded(std::string_view text);     // case-folded (ASCII), single spaces, \text{…} and its kin unwrapped, \{ as {
bool is_blank(std::string_view answer);        // nothing is left of it but decoration
Reading read_answer(std::string_view answer);  // throws nothing on any bytes

}  // namespace reckon::answers
