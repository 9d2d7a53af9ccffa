// Entropy: how undecided the model was where it drew the path's tokens. Source: standard. Score: exp(-mean entropy in nats), that
// is one over the number of equally likely tokens that it was as undecided between; 1 = certain throughout. Costs no tokens.
#include <cmath>

#include "search/verifier.h"
#include "search/verifiers/noted_statistics.h"

namespace reckon {
namespace {

double one_of_as_many(double entropy) { return std::exp(-entropy); }

class Entropy final : public Verifier {
 public:
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    co_return scores_of_means(paths, "entropy", &TokenStatistics::entropy, one_of_as_many);
  }
  std::int64_t statistics() const override { return 1; }
};

std::shared_ptr<const Verifier> make_entropy_verifier(const Parameters&, const VerifierResources&) {
  return std::make_shared<Entropy>();
}

}  // namespace

VerifierEntry entropy_entry() {
  return {.name = "entropy",
          .summary = "how decided the model was, token by token",
          .source = "standard",
          .parameters = {},
          .make = make_entropy_verifier};
}

}  // namespace reckon
