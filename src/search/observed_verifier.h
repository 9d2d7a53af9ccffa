// Any verifier, with somebody told every score it gives.
#pragma once

#include <memory>

#include "search/events.h"
#include "search/verifier.h"

namespace reckon {

class ObservedVerifier final : public Verifier {
 public:
  ObservedVerifier(std::shared_ptr<const Verifier> inner, SearchListener listener);

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override;
  void require(const Problem& problem) const override;
  std::int64_t statistics() const override;
  double tokens_per_token() const override;
  const TokenCost* token_cost() const override;

 private:
  std::shared_ptr<const Verifier> inner_;
  SearchListener listener_;
};

}  // namespace reckon
