// Flaws: paths are drawn until the verifier accepts one, at most as many as are worth it when it errs; where not even one is, or
// none was accepted, no answer is given. Source: Stroebl et al. 2024, arXiv:2411.17501 (specs card B5,
// search/repeated_sampling.h).
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

#include "base/error.h"
#include "search/allocators/measurements.h"
#include "search/allocators/waves.h"
#include "search/repeated_sampling.h"

namespace reckon {
namespace {

constexpr double kMeasured = -1;  // of a parameter: what measurements say

struct Rates {
  double completeness = 1;
  double soundness = 1;
  double right = 1;  // Beta prior of the accuracy of a sample
  double wrong = 1;
  std::string origin = "given";
};

[[noreturn]] void refuse_unmeasured(const AllocatorResources& resources) {
  throw Error(
      ErrorCode::bad_argument,
      fmt::format("'flaws' must know how often the verifier errs, and nothing was measured of '{}'{}; give completeness=C "
                  "and soundness=S, or measure it: 'reckon eval learn'",
                  resources.verifier, resources.task.empty() ? "" : " on " + resources.task),
      "--allocator");
}

// -1 asks for what was measured; what else lies below `least` is a slip.
void require_given(const Parameters& parameters, const char* name, double least) {
  const double value = parameters.number(name);
  if (value == kMeasured || value >= least) return;
  throw Error(ErrorCode::bad_argument,
              fmt::format("'{}' is {:g}; expected {:g} or more, or -1 for what was measured", name, value, least),
              "allocator 'flaws'");
}

Rates rates_of(const Parameters& parameters, const AllocatorResources& resources) {
  constexpr double kLeastVotes = 1e-6;
  for (const char* name : {"completeness", "soundness"}) require_given(parameters, name, 0);
  for (const char* name : {"right", "wrong"}) require_given(parameters, name, kLeastVotes);
  Rates rates{.completeness = parameters.number("completeness"),
              .soundness = parameters.number("soundness"),
              .right = parameters.number("right"),
              .wrong = parameters.number("wrong")};
  const bool asks = rates.completeness == kMeasured || rates.soundness == kMeasured;
  std::optional<MeasuredVerifier> measured;
  std::optional<MeasuredAccuracy> accuracy;
  if (resources.measurements) {
    measured = measured_verifier(*resources.measurements, resources.task, resources.verifier, parameters.number("accept"));
    accuracy = measured_accuracy(*resources.measurements, resources.task);
  }
  if (asks && !measured) refuse_unmeasured(resources);
  if (asks) rates.origin = fmt::format("measured on {} paths", measured->paths);
  if (rates.completeness == kMeasured) rates.completeness = measured->completeness;
  if (rates.soundness == kMeasured) rates.soundness = measured->soundness;
  if (rates.right == kMeasured) rates.right = accuracy ? accuracy->right : 1;
  if (rates.wrong == kMeasured) rates.wrong = accuracy ? accuracy->wrong : 1;
  return rates;
}

// Problems whose accuracies are the medians of so many equal parts of the Beta law.
std::vector<ProblemKind> kinds_of(const Rates& rates) {
  constexpr int kParts = 64;
  std::vector<ProblemKind> kinds;
  for (int i = 0; i < kParts; ++i) {
    const double accuracy = boost::math::ibeta_inv(rates.right, rates.wrong, (i + 0.5) / kParts);
    kinds.push_back({1.0 / kParts, std::clamp(accuracy, 0.0, 1.0), rates.completeness, rates.soundness});
  }
  return kinds;
}

class Flaws final : public StoppingRule {
 public:
  Flaws(const Parameters& parameters, const Rates& rates)
      : accept_(parameters.number("accept")),
        wave_(static_cast<int>(parameters.integer("wave"))),
        abstains_(parameters.flag("abstain")),
        most_(best_number_of_samples(kinds_of(rates), {.right = 1, .wrong = parameters.number("mistake")})) {
    origin_ = fmt::format("completeness {:.3f} and soundness {:.3f}, {}, a mistake at {:g}", rates.completeness, rates.soundness,
                          rates.origin, parameters.number("mistake"));
  }

  NextWave next(std::span<const PathRecord> drawn, int left) const override {
    const auto count = std::ssize(drawn);
    if (const std::vector<std::size_t> found = accepted(drawn); !found.empty()) {
      const std::string which = found.size() == 1 ? "is" : fmt::format("and {} more are", found.size() - 1);
      return {0, fmt::format("path {} {} accepted; {}", found.front() + 1, which, origin_), false};
    }
    if (most_ && count >= *most_) {
      return {0, fmt::format("{} worth drawing, by {}", *most_ == 1 ? "1 path is" : fmt::format("{} paths are", *most_), origin_),
              false};
    }
    const std::int64_t worth = most_ ? *most_ - count : left;
    return {static_cast<int>(std::min<std::int64_t>(worth, wave_)), {}, false};
  }

  std::vector<std::size_t> answerable(std::span<const PathRecord> drawn) const override {
    std::vector<std::size_t> found = accepted(drawn);
    return found.empty() && !abstains_ ? StoppingRule::answerable(drawn) : found;
  }

 private:
  std::vector<std::size_t> accepted(std::span<const PathRecord> drawn) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      if (drawn[i].answer && drawn[i].score >= accept_) found.push_back(i);
    }
    return found;
  }

  double accept_;
  int wave_;
  bool abstains_;
  std::optional<std::int64_t> most_;  // nothing: more is always better
  std::string origin_;
};

std::unique_ptr<Strategy> make_flaws_allocator(const Parameters& parameters, const AllocationRequest& request) {
  if (!traits_of(request.strategy).uses_verifier) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("'flaws' stops where the verifier accepts, and '{}' asks none; take best_of_n", request.strategy),
                "--allocator");
  }
  return in_waves(request, std::make_unique<Flaws>(parameters, rates_of(parameters, request.resources)));
}

}  // namespace

AllocatorEntry flaws_entry() {
  return {.name = "flaws",
          .summary = "draws until the verifier accepts, as often as is worth it when it errs, or gives no answer",
          .source = "Stroebl et al. 2024, arXiv:2411.17501",
          .parameters = {{"mistake", -1.0, "what a wrong answer is worth; a right one is worth 1, none 0", -1e6, 0},
                         {"completeness", kMeasured, "share of right paths that the verifier accepts; -1 = as measured", -1, 1},
                         {"soundness", kMeasured, "share of wrong paths that it rejects; -1 = as measured", -1, 1},
                         {"right", kMeasured, "a path is right with a Beta(right, wrong); -1 = as measured, else 1", -1, 1e6},
                         {"wrong", kMeasured, "of the same", -1, 1e6},
                         {"accept", 0.5, "a path is accepted with this score", 0, 1},
                         {"abstain", true, "give no answer where no path was accepted"},
                         {"wave", std::int64_t{1}, "paths drawn at a time", 1, 4096}},
          .asks_measurements = true,
          .draws_by_outcome = true,
          .make = make_flaws_allocator};
}

}  // namespace reckon
