// Precision, recall and F1 over sets: what several tasks with lists for answers are scored by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>

namespace reckon {

template <typename Item>
std::size_t shared_count(const std::set<Item>& a, const std::set<Item>& b) {
  return static_cast<std::size_t>(std::ranges::count_if(a, [&](const Item& item) { return b.contains(item); }));
}

// Part of a whole; 0 of nothing.
inline double share_of(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// From the sizes of what both have, of the gold set and of the given one; 1 where both are empty.
inline double f1_of(std::size_t shared, std::size_t gold, std::size_t given) {
  return gold + given == 0 ? 1 : share_of(2 * shared, gold + given);
}
template <typename Item>
double f1_of(const std::set<Item>& gold, const std::set<Item>& given) {
  return f1_of(shared_count(gold, given), gold.size(), given.size());
}

}  // namespace reckon
