// Adaptive: paths are drawn in waves until the leading answer is sure enough to stay. Source: Aggarwal et al. 2023,
// arXiv:2305.11860 (adaptive consistency). Ours: the rule `stays`, which asks for what the strategy would answer in the end.
#include <fmt/format.h>

#include <algorithm>

#include "search/allocators/leadership.h"
#include "search/allocators/waves.h"

namespace reckon {
namespace {

constexpr double kRounding = 1e-12;  // a certainty that is a sum of many terms may fall short of 1 by so much

class Adaptive final : public StoppingRule {
 public:
  explicit Adaptive(const Parameters& parameters)
      : threshold_(parameters.number("threshold")),
        rule_(parameters.text("rule")),
        prior_(parameters.number("prior")),
        least_(static_cast<int>(parameters.integer("least"))),
        wave_(static_cast<int>(parameters.integer("wave"))) {}

  NextWave next(std::span<const PathRecord> drawn, int left) const override {
    const auto count = static_cast<int>(drawn.size());
    if (count < least_) return {least_ - count, {}, false};
    const std::vector<int> votes = votes_of(drawn);
    const double sure = votes.empty() ? 0 : certainty(votes, left);
    if (sure < threshold_ - kRounding) return {wave_, {}, false};
    return {0, fmt::format("{} of {} paths agree: it stays with {:.3f}, at least {:g}", votes.front(), count, sure, threshold_),
            false};
  }

 private:
  double certainty(std::span<const int> votes, int left) const {
    if (rule_ == "beta") return leads_second(votes, prior_);
    if (rule_ == "dirichlet") return leads_all(votes, prior_);
    return stays_ahead(votes, prior_, left);
  }

  double threshold_;
  std::string rule_;
  double prior_;
  int least_;
  int wave_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, const AllocationRequest& request) {
  return in_waves(request, std::make_unique<Adaptive>(parameters));
}

}  // namespace

AllocatorEntry adaptive_entry() {
  std::vector<ParameterSpec> parameters = wave_parameters(3, 1);
  parameters.insert(
      parameters.begin(),
      {{"threshold", 0.95, "probability that the leading answer stays, at which to stop", 0.5, 1},
       {"rule",
        std::string("beta"),
        "of what: beta, that it is likelier than the second; dirichlet, than all others; stays, that it leads when all are drawn",
        0,
        0,
        {"beta", "dirichlet", "stays"}},
       {"prior", 1.0, "votes that each answer is taken to have had before", 0.01, 100}});
  return {.name = "adaptive",
          .summary = "draws in waves until the leading answer is sure enough to stay",
          .source = "Aggarwal et al. 2023, arXiv:2305.11860",
          .parameters = std::move(parameters),
          .make = make};
}

}  // namespace reckon
