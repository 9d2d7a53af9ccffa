// ZenCrowd: one reliability for every worker, no smoothing, and no label likelier than another beforehand. Source: Demartini et
// al. 2012, doi:10.1145/2187836.2187900 (specs card B9).
#include "search/truth/coin.h"

namespace reckon {
namespace {

TruthEstimate infer_by_zencrowd(const VoteTable& table, const Parameters& parameters) {
  Coins model(table, /*smoothing=*/0, /*class_prior=*/false);
  return fit_by_expectation(table, model, parameters);
}

}  // namespace

TruthMethodEntry zencrowd_method_entry() {
  return {.name = "zencrowd",
          .summary = "one reliability for every worker; all labels alike beforehand",
          .source = "Demartini et al. 2012, doi:10.1145/2187836.2187900",
          .parameters = expectation_parameters(),
          .infer = infer_by_zencrowd};
}

}  // namespace reckon
