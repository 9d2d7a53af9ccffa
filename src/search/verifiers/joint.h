// What verifiers that are made of others share: everything but how their members' scores become one.
#pragma once

#include <string_view>

#include "search/verifier.h"

namespace reckon {

class JointVerifier : public Verifier {
 public:
  void require(const Problem& problem) const override;  // what every member requires
  std::int64_t statistics() const override { return statistics_; }
  double tokens_per_token() const override;      // of all members together
  const TokenCost* token_cost() const override;  // of the dearest model that a member runs beside the one that draws

 protected:
  // Throws Error bad_argument where two members read statistics that cannot both be noted; `owner` is named in it.
  JointVerifier(std::vector<std::shared_ptr<const Verifier>> members, std::string_view owner);
  const std::vector<std::shared_ptr<const Verifier>>& members() const { return members_; }

 private:
  std::vector<std::shared_ptr<const Verifier>> members_;
  std::int64_t statistics_;
};

}  // namespace reckon
