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
    options_.reserve = std::max<std::int64_t>(parameters.integer("reserve"), 0);
    reserves_itself_ = parameters.integer("reserve") < 0;
    stop_ = with_new_lines(parameters.text("stop"));
    if (const std::string& more = parameters.text("more"); !more.empty()) options_.more = with_new_lines(more);
    options_.switches = parameters.integer("switches");
    options_.hard = parameters.flag("hard");
    validate(worded(ThinkingForm()));
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ThinkingOptions options = worded(problem.thinking);
    const RequestHandle request = space.request();
    if (reserves_itself_ && request) options.reserve = answer_reserve(request->budget());
    ThinkingSpace thinking(space, options);
    co_return co_await path_.solve(problem, thinking);
  }

 private:
  // In the model's own texts, where the user gives none.
  ThinkingOptions worded(const ThinkingForm& form) const {
    ThinkingOptions options = options_;
    options.use(form);
    if (!stop_.empty()) options.stop = stop_;
    return options;
  }

  SinglePath path_;
  ThinkingOptions options_;
  bool reserves_itself_ = false;
  std::string stop_;
};

std::unique_ptr<Strategy> make_think_budget(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<ThinkBudget>(parameters);
}

}  // namespace

StrategyEntry think_budget_entry() {
  std::vector<ParameterSpec> parameters{
      {"most", std::int64_t{-1}, "tokens of thinking, at which it is cut; -1 = no limit, 0 = none", -1, 1e9},
      {"least", std::int64_t{0}, "tokens of thinking below which the model is made to go on", 0, 1e9},
      {"reserve", std::int64_t{-1}, "tokens of a token budget that thinking leaves for the answer; -1 = 512 or a tenth of it", -1,
       1e9},
      {"stop", std::string(),
       "what ends thinking that is cut, with </think> in it, \\n a new line; empty: the text of the model's family"},
      {"more", std::string(),
       "what is put where the model ended its thinking too early, \\n a new line; empty: a new line and Wait"},
      {"switches", std::int64_t{-1}, "changes of mind (Wait and Alternatively) at most; -1 = no limit", -1, 1e9},
      {"hard", false, "at the limit the path is stopped without an answer"}};
  std::ranges::move(drawing_parameters(kSearchTemperature), std::back_inserter(parameters));
  return {.name = "think_budget",
          .summary = "one path whose thinking is kept between two bounds",
          .source = "Qwen3 technical report, arXiv:2505.09388",
          .parameters = std::move(parameters),
          .make = make_think_budget};
}

}  // namespace reckon
