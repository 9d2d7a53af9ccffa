// critique: what is strong and what is weak about each candidate, for the stages behind it to read. Departure, ours: one question
// for each candidate, in one batch, where Archon has all of them in one question, whose answer has to be taken apart.
#include "search/stages/stage.h"

namespace reckon {
namespace {

constexpr const char* kCritiquePrompt =
    "Problem:\n{problem}\n\nProposed solution:\n{candidate}\n\nSay in a few sentences what is strong about this "
    "solution, and what is weak or wrong. Do not write a solution of your own.";

class Critique final : public Stage {
 public:
  explicit Critique(const Parameters& parameters) : asking_(parameters, kCritiquePrompt, "{candidate}") {}

  awaitable<void> run(Board& board) const override {
    std::vector<std::string> questions = questions_about_each(asking_, board);
    const auto said = co_await ask_each(std::move(questions), About::candidates, asking_.model, asking_.step, board);
    for (std::size_t i = 0; i < said.size(); ++i) board.candidates[i].critique = said[i].value_or("");
  }

  std::int64_t leaves(std::int64_t candidates) const override { return candidates; }
  std::int64_t calls(std::int64_t candidates) const override { return candidates; }
  int models() const override { return asking_.model + 1; }

 private:
  Asking asking_;
};

std::unique_ptr<Stage> make_critique_stage(const Parameters& parameters) { return std::make_unique<Critique>(parameters); }

}  // namespace

StageEntry critique_stage() {
  return {.name = "critique",
          .summary = "write what is strong and what is weak about each candidate",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = asking_parameters("{problem} and {candidate}", 256),
          .read_by = {"rank", "fuse"},
          .make = make_critique_stage};
}

}  // namespace reckon
