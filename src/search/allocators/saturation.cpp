// Saturation: paths are drawn until one more would add too little to the chance of a hit, by what is known of that chance so far.
// Source: Wang et al. 2025, "Scaling over Scaling" (TTSPM, specs card B6). The chance of a hit has a Beta posterior, from
// verdicts or, where nobody gives any, from agreement with the leading answer. What verdicts say of other problems of the task is
// its prior, where that was measured.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "search/allocators/measurements.h"
#include "search/allocators/saturation_point.h"
#include "search/allocators/waves.h"

namespace reckon {
namespace {

struct Prior {  // Beta(hits, misses)
  double hits = 1;
  double misses = 1;
  std::string from;  // "" = the parameters
};

Prior prior_of(const Parameters& parameters, const AllocatorResources& resources) {
  Prior prior{parameters.number("hits"), parameters.number("misses"), ""};
  const bool asks = parameters.flag("history") && parameters.number("accept") > 0 && resources.measurements != nullptr;
  const bool known = asks && !resources.task.empty() &&
                     std::ranges::count(resources.measurements->accuracies, resources.task, &MeasuredAccuracy::task) > 0;
  if (!known) return prior;
  const MeasuredAccuracy measured = *measured_accuracy(*resources.measurements, resources.task);
  return {measured.right, measured.wrong, fmt::format(", and of {} problems of {} before", measured.problems, measured.task)};
}

class Saturation final : public StoppingRule {
 public:
  Saturation(const Parameters& parameters, Prior prior)
      : gain_(parameters.number("gain")),
        ceiling_(parameters.number("ceiling")),
        prior_(std::move(prior)),
        accept_(parameters.number("accept")),
        mixes_(parameters.text("chance") == "mixture"),
        least_(static_cast<int>(parameters.integer("least"))),
        wave_(static_cast<int>(parameters.integer("wave"))) {}

  NextWave next(std::span<const PathRecord> drawn, int) const override {
    const auto count = static_cast<int>(drawn.size());
    if (count < least_) return {least_ - count, {}, false};
    const double hits = prior_.hits + hits_in(drawn);
    const double misses = prior_.hits + prior_.misses + count - hits;
    const double chance = hits / (hits + misses);
    const std::int64_t point =
        mixes_ ? expected_saturation(hits, misses, ceiling_, gain_, count, wave_) : saturation_point(chance, ceiling_, gain_);
    if (point > count) return {static_cast<int>(std::min<std::int64_t>(point - count, wave_)), {}, false};
    return {0,
            fmt::format("about {:.3f} of the paths hit{}: past {} of them one more adds at most {:g}", chance, prior_.from, count,
                        gain_),
            false};
  }

 private:
  int hits_in(std::span<const PathRecord> drawn) const {
    if (accept_ > 0) {
      return static_cast<int>(
          std::ranges::count_if(drawn, [this](const PathRecord& one) { return one.answer && one.score >= accept_; }));
    }
    const std::vector<int> votes = votes_of(drawn);
    return votes.empty() ? 0 : votes.front();
  }

  double gain_;
  double ceiling_;
  Prior prior_;
  double accept_;
  bool mixes_;
  int least_;
  int wave_;
};

std::unique_ptr<Strategy> make_saturation_allocator(const Parameters& parameters, const AllocationRequest& request) {
  return in_waves(request, std::make_unique<Saturation>(parameters, prior_of(parameters, request.resources)));
}

}  // namespace

AllocatorEntry saturation_entry() {
  std::vector<ParameterSpec> parameters = wave_parameters(2, 4);
  parameters.insert(
      parameters.begin(),
      {{"gain", 0.01, "least that one more path must add to the chance of a hit", 1e-6, 1},
       {"ceiling", 1.0, "most that any number of paths reaches", 0, 1},
       {"accept", 0.0, "a path hits with this score of the verifier; 0 = where it agrees with the leading answer", 0, 1},
       {"chance",
        std::string("mixture"),
        "of a hit: all that it may be, or the one most expected, as published",
        0,
        0,
        {"mixture", "point"}},
       {"hits", 1.0, "taken to have been seen before: Beta(hits, misses)", 0.01, 1000},
       {"misses", 1.0, "taken to have been seen before", 0.01, 1000},
       {"history", true, "with accept: where paths of the task were measured, what those say in place of hits and misses"}});
  return {.name = "saturation",
          .summary = "draws until one more path would add too little to the chance of a hit",
          .source = "Wang et al. 2025, TTSPM",
          .parameters = std::move(parameters),
          .asks_measurements = true,
          .draws_by_outcome = true,
          .make = make_saturation_allocator};
}

}  // namespace reckon
