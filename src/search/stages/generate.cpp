// generate: candidates drawn from the problem itself, n from each model. Several such stages stand side by side, with models,
// temperatures or prompts of their own.
#include <algorithm>
#include <iterator>

#include "search/stages/stage.h"
#include "search/strategies/rounds.h"
#include "search/strategies/step_search.h"

namespace reckon {
namespace {

class Generate final : public Stage {
 public:
  explicit Generate(const Parameters& parameters)
      : n_(static_cast<std::size_t>(parameters.integer("n"))),
        models_(models_of(parameters)),
        prompt_(with_problem(parameters.text("prompt"), "parameter 'prompt'")),
        reserve_(parameters.number("reserve")),
        step_(step_options(parameters)) {}

  awaitable<void> run(Board& board) const override {
    SearchSpace& space = board.space();
    Reserve reserve(reserve_, space);
    const bool reserves = board.questions_follow && reserve_ > 0;
    std::vector<Path> roots;
    for (const int model : models_) {
      Problem asked = reworded(board.problem(), prompt_);
      asked.model = model;
      std::optional<Path> root = co_await space.open(asked);
      board.ran_out = board.ran_out || !root;
      if (!root) break;
      roots.push_back(std::move(*root));
    }
    const bool limited = is_limited(space);
    std::vector<Path> drawn;
    for (std::size_t done = 0; done < n_ && !roots.empty();) {
      const bool spare = reserve.reached(space) && reserves && done > 0;
      if (space.exhausted() || spare) {
        board.ran_out = true;
        break;
      }
      const std::size_t end = end_of_round(done, n_, limited);
      std::vector<Path> round;
      for (const Path& root : roots) {
        std::ranges::move(space.fork(root, static_cast<int>(end - done)), std::back_inserter(round));
      }
      co_await space.advance(round, step_);
      std::ranges::move(round, std::back_inserter(drawn));
      done = end;
    }
    // Numbered in questions alike, whatever the rounds were.
    std::ranges::stable_sort(drawn, {}, &Path::model);
    board.add(std::move(drawn));
  }

  std::int64_t calls(std::int64_t) const override { return static_cast<std::int64_t>(n_ * models_.size()); }
  std::int64_t leaves(std::int64_t candidates) const override { return candidates + calls(candidates); }
  int models() const override { return *std::ranges::max_element(models_) + 1; }

 private:
  std::size_t n_;
  std::vector<int> models_;
  std::string prompt_;
  double reserve_;
  StepOptions step_;
};

std::unique_ptr<Stage> make_generate_stage(const Parameters& parameters) { return std::make_unique<Generate>(parameters); }

}  // namespace

StageEntry generate_stage() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, /*default_n=*/8);
  parameters.front().meaning = "paths of each model";
  parameters.push_back(models_parameter());
  parameters.push_back({"prompt", std::string("{problem}"), "what is asked; {problem} stands for the problem's own text"});
  parameters.push_back({"reserve", 0.25, "share of a budget of tokens kept back where later stages ask the model", 0, 1});
  return {.name = "generate",
          .summary = "draw candidates from the problem",
          .source = "standard",
          .parameters = std::move(parameters),
          .opens = true,
          .make = make_generate_stage};
}

}  // namespace reckon
