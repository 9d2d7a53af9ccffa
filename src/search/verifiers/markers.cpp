// Markers: right answers of reasoning models hedge less, think aloud less and argue more. Source: Wang et al. 2025,
// arXiv:2504.14047 (specs card B7). Score: the logistic function of the weighted rates; 1/2 for a text without markers. Costs no
// tokens.
#include "search/markers/marker_file.h"

#include <cmath>

#include "search/verifier.h"

namespace reckon {
namespace {

class Markers final : public Verifier {
 public:
  explicit Markers(const Parameters& parameters)
      : lists_(&marker_lists(parameters.text("words"))),
        hedging_(parameters.number("hedging")),
        thinking_(parameters.number("thinking")),
        discourse_(parameters.number("discourse")) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) {
      const MarkerCounts counts = count_markers(path.text, *lists_);
      const double against = hedging_ * per_thousand(counts.hedging, counts) + thinking_ * per_thousand(counts.thinking, counts);
      scores.push_back(1 / (1 + std::exp(against - discourse_ * per_thousand(counts.discourse, counts))));
    }
    co_return scores;
  }

 private:
  const MarkerLists* lists_;
  double hedging_;
  double thinking_;
  double discourse_;
};

std::shared_ptr<const Verifier> make_markers_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Markers>(parameters);
}

}  // namespace

VerifierEntry markers_entry() {
  return {.name = "markers",
          .summary = "fewer words of doubt, more of argument",
          .source = "Wang et al. 2025, arXiv:2504.14047",
          .parameters = {{"hedging", 0.1, "weight against each hedging marker in 1000 words (maybe, not sure)", 0, 100},
                         {"thinking", 0.1, "weight against each of thinking aloud (wait, let me)", 0, 100},
                         {"discourse", 0.1, "weight for each of discourse (therefore, because)", 0, 100},
                         marker_words_parameter()},
          .make = make_markers_verifier};
}

}  // namespace reckon
