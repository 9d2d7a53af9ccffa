// Majority: every vote counts the same. What the other methods are to be compared with, and what they begin with.
#include "search/truth/expectation.h"

namespace reckon {
namespace {

TruthEstimate infer_by_majority(const VoteTable& table, const Parameters&) {
  TruthEstimate estimate;
  estimate.posterior = vote_shares(table);
  estimate.reliability = mean_belief(table, estimate.posterior);
  return estimate;
}

}  // namespace

TruthMethodEntry majority_method_entry() {
  return {.name = "majority",
          .summary = "every vote counts the same",
          .source = "standard",
          .parameters = {},
          .infer = infer_by_majority};
}

}  // namespace reckon
