// Likelihood: how probable the model itself finds a path, per token so that length does not decide. Costs no tokens: the
// log-probabilities were noted while drawing. Score: the geometric mean of the token probabilities, in (0, 1].
#include <algorithm>
#include <cmath>

#include "search/verifier.h"

namespace reckon {
namespace {

class Likelihood final : public Verifier {
 public:
  explicit Likelihood(bool per_token) : per_token_(per_token) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) {
      const double tokens = per_token_ ? static_cast<double>(std::max<std::int64_t>(path.tokens, 1)) : 1.0;
      // Of a path that was never begun nothing is known: all of nothing is certain.
      scores.push_back(path.tokens > 0 ? std::exp(path.log_probability / tokens) : 0);
    }
    co_return scores;
  }

 private:
  bool per_token_;
};

std::shared_ptr<const Verifier> make_likelihood_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Likelihood>(parameters.flag("per_token"));
}

}  // namespace

VerifierEntry likelihood_entry() {
  return {.name = "likelihood",
          .summary = "the model's own probability of the path",
          .source = "standard",
          .parameters = {{"per_token", true, "geometric mean over tokens; false = of the whole path, which favours short ones"}},
          .make = make_likelihood_verifier};
}

}  // namespace reckon
