#include "app/configuration/halving.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/error.h"
#include "tasks/frontier.h"

namespace reckon {
namespace {

constexpr int kProposals = 200;              // for one trial: most are taken at once
constexpr std::int64_t kFewestProblems = 4;  // fewer tell nothing

std::vector<CostPoint> points_of(std::span<const Trial> trials, std::span<const std::size_t> indices, std::size_t problems) {
  std::vector<CostPoint> points;
  for (const std::size_t index : indices) {
    const double tokens = std::max(trials[index].tokens_mean(problems), 1e-9);
    points.push_back({.cost = tokens, .accuracy = trials[index].accuracy(problems)});
  }
  return points;
}

class Halving {
 public:
  Halving(std::span<const Family> families, const HalvingOptions& options, const HalvingCallbacks& callbacks)
      : families_(families), options_(options), callbacks_(callbacks), sampler_(families), rungs_(rungs_of(options)) {}

  SearchedConfigurations run() && {
    for (int round = 0; std::ssize(trials_) < options_.configurations; ++round) {
      const std::size_t begun = trials_.size();
      if (round == 0) begin_with_middles();
      fill(round, begun);
      if (trials_.size() == begun) break;  // the space holds no other configuration
      halve(begun);
    }
    if (trials_.empty()) throw Error(ErrorCode::bad_argument, "none of the configurations can be made", "--strategy");
    finish_front();
    return result();
  }

 private:
  bool known(const Configuration& configuration) const {
    return std::ranges::find(trials_, configuration, &Trial::configuration) != trials_.end();
  }

  bool add(Setting setting, int round) {
    Configuration configuration = configuration_of(families_[setting.family], setting.values);
    if (known(configuration) || !callbacks_.valid(configuration)) return false;
    Trial& trial = trials_.emplace_back();
    trial.setting = std::move(setting);
    trial.configuration = std::move(configuration);
    trial.round = round;
    return true;
  }

  void begin_with_middles() {
    for (std::size_t i = 0; i < families_.size() && std::ssize(trials_) < options_.configurations; ++i) {
      Setting setting;
      setting.family = i;
      setting.values = families_[i].middle();
      add(std::move(setting), 0);
    }
  }

  // Those of this round count as the worst while they are not solved, so that the next is another.
  void fill(int round, std::size_t begun) {
    SplitMix64 rng(options_.seed * 1'000'003 + static_cast<std::uint64_t>(round));
    for (int tries = 0; tries < kProposals; ++tries) {
      const std::int64_t here = std::ssize(trials_) - static_cast<std::int64_t>(begun);
      if (here >= options_.width || std::ssize(trials_) >= options_.configurations) return;
      std::vector<Setting> tried;
      for (const std::size_t index : best_first(all())) tried.push_back(trials_[index].setting);
      if (add(sampler_.propose(tried, rng), round)) tries = 0;
    }
  }

  std::vector<std::size_t> all() const {
    std::vector<std::size_t> indices(trials_.size());
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
  }

  // More problems solved first: who got further was better than those beside it.
  std::vector<std::size_t> best_first(std::vector<std::size_t> indices) const {
    const auto key = [this](std::size_t index) {
      const Trial& trial = trials_[index];
      return std::tuple(-std::ssize(trial.results), -trial.accuracy(), trial.tokens_mean(), index);
    };
    std::ranges::sort(indices, {}, key);
    return indices;
  }

  void solve_up_to(Trial& trial, std::int64_t problems) {
    const std::int64_t done = std::ssize(trial.results);
    if (done >= problems) return;
    const std::vector<TrialResult> more = callbacks_.solve(trial.configuration, done, problems - done);
    trial.results.insert(trial.results.end(), more.begin(), more.end());
    callbacks_.on_trial(trial);
  }

  void halve(std::size_t begun) {
    std::vector<std::size_t> alive(trials_.size() - begun);
    std::iota(alive.begin(), alive.end(), begun);
    for (const std::int64_t problems : rungs_) {
      for (const std::size_t index : alive) solve_up_to(trials_[index], problems);
      alive = best_first(std::move(alive));
      const auto reduction = static_cast<std::size_t>(options_.reduction);
      alive.resize((alive.size() + reduction - 1) / reduction);
    }
  }

