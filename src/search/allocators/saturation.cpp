// Saturation: paths are drawn until one more would add too little to the chance of a hit, by what is known of that chance so far.
// Source: Wang et al. 2025, "Scaling over Scaling" (TTSPM, specs card B6). The chance of a hit has a Beta posterior, from
// verdicts or, where nobody gives any, from agreement with the leading answer.
#include <fmt/format.h>

#include <algorithm>

#include "search/allocators/saturation_point.h"
#include "search/allocators/waves.h"

namespace reckon {
namespace {

class Saturation final : public StoppingRule {
 public:
  explicit Saturation(const Parameters& parameters)
      : gain_(parameters.number("gain")),
        ceiling_(parameters.number("ceiling")),
        hits_(parameters.number("hits")),
        misses_(parameters.number("misses")),
        accept_(parameters.number("accept")),
        mixes_(parameters.text("chance") == "mixture"),
        least_(static_cast<int>(parameters.integer("least"))),
        wave_(static_cast<int>(parameters.integer("wave"))) {}

  NextWave next(std::span<const PathRecord> drawn, int) const override {
    const auto count = static_cast<int>(drawn.size());
    if (count < least_) return {least_ - count, {}, false};
    const double hits = hits_ + hits_in(drawn);
    const double misses = hits_ + misses_ + count - hits;
    const double chance = hits / (hits + misses);
    const std::int64_t point =
        mixes_ ? expected_saturation(hits, misses, ceiling_, gain_, count, wave_) : saturation_point(chance, ceiling_, gain_);
    if (point > count) return {static_cast<int>(std::min<std::int64_t>(point - count, wave_)), {}, false};
    return {0, fmt::format("about {:.3f} of the paths hit: past {} of them one more adds at most {:g}", chance, count, gain_),
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
  double hits_;
  double misses_;
  double accept_;
  bool mixes_;
  int least_;
  int wave_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, const AllocationRequest& request) {
  return in_waves(request, std::make_unique<Saturation>(parameters));
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
       {"misses", 1.0, "taken to have been seen before", 0.01, 1000}});
  return {.name = "saturation",
          .summary = "draws until one more path would add too little to the chance of a hit",
          .source = "Wang et al. 2025, TTSPM",
          .parameters = std::move(parameters),
          .draws_by_outcome = true,
          .make = make};
}

}  // namespace reckon
