#include "search/allocators/waves.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>

#include "base/error.h"
#include "search/answers/grouping.h"

namespace reckon {
namespace {

bool cut_off(std::span<const PathRecord> records) {
  return std::ranges::any_of(records, [](const PathRecord& one) { return one.state == PathState::cut_off; });
}

class InWaves final : public Strategy {
 public:
  InWaves(const AllocationRequest& request, std::unique_ptr<Strategy> strategy, std::unique_ptr<const StoppingRule> rule)
      : allocator_(request.allocator),
        name_(request.strategy),
        strategy_(std::move(strategy)),
        paths_(strategy_->independent()),
        rule_(std::move(rule)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<PathRecord> drawn;
    NextWave next = rule_->next(drawn, paths_->most());
    if (next.paths == 0) co_return nothing(next.reason);
    next.paths = std::min(next.paths, paths_->most());
    const std::optional<Path> root = co_await space.open(problem);
    if (!root) next = used_up("the budget cannot pay for the prompt");
    while (next.paths > 0) {
      const auto before = static_cast<int>(drawn.size());
      std::vector<PathRecord> wave = co_await paths_->draw(*root, before, next.paths, paths_->step(), problem, space);
      std::ranges::move(wave, std::back_inserter(drawn));
      next = after(drawn, space);
    }
    co_return concluded(std::move(drawn), next);
  }

 private:
  static NextWave used_up(const char* reason) {
    NextWave none;
    none.reason = reason;
    none.ran_out = true;
    return none;
  }

  NextWave after(std::span<const PathRecord> drawn, const SearchSpace& space) const {
    if (cut_off(drawn)) return used_up("the budget is used up");
    const int left = paths_->most() - static_cast<int>(drawn.size());
    if (left == 0) return {0, "all that the strategy may draw", false};
    NextWave next = rule_->next(drawn, left);
    if (next.paths > 0 && space.exhausted()) return used_up("the budget is used up");
    next.paths = std::min(next.paths, left);
    return next;
  }

  Allocation note(std::int64_t samples, std::string reason) const {
    Allocation allocation;
    allocation.allocator = allocator_;
    allocation.strategy = name_;
    allocation.samples = samples;
    allocation.most = paths_->most();
    allocation.reason = std::move(reason);
    return allocation;
  }

  Outcome nothing(std::string reason) const {
    Outcome outcome;
    outcome.allocations.push_back(note(0, std::move(reason)));
    return outcome;
  }

  // What the strategy makes of those that may answer; the others stay beside them.
  Outcome answered_by(std::span<const std::size_t> answerable, std::vector<PathRecord> drawn) const {
    if (answerable.size() == drawn.size()) return paths_->conclude(std::move(drawn));
    Outcome outcome;
    if (!answerable.empty()) {
      std::vector<PathRecord> records;
      for (const std::size_t index : answerable) records.push_back(drawn[index]);
      outcome = paths_->conclude(std::move(records));
      if (outcome.chosen) outcome.chosen = answerable[*outcome.chosen];
    }
    outcome.paths = std::move(drawn);
    return outcome;
  }

  Outcome concluded(std::vector<PathRecord> drawn, const NextWave& last) const {
    const auto samples = std::ssize(drawn);
    const std::vector<std::size_t> answerable = rule_->answerable(drawn);
    Outcome outcome = answered_by(answerable, std::move(drawn));
    if (last.ran_out) outcome.status = OutcomeStatus::budget_exhausted;
    outcome.allocations.push_back(note(samples, last.reason));
    return outcome;
  }

  std::string allocator_;
  std::string name_;
  std::unique_ptr<Strategy> strategy_;
  const IndependentPaths* paths_;
  std::unique_ptr<const StoppingRule> rule_;
};

}  // namespace

std::vector<std::size_t> StoppingRule::answerable(std::span<const PathRecord> drawn) const {
  std::vector<std::size_t> all(drawn.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

std::unique_ptr<Strategy> independent_strategy(const AllocationRequest& request) {
  std::unique_ptr<Strategy> strategy = make_allocated(request.strategy, request.verifier, request.resources);
  if (strategy->independent() == nullptr) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("'{}' decides how many independent paths are drawn, and '{}' draws none such; take majority, "
                            "weighted_majority or best_of_n",
                            request.allocator, request.strategy),
                "--allocator");
  }
  return strategy;
}

std::unique_ptr<Strategy> in_waves(const AllocationRequest& request, std::unique_ptr<const StoppingRule> rule) {
  return std::make_unique<InWaves>(request, independent_strategy(request), std::move(rule));
}

std::vector<int> votes_of(std::span<const PathRecord> drawn) {
  std::vector<std::string> answers;
  for (const PathRecord& record : drawn) {
    if (record.answer && !record.evidence) answers.push_back(*record.answer);
  }
  std::vector<int> votes;
  for (const AnswerGroup& group : group_answers(answers)) votes.push_back(static_cast<int>(group.members.size()));
  std::ranges::sort(votes, std::greater());
  return votes;
}

double surprise_of(std::span<const PathRecord> drawn) {
  double surprise = 0;
  std::int64_t tokens = 0;
  for (const PathRecord& one : drawn) {
    surprise -= one.log_probability;
    tokens += one.tokens;
  }
  return surprise / static_cast<double>(std::max<std::int64_t>(tokens, 1));
}

std::vector<ParameterSpec> wave_parameters(std::int64_t least, std::int64_t wave) {
  return {{"least", least, "paths drawn before anything is decided", 1, 4096},
          {"wave", wave, "paths drawn at a time from then on", 1, 4096}};
}

}  // namespace reckon
