// Compute-optimal: a few pilot paths say how difficult the problem is, and the strategy that was best on problems of that bin,
// under that budget, gets what is left. Source: Snell et al. 2024, arXiv:2408.03314 (specs card C4). Ours: difficulty is
// disagreement of 8 pilot paths, and they are charged and vote; bins and table come from earlier evaluations (`reckon eval
// learn`).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "search/allocators/measurements.h"
#include "search/allocators/waves.h"

namespace reckon {
namespace {

bool same_drawing(const StepOptions& a, const StepOptions& b) {
  return a.sampling.temperature == b.sampling.temperature && a.sampling.top_p == b.sampling.top_p &&
         a.sampling.top_k == b.sampling.top_k && a.sampling.min_p == b.sampling.min_p && a.path_tokens == b.path_tokens;
}

// 0 where all agree, 1 where none has an answer.
double difficulty_of(std::span<const PathRecord> pilots) {
  const std::vector<int> votes = votes_of(pilots);
  return votes.empty() ? 1 : 1 - static_cast<double>(votes.front()) / static_cast<double>(pilots.size());
}

class ComputeOptimal final : public Strategy {
 public:
  ComputeOptimal(const Parameters& parameters, const AllocationRequest& request)
      : request_(request), slack_(parameters.number("slack")) {
    const Measurements* measured = request.resources.measurements.get();
    bins_ = measured == nullptr ? DifficultyBins() : measured->bins;
    if (parameters.integer("pilot") > 0) bins_.pilot = static_cast<int>(parameters.integer("pilot"));
    if (bins_.pilot == 0) bins_.pilot = 8;
    pilot_name_ = fmt::format("majority:n={}", bins_.pilot);
    pilot_ = make_strategy(pilot_name_, nullptr);
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    const IndependentPaths& drawing = *pilot_->independent();
    const std::optional<Path> root = co_await space.open(problem);
    if (!root) co_return by_pilots({}, "the budget cannot pay for the prompt");
    std::vector<Path> pilots = space.fork(*root, bins_.pilot);
    co_await space.advance(pilots, drawing.step());
    std::vector<PathRecord> records = records_of(pilots, {}, problem);
    const Plan plan = plan_of(difficulty_of(records));
    const std::unique_ptr<Strategy> strategy = make_allocated(plan.strategy, request_.verifier, request_.resources);
    const IndependentPaths* paths = strategy->independent();
    const bool goes_on = paths != nullptr && same_drawing(paths->step(), drawing.step());
    // What was kept back for scores still pays for those of the pilot paths.
    const bool used_up = space.exhausted();
    if (goes_on && (!used_up || traits_of(plan.strategy).uses_verifier)) {
      Outcome outcome = co_await continued(*paths, *root, std::move(pilots), problem, space);
      if (used_up) outcome.status = OutcomeStatus::budget_exhausted;
      co_return noted(std::move(outcome), plan);
    }
    if (used_up) co_return by_pilots(std::move(records), "the pilot paths used up the budget");
    pilots.clear();
    Outcome outcome = co_await strategy->solve(problem, space);
    co_return noted(joined(std::move(records), std::move(outcome)), plan);
  }

 private:
  struct Plan {
    std::string strategy;
    std::string reason;
  };

  Plan plan_of(double difficulty) const {
    const int bin = bin_of(difficulty, bins_);
    const std::string seen = fmt::format("{:.0f} % of {} pilot paths agree, bin {} of {}", 100 * (1 - difficulty), bins_.pilot,
                                         bin + 1, bins_.edges.size() + 1);
    std::vector<RankedStrategy> ranked;
    if (request_.resources.measurements) {
      MeasuredSituation situation;
      situation.task = request_.resources.task;
      situation.verifier = request_.resources.verifier;
      situation.budget = request_.resources.budget;
      situation.bin = bin;
      ranked = ranked_strategies(*request_.resources.measurements, situation);
    }
    if (ranked.empty()) {
      return {request_.resources.checks ? "best_of_n:n=16" : "majority:n=16", seen + "; nothing was measured of such problems"};
    }
    const RankedStrategy& best = cheapest_of_best(ranked, slack_);
    return {best.strategy, fmt::format("{}: expected to be right {:.1f} % of the time, by {} such problems", seen,
                                       100 * best.accuracy, best.problems)};
  }

  // The pilot paths are the first of those that the strategy draws.
  static awaitable<Outcome> continued(const IndependentPaths& paths, const Path& root, std::vector<Path> pilots,
                                      const Problem& problem, SearchSpace& space) {
    const std::vector<double> scores = co_await paths.scores(pilots, problem, space);
    std::vector<PathRecord> records = records_of(pilots, scores, problem);
    const int more = paths.most() - static_cast<int>(pilots.size());
    pilots.clear();
    if (more > 0 && !space.exhausted()) {
      std::vector<PathRecord> drawn = co_await paths.draw(root, more, paths.step(), problem, space);
      std::ranges::move(drawn, std::back_inserter(records));
    }
    co_return paths.conclude(std::move(records));
  }

  // All paths, and the strategy's answer, or where it has none that of the pilots.
  Outcome joined(std::vector<PathRecord> pilots, Outcome outcome) const {
    const OutcomeStatus status = outcome.status;
    const std::size_t first = pilots.size();
    Outcome of_pilots = pilot_->independent()->conclude(pilots);
    std::ranges::move(outcome.paths, std::back_inserter(pilots));
    outcome.paths = std::move(pilots);
    if (outcome.chosen) {
      *outcome.chosen += first;
      return outcome;
    }
    outcome.answer = of_pilots.answer;
    outcome.chosen = of_pilots.chosen;
    outcome.confidence = of_pilots.confidence;
    outcome.status = status == OutcomeStatus::no_answer && outcome.answer ? OutcomeStatus::answered : status;
    return outcome;
  }

  Outcome noted(Outcome outcome, const Plan& plan) const {
    Allocation note;
    note.allocator = request_.allocator;
    note.strategy = plan.strategy;
    note.reason = plan.reason;
    outcome.allocations.push_back(std::move(note));
    return outcome;
  }

  Outcome by_pilots(std::vector<PathRecord> records, std::string reason) const {
    Outcome outcome = noted(pilot_->independent()->conclude(std::move(records)), {pilot_name_, std::move(reason)});
    outcome.status = OutcomeStatus::budget_exhausted;
    return outcome;
  }

  AllocationRequest request_;
  double slack_;
  DifficultyBins bins_;
  std::string pilot_name_;
  std::unique_ptr<Strategy> pilot_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, const AllocationRequest& request) {
  return std::make_unique<ComputeOptimal>(parameters, request);
}

}  // namespace

AllocatorEntry compute_optimal_entry() {
  return {.name = "compute_optimal",
          .summary = "pilot paths tell how difficult a problem is; what was best on such problems gets the rest of the budget",
          .source = "Snell et al. 2024, arXiv:2408.03314",
          .parameters = {{"pilot", std::int64_t{0}, "paths that tell; 0 = as many as bins were learned with, or 8", 0, 4096},
                         {"slack", 0.005, "accuracy given up for fewer tokens", 0, 1}},
          .chooses_strategy = true,
          .uses_verifier = true,
          .asks_measurements = true,
          .make = make};
}

}  // namespace reckon
