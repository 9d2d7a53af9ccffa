// Compute-optimal: a few pilot paths say how difficult the problem is, and the strategy that was best on problems of that bin,
// under that budget, gets what is left. Source: Snell et al. 2024, arXiv:2408.03314 (specs card C4). Ours: difficulty is
// disagreement of 8 pilot paths, and they are charged and vote; bins and table come from earlier evaluations (`reckon eval
// learn`), and without any a rule takes their place.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "search/allocators/measurements.h"
#include "search/allocators/unmeasured.h"
#include "search/allocators/waves.h"
#include "search/score_reserve.h"

namespace reckon {
namespace {

bool same_drawing(const StepOptions& a, const StepOptions& b) {
  return a.sampling.temperature == b.sampling.temperature && a.sampling.top_p == b.sampling.top_p &&
         a.sampling.top_k == b.sampling.top_k && a.sampling.min_p == b.sampling.min_p && a.path_tokens == b.path_tokens;
}

// Of the pilot paths.
struct Agreement {
  std::int64_t ended = 0;  // those that the budget did not cut off: only they tell
  double share = 0;        // of these, that give the leading answer; 0 where none has an answer
};

Agreement agreement_of(std::span<const PathRecord> pilots) {
  Agreement agreement;
  agreement.ended = std::ranges::count_if(pilots, [](const PathRecord& one) { return one.state != PathState::cut_off; });
  const std::vector<int> votes = votes_of(pilots);
  if (agreement.ended > 0 && !votes.empty()) {
    agreement.share = std::min(1.0, static_cast<double>(votes.front()) / static_cast<double>(agreement.ended));
  }
  return agreement;
}

class ComputeOptimal final : public Strategy {
 public:
  ComputeOptimal(const Parameters& parameters, const AllocationRequest& request)
      : request_(request), slack_(parameters.number("slack")), by_agreement_(parameters.text("by") == "agreement") {
    const Measurements* measured = request.resources.measurements.get();
    bins_ = measured == nullptr ? DifficultyBins() : measured->bins;
    if (parameters.integer("pilot") > 0) bins_.pilot = static_cast<int>(parameters.integer("pilot"));
    if (bins_.pilot == 0) bins_.pilot = 8;
    // What begins as the vote goes on from these paths where they agree. Bins were learned with sampled paths.
    pilot_name_ = by_agreement_ ? unmeasured_vote(request.resources.budget) : fmt::format("majority:n={}", bins_.pilot);
    pilot_ = make_strategy(pilot_name_, nullptr);
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    const IndependentPaths& drawing = *pilot_->independent();
    const std::optional<Path> root = co_await space.open(problem);
    if (!root) co_return by_pilots({}, "the budget cannot pay for the prompt");
    std::vector<Path> pilots = co_await draw_pilots(*root, space);
    std::vector<PathRecord> records = records_of(pilots, {}, problem);
    const Plan plan = plan_of(agreement_of(records));
    const std::unique_ptr<Strategy> strategy = make_allocated(plan.strategy, request_.verifier, request_.resources);
    const IndependentPaths* paths = strategy->independent();
    const bool goes_on = paths != nullptr && same_drawing(paths->step(), drawing.step());
    // What was kept back for scores pays for those of the pilot paths, or where nobody will score for more of them.
    const bool scores = traits_of(plan.strategy).uses_verifier;
    if (!scores) give_up_reserve(space);
    const bool used_up = space.exhausted();
    if (goes_on && (!used_up || scores)) {
      Outcome outcome = co_await continued(*paths, *root, std::move(pilots), problem, space);
      if (used_up) outcome.status = OutcomeStatus::budget_exhausted;
      co_return noted(std::move(outcome), plan);
    }
    if (used_up) co_return by_pilots(std::move(records), plan.seen + ", and they used up the budget");
    pilots.clear();
    Outcome outcome = co_await strategy->solve(problem, space);
    co_return noted(joined(std::move(records), std::move(outcome)), plan);
  }

 private:
  struct Plan {
    std::string strategy;
    std::string seen;  // of the pilot paths
    std::string reason;
  };

  Plan plan_of(const Agreement& agreement) const {
    const int bin = bin_of(1 - agreement.share, bins_);
    std::string seen = fmt::format("{:.0f} % of {} pilot paths agree", 100 * agreement.share, agreement.ended);
    if (by_agreement_) return by_rule(agreement, seen);
    seen += fmt::format(", bin {} of {}", bin + 1, bins_.edges.size() + 1);
    std::vector<RankedStrategy> ranked;
    MeasuredSituation situation;
    if (request_.resources.measurements) {
      situation.task = request_.resources.task;
      situation.verifier = request_.resources.verifier;
      situation.budget = request_.resources.budget;
      situation.bin = bin;
      situation.level = request_.resources.level;
      ranked = ranked_strategies(*request_.resources.measurements, situation);
    }
    if (ranked.empty()) return by_rule(agreement, seen + ", and nothing was measured of such problems");
    const RankedStrategy& best = cheapest_of_best(ranked, slack_);
    return {best.strategy, seen,
            fmt::format("{}: expected to be right {:.1f} % of the time, {}", seen, 100 * best.accuracy,
                        grounds_of(best, *request_.resources.measurements, situation))};
  }

