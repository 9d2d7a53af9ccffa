// fuse: new candidates, each written with all earlier ones and their critiques in view. It helps where answers are texts; where
// one of the candidates is simply right, a vote is better and cheaper (specs card C13).
#include <algorithm>
#include <array>
#include <iterator>

#include "base/error.h"
#include "search/stages/stage.h"
#include "search/stages/wording.h"
#include "search/strategies/rounds.h"

namespace reckon {
namespace {

constexpr const char* kFusePrompt =
    "{problem}\n\nSolutions that others proposed, which may be wrong:\n{candidates}\n\nTake what is right in them and write one "
    "solution "
    "of your own.";

class Fuse final : public Stage {
 public:
  explicit Fuse(const Parameters& parameters)
      : prompt_(parameters.text("prompt").empty() ? kFusePrompt : parameters.text("prompt")),
        n_(static_cast<std::size_t>(parameters.integer("n"))),
        models_(models_of(parameters)),
        quote_(static_cast<std::size_t>(parameters.integer("quote"))),
        step_(step_options(parameters)) {
    if (prompt_.find("{candidates}") != std::string::npos) return;
    throw Error(ErrorCode::bad_argument, "does not hold {candidates}, where they go", "parameter 'prompt'");
  }

  awaitable<void> run(Board& board) const override {
    if (board.candidates.empty()) co_return;
    SearchSpace& space = board.space();
    const std::string shown = board.quoted(quote_);
    const std::array fillings{Filling{"problem", board.problem().text}, Filling{"candidates", shown}};
    const std::string text = filled_in(prompt_, fillings);
    std::vector<Path> fused;
    for (const int model : models_) {
      const Problem question = question_of(board, text, model);
      if (!has_room(question, space)) continue;
      const std::optional<Path> root = co_await space.open(question);
      board.ran_out = board.ran_out || !root;
      if (!root) break;
      const bool limited = is_limited(space);
      for (std::size_t done = 0; done < n_;) {
        if (space.exhausted()) {
          board.ran_out = true;
          break;
        }
        const std::size_t end = end_of_round(done, n_, limited);
        std::vector<Path> round = space.fork(*root, static_cast<int>(end - done));
        co_await space.advance(round, step_);
        std::ranges::move(round, std::back_inserter(fused));
        done = end;
      }
    }
    if (!fused.empty()) board.replace(std::move(fused));
  }

  std::int64_t calls(std::int64_t) const override { return static_cast<std::int64_t>(n_ * models_.size()); }
  std::int64_t leaves(std::int64_t candidates) const override { return calls(candidates); }
  int models() const override { return *std::ranges::max_element(models_) + 1; }

 private:
  std::string prompt_;
  std::size_t n_;
  std::vector<int> models_;
  std::size_t quote_;
  StepOptions step_;
};

std::unique_ptr<Stage> make_fuse_stage(const Parameters& parameters) { return std::make_unique<Fuse>(parameters); }

}  // namespace

StageEntry fuse_stage() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, /*default_n=*/1);
  parameters.front().meaning = "texts of each model";
  parameters.push_back(models_parameter());
  parameters.push_back({"prompt", std::string(), "what is asked; holds {problem} and {candidates}; empty = ours"});
  parameters.push_back({"quote", std::int64_t{4000}, "most bytes of each candidate that it quotes", 1, 1e6});
  return {.name = "fuse",
          .summary = "write new candidates with all earlier ones in view",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = std::move(parameters),
          .make = make_fuse_stage};
}

}  // namespace reckon
