// Confidence of groups of tokens. Source: Fu et al. 2025, arXiv:2508.15260 (DeepConf; specs card B15). A token's confidence is
// minus the mean log-probability of the k most likely ones, a group's the mean over a window that slides along the path. Higher
// is surer. Score: x / (1 + x) of what the groups make of the path, in nats. Costs no tokens.
#include <algorithm>
#include <numeric>

#include "search/verifier.h"
#include "search/verifiers/noted_statistics.h"

namespace reckon {
namespace {

std::vector<double> confidences(std::span<const TokenStatistics> tokens) {
  std::vector<double> values;
  values.reserve(tokens.size());
  for (const TokenStatistics& token : tokens) values.push_back(token.confidence);
  return values;
}

double mean_confidence(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Means of all windows of `width` values, or of everything where there are fewer.
std::vector<double> group_means(std::span<const double> values, std::size_t width) {
  width = std::min(width, values.size());
  double sum = std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(width), 0.0);
  std::vector<double> means{sum / static_cast<double>(width)};
  for (std::size_t end = width; end < values.size(); ++end) {
    sum += values[end] - values[end - width];
    means.push_back(sum / static_cast<double>(width));
  }
  return means;
}

class Confidence final : public Verifier {
 public:
  explicit Confidence(const Parameters& parameters)
      : top_(parameters.integer("top")),
        window_(static_cast<std::size_t>(parameters.integer("window"))),
        groups_(parameters.text("groups")) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) {
      const std::vector<double> tokens = confidences(noted_statistics(path, "confidence"));
      scores.push_back(tokens.empty() ? 0 : squashed(of_path(tokens)));
    }
    co_return scores;
  }
  std::int64_t statistics() const override { return top_; }

 private:
  double of_path(std::span<const double> tokens) const {
    if (groups_ == "all") return mean_confidence(tokens);
    if (groups_ == "last") return mean_confidence(tokens.last(std::min(window_, tokens.size())));
    std::vector<double> means = group_means(tokens, window_);
    if (groups_ == "lowest") return *std::ranges::min_element(means);
    std::ranges::sort(means);
    return mean_confidence(std::span(means).first((means.size() + 9) / 10));
  }

  std::int64_t top_;
  std::size_t window_;
  std::string groups_;
};

std::shared_ptr<const Verifier> make_confidence_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Confidence>(parameters);
}

}  // namespace

VerifierEntry confidence_entry() {
  return {
      .name = "confidence",
      .summary = "how sure the model was in the path's least sure stretch",
      .source = "Fu et al. 2025, arXiv:2508.15260",
      .parameters =
          {{"top", std::int64_t{5}, "most likely tokens whose log-probabilities count", 1, 1e6},
           {"window", std::int64_t{2048}, "tokens of a group", 1, 1e9},
           {.name = "groups",
            .default_value = std::string("bottom"),
            .meaning = "which groups stand for the path: the lowest one, the bottom tenth, the last one, or all tokens at once",
            .choices = {"bottom", "lowest", "last", "all"}}},
      .make = make_confidence_verifier};
}

}  // namespace reckon
