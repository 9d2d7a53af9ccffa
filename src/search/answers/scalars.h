// Equality of two scalar expressions: rules R2 to R7 of the specs card "Answer extraction and equivalence", 1.2.
#pragma once

#include "search/answers/equivalence.h"
#include "search/answers/expression.h"

namespace reckon::answers {

struct Place {  // a node of an expression
  const Expression* expression;
  NodeId id;
  const Node& node() const { return expression->node(id); }
  Place child(std::size_t i) const { return {expression, node().children[i]}; }
};

// Throws NotComparable when neither exact, modular nor numeric evaluation can decide within the limits.
bool equal_scalars(Place gold, Place answer, const EquivalenceOptions& options, Effort& effort);

}  // namespace reckon::answers
