// The parsed template. Immutable once parsed; renderings on any number of threads may share it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "text/templates/value.h"

namespace reckon::jinja {

struct Expression;
struct Statement;
using ExpressionPointer = std::unique_ptr<const Expression>;
using StatementPointer = std::unique_ptr<const Statement>;
using Body = std::vector<StatementPointer>;

enum class ExpressionKind : std::uint8_t {
  literal,      // value
  variable,     // name
  list,         // operands
  tuple,        // operands
  dict,         // operands: key, value, key, value …
  attribute,    // operands[0] . name
  subscript,    // operands[0] [ operands[1] ]
  slice,        // operands[0] [ operands[1] : operands[2] : operands[3] ], null where left out
  call,         // operands[0] ( operands[1..], named )
  filter,       // operands[0] | name ( operands[1..], named ); operands[0] is null in a filter block
  test,         // operands[0] is name ( operands[1..] )
  unary,        // name: "not", "-", "+"
  binary,       // name: "+", "-", "*", "/", "//", "%", "**", "and", "or"
  concatenate,  // operands, joined by ~
  compare,      // operands[0] comparisons[0] operands[1] comparisons[1] …
  conditional,  // operands: condition, then, else (null: undefined)
};

struct Expression {
  ExpressionKind kind;
  int line = 0;
  int depth = 1;  // of the tree below; bounded by the parser
  std::string name;
  Value value;
  std::vector<ExpressionPointer> operands;
  std::vector<std::pair<std::string, ExpressionPointer>> named;
  std::vector<std::string> comparisons;
};

enum class StatementKind : std::uint8_t {
  text,          // name: the text
  output,        // expression
  branch,        // branches; body: else
  loop,          // targets, expression: what to iterate, condition: may be null; body, otherwise
  set,           // targets, or attribute_of + targets[0]; expression
  set_block,     // targets[0], body; expression: filters over the body, or null
  macro,         // name, parameters, body
  call_block,    // expression: the call; parameters, body: of the caller
  filter_block,  // expression, body
  with,          // named values in parameters (all with one), body
  scope,         // body as it is: {% generation %}
  break_loop,
  continue_loop,
};

struct Parameter {
  std::string name;
  ExpressionPointer fallback;  // null: none
};

struct Branch {
  ExpressionPointer condition;
  Body body;
};

struct Statement {
  StatementKind kind;
  int line = 0;
  std::string name;
  std::string attribute_of;
  std::vector<std::string> targets;
  bool unpack = false;  // targets were written with a comma: the value is taken apart
  ExpressionPointer expression;
  ExpressionPointer condition;
  std::vector<Parameter> parameters;
  std::vector<Branch> branches;
  Body body;
  Body otherwise;
};

}  // namespace reckon::jinja