  // A greedy path answers where nothing else can be paid for, so it may use up what its score would cost. It also shows how long
  // paths get: no other is begun that would not come to its end.
  awaitable<std::vector<Path>> draw_pilots(const Path& root, SearchSpace& space) const {
    const IndependentPaths& drawing = *pilot_->independent();
    const bool greedy = drawing.greedy_first();
    std::vector<Path> pilots = space.fork(root, greedy ? 1 : bins_.pilot);
    if (greedy) suspend_reserve(space, true);
    co_await drawing.advance(pilots, 0, drawing.step(), space);
    if (!greedy) co_return pilots;
    suspend_reserve(space, false);
    const std::int64_t ends = space.drawable() / std::max<std::int64_t>(pilots.front().tokens, 1);
    const auto more = static_cast<int>(std::clamp<std::int64_t>(ends, 0, bins_.pilot - 1));
    std::vector<Path> others = space.fork(root, more);
    co_await drawing.advance(others, 1, drawing.step(), space);
    std::ranges::move(others, std::back_inserter(pilots));
    co_return pilots;
  }

  // Where nearly all paths agree, or scores would leave tokens for one path only, a vote of more of them tells more than scores
  // for the same tokens; else scores tell more. Measured: docs/allocation.md, "Tasks that were not measured".
  Plan by_rule(const Agreement& agreement, const std::string& seen) const {
    constexpr double kMost = 0.75;
    const bool alone = agreement.ended < 2;
    const AllocatorResources& resources = request_.resources;
    Plan plan;
    plan.seen = seen;
    if (resources.checks) {
      plan.strategy = unmeasured_checked(resources.budget);
      plan.reason = seen + "; answers are checked";
    } else if (agreement.share >= kMost || alone || resources.verifier.empty()) {
      plan.strategy = unmeasured_vote(resources.budget);
      plan.reason = seen + (resources.verifier.empty() ? "; they vote, for nobody scores"
                            : alone                    ? "; tokens for scores would leave too few for paths"
                                                       : "; that many need no scores to vote");
    } else {
      plan.strategy = unmeasured_scored_vote(resources.budget);
      plan.reason = seen + "; so few need scores to vote";
    }
    return plan;
  }

  // The pilot paths are the first of those that the strategy draws, behind a greedy one that they lack.
  awaitable<Outcome> continued(const IndependentPaths& paths, const Path& root, std::vector<Path> pilots, const Problem& problem,
                               SearchSpace& space) const {
    const std::vector<double> scores = co_await paths.scores(pilots, problem, space);
    std::vector<PathRecord> records = records_of(pilots, scores, problem);
    const auto count = static_cast<int>(pilots.size());
    const int before = pilot_->independent()->greedy_first() ? count : 0;
    const int more = paths.most() - count;
    pilots.clear();
    if (more > 0 && !space.exhausted()) {
      std::vector<PathRecord> drawn = co_await paths.draw(root, before, more, paths.step(), problem, space);
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
    Outcome outcome = noted(pilot_->independent()->conclude(std::move(records)), {pilot_name_, "", std::move(reason)});
    outcome.status = OutcomeStatus::budget_exhausted;
    return outcome;
  }

  AllocationRequest request_;
  double slack_;
  bool by_agreement_;
  DifficultyBins bins_;
  std::string pilot_name_;
  std::unique_ptr<Strategy> pilot_;
};

std::unique_ptr<Strategy> make_compute_optimal_allocator(const Parameters& parameters, const AllocationRequest& request) {
  return std::make_unique<ComputeOptimal>(parameters, request);
}

}  // namespace

AllocatorEntry compute_optimal_entry() {
  return {.name = "compute_optimal",
          .summary = "pilot paths tell how difficult a problem is; what was best on such problems gets the rest of the budget",
          .source = "Snell et al. 2024, arXiv:2408.03314",
          .parameters = {{"pilot", std::int64_t{0}, "paths that tell; 0 = as many as bins were learned with, or 8", 0, 4096},
                         {"slack", 0.005, "accuracy given up for fewer tokens", 0, 1},
                         {.name = "by",
                          .default_value = std::string("measured"),
                          .meaning = "what tells: measurements of such problems, or whether three of four pilot paths agree",
                          .choices = {"measured", "agreement"}}},
          .chooses_strategy = true,
          .uses_verifier = true,
          .asks_measurements = true,
          .draws_by_outcome = true,
          .make = make_compute_optimal_allocator};
}

}  // namespace reckon
