#include <array>
#include <string>

#include "search/registry.h"
#include "search/selector.h"

namespace reckon {

SelectorEntry majority_selector_entry();
SelectorEntry weighted_selector_entry();
SelectorEntry mass_selector_entry();
SelectorEntry best_selector_entry();
SelectorEntry mbr_selector_entry();
SelectorEntry shortest_selector_entry();
SelectorEntry markers_selector_entry();
SelectorEntry dawid_skene_selector_entry();
SelectorEntry one_coin_selector_entry();
SelectorEntry glad_selector_entry();

std::span<const SelectorEntry> selectors() {
  static const std::array table{majority_selector_entry(), weighted_selector_entry(), mass_selector_entry(),
                                best_selector_entry(),     mbr_selector_entry(),      shortest_selector_entry(),
                                markers_selector_entry(),  one_coin_selector_entry(), dawid_skene_selector_entry(),
                                glad_selector_entry()};
  return table;
}

const SelectorEntry& find_selector(std::string_view name) {
  return find_entry(selectors(), name, "selector", "'reckon selectors' lists all");
}

Selection SelectorEntry::select(std::span<const PathRecord> paths) const {
  return choose(paths, Parameters(parameters, {}, "selector"));
}

Selector make_selector(std::string_view text) {
  const NamedParameters given = parse_named_parameters(unnested(text), "select");
  const SelectorEntry& entry = find_selector(given.name);
  Parameters parameters(entry.parameters, given.values, "selector '" + given.name + "'");
  if (entry.check != nullptr) entry.check(parameters);
  return {entry, std::move(parameters)};
}

}  // namespace reckon
