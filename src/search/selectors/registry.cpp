#include <array>

#include "search/registry.h"
#include "search/selector.h"

namespace reckon {

SelectorEntry majority_selector_entry();
SelectorEntry weighted_selector_entry();
SelectorEntry best_selector_entry();

std::span<const SelectorEntry> selectors() {
  static const std::array table{majority_selector_entry(), weighted_selector_entry(), best_selector_entry()};
  return table;
}

const SelectorEntry& find_selector(std::string_view name) {
  return find_entry(selectors(), name, "selector", "known are majority, weighted, best");
}

}  // namespace reckon
