// Length: right answers of reasoning models tend to be the shorter ones of a problem. Source: Wang et al. 2025, arXiv:2504.14047
// (specs card B7). Score: half / (half + tokens), so that the order is what counts. Lengths are comparable within one problem
// only. Costs no tokens.
#include "search/verifier.h"

namespace reckon {
namespace {

class Length final : public Verifier {
 public:
  explicit Length(const Parameters& parameters)
      : half_(static_cast<double>(parameters.integer("half"))), shorter_(parameters.text("prefer") == "short") {}

  // A path that was ended before its end has no length to speak of.
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) {
      const bool cut = path.state == PathState::cut_off || path.state == PathState::stopped;
      const double of_short = half_ / (half_ + static_cast<double>(path.tokens));
      scores.push_back(cut ? 0 : shorter_ ? of_short : 1 - of_short);
    }
    co_return scores;
  }

 private:
  double half_;
  bool shorter_;
};

std::shared_ptr<const Verifier> make_length_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Length>(parameters);
}

}  // namespace

VerifierEntry length_entry() {
  return {.name = "length",
          .summary = "shorter paths, or longer ones, of a problem",
          .source = "Wang et al. 2025, arXiv:2504.14047",
          .parameters = {{.name = "prefer",
                          .default_value = std::string("short"),
                          .meaning = "which paths score higher",
                          .choices = {"short", "long"}},
                         {"half", std::int64_t{256}, "tokens of a path that scores 1/2", 1, 1e9}},
          .make = make_length_verifier};
}

}  // namespace reckon
