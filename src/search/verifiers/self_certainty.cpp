// Self-certainty: how far the model's distribution was from a uniform one where it drew the path's tokens, on average.
// Source: Kang et al. 2025, arXiv:2502.18581. Score: x / (1 + x) of the mean KL(uniform || distribution) in nats. Costs no
// tokens.
#include "search/verifier.h"
#include "search/verifiers/noted_statistics.h"

namespace reckon {
namespace {

class SelfCertainty final : public Verifier {
 public:
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    co_return scores_of_means(paths, "self_certainty", &TokenStatistics::uniform_divergence, squashed);
  }
  std::int64_t statistics() const override { return 1; }
};

std::shared_ptr<const Verifier> make_self_certainty_verifier(const Parameters&, const VerifierResources&) {
  return std::make_shared<SelfCertainty>();
}

}  // namespace

VerifierEntry self_certainty_entry() {
  return {.name = "self_certainty",
          .summary = "how far from undecided the model was, token by token",
          .source = "Kang et al. 2025, arXiv:2502.18581",
          .parameters = {},
          .make = make_self_certainty_verifier};
}

}  // namespace reckon