  std::vector<std::size_t> with_results(std::int64_t problems) const {
    std::vector<std::size_t> indices = all();
    std::erase_if(indices, [&](std::size_t index) { return std::ssize(trials_[index].results) < problems; });
    return indices;
  }

  // Cheap configurations were cut for being cheap.
  void finish_front() {
    for (std::size_t i = 0; i + 1 < rungs_.size(); ++i) {
      const std::vector<std::size_t> indices = with_results(rungs_[i]);
      const std::vector<CostPoint> points = points_of(trials_, indices, static_cast<std::size_t>(rungs_[i]));
      for (const std::size_t place : frontier(points)) solve_up_to(trials_[indices[place]], rungs_[i + 1]);
    }
  }

  SearchedConfigurations result() {
    SearchedConfigurations result;
    const std::vector<std::size_t> whole = with_results(rungs_.back());
    result.best = best_first(whole).front();
    for (const std::size_t place : frontier(points_of(trials_, whole, static_cast<std::size_t>(rungs_.back())))) {
      result.front.push_back(whole[place]);
    }
    result.trials = std::move(trials_);
    return result;
  }

  std::span<const Family> families_;
  const HalvingOptions& options_;
  const HalvingCallbacks& callbacks_;
  ParzenSampler sampler_;
  std::vector<std::int64_t> rungs_;
  std::vector<Trial> trials_;
};

void check(std::span<const Family> families, const HalvingOptions& options) {
  if (families.empty()) throw Error(ErrorCode::bad_argument, "no strategy to search", "--strategy");
  if (options.problems < 1) throw Error(ErrorCode::bad_argument, "is below 1; expected the number of problems", "--limit");
  if (options.configurations < 1) throw Error(ErrorCode::bad_argument, "is below 1; expected how many to try", "--trials");
  if (options.width < 1) throw Error(ErrorCode::bad_argument, "is below 1; expected how many begin together", "--width");
  if (options.reduction < 2) throw Error(ErrorCode::bad_argument, "is below 2; expected one in how many goes on", "--reduction");
}

}  // namespace

double Trial::accuracy(std::size_t first) const {
  const auto right = std::ranges::count(std::span(results).first(first), true, &TrialResult::right);
  return first == 0 ? 0 : static_cast<double>(right) / static_cast<double>(first);
}

double Trial::tokens_mean(std::size_t first) const {
  double sum = 0;
  for (const TrialResult& result : std::span(results).first(first)) sum += result.tokens;
  return first == 0 ? 0 : sum / static_cast<double>(first);
}

std::vector<std::int64_t> rungs_of(const HalvingOptions& options) {
  std::vector<std::int64_t> rungs{options.problems};
  for (std::int64_t alive = options.width; alive >= options.reduction; alive /= options.reduction) {
    const std::int64_t fewer = rungs.front() / options.reduction;
    if (fewer < kFewestProblems) break;
    rungs.insert(rungs.begin(), fewer);
  }
  return rungs;
}

std::int64_t planned_solutions(std::size_t families, const HalvingOptions& options) {
  const std::vector<std::int64_t> rungs = rungs_of(options);
  std::int64_t left = options.configurations;
  std::int64_t sum = 0;
  for (bool first = true; left > 0; first = false) {
    std::int64_t alive = first ? std::max<std::int64_t>(options.width, static_cast<std::int64_t>(families)) : options.width;
    alive = std::min(alive, left);
    left -= alive;
    std::int64_t before = 0;
    for (const std::int64_t problems : rungs) {
      sum += alive * (problems - before);
      before = problems;
      alive = (alive + options.reduction - 1) / options.reduction;
    }
  }
  return sum;
}

SearchedConfigurations search_by_halving(std::span<const Family> families, const HalvingOptions& options,
                                         const HalvingCallbacks& callbacks) {
  check(families, options);
  return Halving(families, options, callbacks).run();
}

}  // namespace reckon
