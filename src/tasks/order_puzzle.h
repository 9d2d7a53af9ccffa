// Constraints on the order of people in a row, and the orders that they leave.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace reckon {

using Order = std::vector<int>;  // who stands at each position, people numbered from 0

enum class ConstraintKind : std::uint8_t { before, just_before, adjacent, not_adjacent, at, not_at, between, either_at, if_at };

struct OrderConstraint {
  ConstraintKind kind = ConstraintKind::before;
  int first = 0;
  int second = 0;
  // at, not_at: the position of `first`; between: people between the two; either_at, if_at: positions of both, p * 16 + q.
  int value = 0;
};

char person_name(int who);                                // F, G, H …
std::string_view ordinal(int position);                   // "first" for 0; positions to 7
std::string sentence(const OrderConstraint& constraint);  // "L is somewhere before F", without a full stop
std::string order_text(const Order& order);               // "G F K L H"
bool holds(const OrderConstraint& constraint, const Order& order);
bool all_hold(std::span<const OrderConstraint> constraints, const Order& order);

// Every order of `people` (at most 8) that satisfies all, in lexicographic order.
std::vector<Order> orders_left(int people, std::span<const OrderConstraint> constraints);

// Constraints that leave `fewest` to `most` orders, none of them implied by the others.
std::vector<OrderConstraint> draw_constraints(SplitMix64& rng, int people, std::size_t fewest, std::size_t most);

}  // namespace reckon
