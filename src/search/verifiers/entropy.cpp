// Entropy: how undecided the model was where it drew the path's tokens. Source: standard. Score: exp(-mean entropy in nats), that
// is one over the number of equally likely tokens that it was as undecided between; 1 = certain throughout. Costs no tokens.
#include <cmath>

#include "search/verifier.h"
#include "search/verifiers/noted_statistics.h"

namespace reckon {
namespace {

class Entropy final : public Verifier {
 public:
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) scores.push_back(score_of(noted_statistics(path, "entropy")));
    co_return scores;
  }
  std::int64_t statistics() const override { return 1; }

 private:
  static double score_of(std::span<const TokenStatistics> tokens) {
    if (tokens.empty()) return 0;
    double sum = 0;
    for (const TokenStatistics& token : tokens) sum += token.entropy;
    return std::exp(-sum / static_cast<double>(tokens.size()));
  }
};

std::shared_ptr<const Verifier> make(const Parameters&, const VerifierResources&) { return std::make_shared<Entropy>(); }

}  // namespace

VerifierEntry entropy_entry() {
  return {.name = "entropy",
          .summary = "how decided the model was, token by token",
          .source = "standard",
          .parameters = {},
          .make = make};
}

}  // namespace reckon
