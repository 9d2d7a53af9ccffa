// One coin: a worker is right with one probability, whatever the truth. Source: Zhang et al. 2014, arXiv:1406.3824 (specs card
// B9).
#include <algorithm>

#include "search/truth/coin.h"

namespace reckon {
namespace {

TruthEstimate infer_by_one_coin(const VoteTable& table, const Parameters& parameters) {
  Coins model(table, parameters.number("smoothing"), /*class_prior=*/true);
  return fit_by_expectation(table, model, parameters);
}

}  // namespace

TruthMethodEntry one_coin_method_entry() {
  std::vector<ParameterSpec> parameters{
      {"smoothing", 0.5, "labels added to those a worker has right, and to those it has wrong", 0, 1e6}};
  std::ranges::move(expectation_parameters(), std::back_inserter(parameters));
  return {.name = "one_coin",
          .summary = "one reliability for every worker",
          .source = "Zhang et al. 2014, arXiv:1406.3824",
          .parameters = std::move(parameters),
          .infer = infer_by_one_coin};
}

}  // namespace reckon
