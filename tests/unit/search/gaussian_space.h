// A generator without words: points of a mixture of Gaussians in the plane, from noise to a point in a few steps backwards
// through an Ornstein-Uhlenbeck process. Of a mixture the way back is known exactly, so that what is drawn has the mixture's law
// to the last digit, whatever the number of steps (specs cards E22.4, H). For tests of strategies on something that is no text.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <vector>

#include "base/rng.h"
#include "engine/ledger.h"
#include "search/choice.h"
#include "search/fork.h"
#include "search/space.h"

namespace reckon {

using PlanePoint = std::array<double, 2>;

inline double squared_distance(const PlanePoint& a, const PlanePoint& b) {
  return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

struct GaussianMixture {
  struct Mode {
    double weight;  // sum 1
    PlanePoint mean;
  };
  std::vector<Mode> modes;
  double deviation;  // of each mode, in both directions

  std::size_t nearest(const PlanePoint& point) const {
    std::size_t best = 0;
    for (std::size_t k = 1; k < modes.size(); ++k) {
      if (squared_distance(point, modes[k].mean) < squared_distance(point, modes[best].mean)) best = k;
    }
    return best;
  }
  // Mean of exp(-|x - target|^2 / (2 width^2)).
  double expected_closeness(const PlanePoint& target, double width) const {
    const double variance = deviation * deviation + width * width;
    double sum = 0;
    for (const Mode& mode : modes) {
      sum += mode.weight * width * width / variance * std::exp(-squared_distance(mode.mean, target) / (2 * variance));
    }
    return sum;
  }
};

inline GaussianMixture three_modes() { return {{{0.5, {0, 0}}, {0.3, {4, 0}}, {0.2, {0, 4}}}, 0.3}; }

struct GaussianSpaceOptions {
  std::uint64_t seed = 1;
  std::int64_t budget_tokens = -1;  // a step is one
};

// A step is a token; the first draws the noise. The text of a path says where it is, and at its end "\boxed{k}", the mode that it
// is nearest to.
class GaussianSpace final : public SearchSpace {
 public:
  GaussianSpace(GaussianMixture mixture, GaussianSpaceOptions options) : mixture_(std::move(mixture)), options_(options) {}

  static const PlanePoint& point_of(const Path& path) { return static_cast<const State&>(*path.data).point; }

  awaitable<std::optional<Path>> open(const Problem&) override {
    Path path;
    path.id = path.parent = next_path_++;
    path.data = std::make_unique<State>();
    co_return path;
  }
  std::vector<Path> fork(const Path& path, int copies) override {
    std::vector<Path> forks;
    for (int i = 0; i < copies; ++i) {
      Path& copy = forks.emplace_back(fork_of(path, next_path_++));
      copy.data = std::make_unique<State>(static_cast<const State&>(*path.data));
    }
    return forks;
  }
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override {
    const bool one_step = options.ends_in_text() || options.max_tokens >= 0;
    for (Path& path : paths) {
      while (path.state == PathState::open) {
        if (exhausted()) path.state = PathState::cut_off;
        if (path.state == PathState::open) step(path);
        if (one_step) break;
      }
      if (path.step_ends.empty() || path.step_ends.back() != path.text.size()) path.step_ends.push_back(path.text.size());
    }
    co_return;
  }
  bool append(Path&, std::string_view) override { return false; }
  awaitable<bool> reply(Path&, const Problem&, std::string) override { co_return false; }
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path>,
                                                                         std::vector<std::string>) override {
    co_return std::nullopt;
  }
  int choose(std::span<const double> probabilities) override {
    return index_at(probabilities, uniform_at(options_.seed, ~std::uint64_t{0}, choices_++));
  }
  bool exhausted() const override { return options_.budget_tokens >= 0 && ledger_.total() >= options_.budget_tokens; }
  std::int64_t drawable() const override {
    return options_.budget_tokens < 0 ? SearchSpace::drawable() : options_.budget_tokens - ledger_.total();
  }
  const Ledger& ledger() const { return ledger_; }

 private:
  struct State final : PathData {
    PlanePoint point = {};
    std::size_t steps = 0;
  };
  static constexpr std::array kTimes{2.0, 1.0, 0.4, 0.1, 0.0};  // of the process, behind each step

  double uniform(const Path& path, std::size_t step, std::uint32_t draw) const {
    return uniform_at(options_.seed, path.id, static_cast<std::uint32_t>(step), draw);
  }
  double normal(const Path& path, std::size_t step, std::uint32_t draw) const {  // Box and Muller
    const double radius = std::sqrt(-2 * std::log(1 - uniform(path, step, draw)));
    return radius * std::cos(2 * std::numbers::pi * uniform(path, step, draw + 1));
  }
  double variance_at(double time) const {
    return mixture_.deviation * mixture_.deviation * std::exp(-2 * time) + 1 - std::exp(-2 * time);
  }
  // Of which mode a point at this time is.
  std::size_t mode_of(const PlanePoint& point, double time, double uniform) const {
    std::vector<double> chances;
    double total = 0;
    for (const GaussianMixture::Mode& mode : mixture_.modes) {
      const PlanePoint mean{mode.mean[0] * std::exp(-time), mode.mean[1] * std::exp(-time)};
      total += chances.emplace_back(mode.weight * std::exp(-squared_distance(point, mean) / (2 * variance_at(time))));
    }
    for (double& chance : chances) chance /= total;
    return static_cast<std::size_t>(index_at(chances, uniform));
  }

  void step(Path& path) {
    State& state = static_cast<State&>(*path.data);
    const std::size_t step = state.steps++;
    const double time = kTimes[step];
    if (step == 0) {
      std::vector<double> weights;
      for (const GaussianMixture::Mode& mode : mixture_.modes) weights.push_back(mode.weight);
      const auto mode = static_cast<std::size_t>(index_at(weights, uniform(path, 0, 0)));
      for (std::uint32_t axis = 0; axis < 2; ++axis) {
        state.point[axis] =
            mixture_.modes[mode].mean[axis] * std::exp(-time) + std::sqrt(variance_at(time)) * normal(path, 0, 1 + 2 * axis);
      }
    } else {
      go_back(path, state, step, kTimes[step - 1], time);
    }
    path.tokens += 1;
    ledger_.generated += 1;
    path.text += fmt::format("{:.3f} {:.3f}\n", state.point[0], state.point[1]);
    if (step + 1 < kTimes.size()) return;
    path.text += fmt::format("\\boxed{{{}}}", mixture_.nearest(state.point));
    path.state = PathState::finished;
  }

  // The point at `time`, given the one at the later time `from`: first its mode, then the Gaussian between the two.
  void go_back(const Path& path, State& state, std::size_t step, double from, double time) const {
    const PlanePoint& mean = mixture_.modes[mode_of(state.point, from, uniform(path, step, 0))].mean;
    const double decay = std::exp(time - from);
    const double before = variance_at(time);
    const double gain = before * decay / variance_at(from);
    const double spread = std::sqrt(before * (1 - gain * decay));
    for (std::uint32_t axis = 0; axis < 2; ++axis) {
      const double surprise = state.point[axis] - mean[axis] * std::exp(-from);
      state.point[axis] = mean[axis] * std::exp(-time) + gain * surprise + spread * normal(path, step, 1 + 2 * axis);
    }
  }

  GaussianMixture mixture_;
  GaussianSpaceOptions options_;
  Ledger ledger_;
  std::uint64_t next_path_ = 0;
  std::uint32_t choices_ = 0;
};

// exp(-|x - target|^2 / (2 width^2)) of where a path is.
class Closeness final : public Verifier {
 public:
  Closeness(PlanePoint target, double width) : target_(target), width_(width) {}
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    for (const Path& path : paths) {
      scores.push_back(std::exp(-squared_distance(GaussianSpace::point_of(path), target_) / (2 * width_ * width_)));
    }
    co_return scores;
  }

 private:
  PlanePoint target_;
  double width_;
};

}  // namespace reckon
