#include "search/verifiers/joint.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

// What is noted of each token is for one number of likely tokens; members that ask for 1 need whatever does not depend on it.
std::int64_t joint_statistics(std::span<const std::shared_ptr<const Verifier>> members, std::string_view owner) {
  std::int64_t most = 0;
  for (const auto& member : members) {
    const std::int64_t asked = member->statistics();
    if (asked > 1 && most > 1 && asked != most) {
      throw Error(ErrorCode::bad_argument,
                  "two members read the confidence over " + std::to_string(most) + " and over " + std::to_string(asked) +
                      " most likely tokens, and only one of these is noted; give both the same top",
                  "verifier '" + std::string(owner) + "'");
    }
    most = std::max(most, asked);
  }
  return most;
}

}  // namespace

JointVerifier::JointVerifier(std::vector<std::shared_ptr<const Verifier>> members, std::string_view owner)
    : members_(std::move(members)), statistics_(joint_statistics(members_, owner)) {}

void JointVerifier::require(const Problem& problem) const {
  for (const auto& member : members_) member->require(problem);
}

double JointVerifier::tokens_per_token() const {
  double sum = 0;
  for (const auto& member : members_) sum += member->tokens_per_token();
  return sum;
}

const TokenCost* JointVerifier::token_cost() const {
  const TokenCost* dearest = nullptr;
  for (const auto& member : members_) {
    const TokenCost* cost = member->token_cost();
    if (cost != nullptr && (dearest == nullptr || cost->flops(1, true) > dearest->flops(1, true))) dearest = cost;
  }
  return dearest;
}

}  // namespace reckon
