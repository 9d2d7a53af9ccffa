// Rollover: what a problem did not need of its budget moves on to those that follow. Source: the rollover budget forcing of Kim
// et al. 2025, arXiv:2503.19385 (specs card H4), between problems instead of steps. Over any number of problems no more is spent
// than all their quotas together.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "search/allocators/noting.h"

namespace reckon {
namespace {

// Everything that problems up to this one may have, less what those before it took.
double share_of(double quota, double most, std::int64_t done, double spent) {
  return std::clamp(quota * (static_cast<double>(done) + 1) - spent, 0.0, quota * most);
}

Budget next_budget(const Parameters& parameters, const Budget& quota, std::int64_t done, const Ledger& spent) {
  const double most = parameters.number("most");
  Budget next = quota;
  if (quota.tokens) {
    const double share = share_of(static_cast<double>(*quota.tokens), most, done, static_cast<double>(spent.total()));
    next.tokens = std::max<std::int64_t>(static_cast<std::int64_t>(share), 1);
  }
  if (quota.flops) next.flops = std::max(share_of(*quota.flops, most, done, spent.flops), 1.0);
  // Time is measured, and may be overrun by moments: a problem is never left without any.
  if (quota.seconds) next.seconds = std::max(share_of(*quota.seconds, most, done, spent.seconds), 0.01 * *quota.seconds);
  return next;
}

std::string reason(const SearchSpace& space) {
  const RequestHandle request = space.request();
  return request ? fmt::format("with what was left over, {} for this problem", to_string(request->budget()))
                 : std::string("nothing to move");
}

std::unique_ptr<Strategy> make_rollover_allocator(const Parameters&, const AllocationRequest& request) {
  if (request.resources.budget.joules) {  // counters are of the processor, not of a problem, so no ledger has them
    throw Error(
        ErrorCode::bad_argument,
        "moves tokens, flops and seconds from problem to problem, not joules, which are not counted for each; leave joules "
        "out of the budget, or rollover",
        request.allocator);
  }
  return noting(request, reason);
}

}  // namespace

AllocatorEntry rollover_entry() {
  return {.name = "rollover",
          .summary = "what a problem does not need of its budget moves on to the next ones",
          .source = "Kim et al. 2025, arXiv:2503.19385",
          .parameters = {{"most", 4.0, "times its own budget that a problem may have at most", 1, 1e6}},
          .make = make_rollover_allocator,
          .next_budget = next_budget};
}

}  // namespace reckon
