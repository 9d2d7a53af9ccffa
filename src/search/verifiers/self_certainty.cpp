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
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) scores.push_back(score_of(noted_statistics(path, "self_certainty")));
    co_return scores;
  }
  std::int64_t statistics() const override { return 1; }

 private:
  static double score_of(std::span<const TokenStatistics> tokens) {
    if (tokens.empty()) return 0;
    double sum = 0;
    for (const TokenStatistics& token : tokens) sum += token.uniform_divergence;
    return squashed(sum / static_cast<double>(tokens.size()));
  }
};

std::shared_ptr<const Verifier> make(const Parameters&, const VerifierResources&) { return std::make_shared<SelfCertainty>(); }

}  // namespace

VerifierEntry self_certainty_entry() {
  return {.name = "self_certainty",
          .summary = "how far from undecided the model was, token by token",
          .source = "Kang et al. 2025, arXiv:2502.18581",
          .parameters = {},
          .make = make};
}

}  // namespace reckon
