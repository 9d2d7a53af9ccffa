#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"
#include "search/registry.h"
#include "search/truth/truth.h"

namespace reckon {

TruthMethodEntry majority_method_entry();
TruthMethodEntry dawid_skene_method_entry();
TruthMethodEntry one_coin_method_entry();
TruthMethodEntry zencrowd_method_entry();
TruthMethodEntry glad_method_entry();

namespace {

constexpr std::size_t kMostBeliefs = 100'000'000;  // items times classes

void check(const VoteTable& table) {
  const auto require = [](bool condition, const char* message) {
    if (!condition) throw Error(ErrorCode::bad_argument, message, "votes");
  };
  require(table.classes.size() == table.items, "there must be a number of classes for every item");
  std::size_t beliefs = 0;
  for (const std::size_t classes : table.classes) {
    require(classes >= 2 && (!table.shared || classes == table.classes.front()),
            "an item has a number of classes that cannot be");
    beliefs += std::min(classes, kMostBeliefs + 1);
    require(beliefs <= kMostBeliefs, "there are more than 100000000 pairs of an item and a label that it could have");
  }
  for (const Vote& vote : table.votes) {
    require(vote.item < table.items && vote.worker < table.workers && vote.label < table.classes[vote.item],
            "a vote is of an item, a worker or a label outside the table");
  }
}

}  // namespace

std::span<const TruthMethodEntry> truth_methods() {
  static const std::array table{majority_method_entry(), dawid_skene_method_entry(), one_coin_method_entry(),
                                zencrowd_method_entry(), glad_method_entry()};
  return table;
}

const TruthMethodEntry& find_truth_method(std::string_view name) {
  return find_entry(truth_methods(), name, "method", "known are majority, dawid_skene, one_coin, zencrowd, glad");
}

TruthEstimate infer_truth(std::string_view method, const VoteTable& table) {
  const NamedParameters given = parse_named_parameters(method, "--method");
  const TruthMethodEntry& entry = find_truth_method(given.name);
  const Parameters parameters(entry.parameters, given.values, "method '" + given.name + "'");
  check(table);
  return entry.infer(table, parameters);
}

}  // namespace reckon
