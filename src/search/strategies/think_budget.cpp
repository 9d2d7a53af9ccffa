// Thinking budget: one path whose thinking is kept between two bounds. The rules are those of ThinkingSpace, which the options
// --think and --think-budget put around any strategy. Sources: Qwen3 technical report, arXiv:2505.09388; s1, arXiv:2501.19393
// (specs card A2).
#include <algorithm>
#include <iterator>

#include "search/spaces/thinking_space.h"
#include "search/strategies/single_path.h"

namespace reckon {
namespace {

class ThinkBudget final : public Strategy {
 public:
  explicit ThinkBudget(const Parameters& parameters) : path_(step_options(parameters)) {
    options_.maximum = parameters.integer("most");
    options_.minimum = parameters.integer("least");
    options_.reserve = parameters.integer("reserve");
    options_.switches = parameters.integer("switches");
    options_.hard = parameters.flag("hard");
    validate(options_);
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ThinkingSpace thinking(space, options_);
    co_return co_await path_.solve(problem, thinking);
  }

 private:
  SinglePath path_;
  ThinkingOptions options_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<ThinkBudget>(parameters);
}

}  // namespace

StrategyEntry think_budget_entry() {
  std::vector<ParameterSpec> parameters{
      {"most", std::int64_t{-1}, "tokens of thinking, at which it is cut; -1 = no limit, 0 = none", -1, 1e9},
      {"least", std::int64_t{0}, "tokens of thinking below which the model is made to go on", 0, 1e9},
      {"reserve", std::int64_t{0}, "tokens of the budget that thinking leaves for the answer", 0, 1e9},
      {"switches", std::int64_t{-1}, "changes of mind (Wait and Alternatively) at most; -1 = no limit", -1, 1e9},
      {"hard", false, "at the limit the path is stopped without an answer"}};
  std::ranges::move(drawing_parameters(kSearchTemperature), std::back_inserter(parameters));
  return {.name = "think_budget",
          .summary = "one path whose thinking is kept between two bounds",
          .source = "Qwen3 technical report, arXiv:2505.09388",
          .parameters = std::move(parameters),
          .make = make};
}

}  // namespace reckon
