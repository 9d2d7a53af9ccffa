// verify: leaves the candidates that are found right. A model reasons about each and ends with [Correct] or [Incorrect]; or the
// verifier's score decides. A candidate without a verdict stays, and where none is found right all stay: somebody has to answer.
#include "search/stages/stage.h"
#include "search/stages/wording.h"

namespace reckon {
namespace {

constexpr const char* kVerifyPrompt =
    "Problem:\n{problem}\n\nProposed solution:\n{candidate}\n\nCheck this solution step by step. Then write "
    "[Correct] if its answer is right, or [Incorrect] if it is not.";

class Verify final : public Stage {
 public:
  explicit Verify(const Parameters& parameters)
      : asking_(parameters, kVerifyPrompt, "{candidate}"),
        verifies_(parameters.text("by") == "verifier"),
        enough_(parameters.number("enough")) {}

  awaitable<void> run(Board& board) const override {
    std::vector<std::size_t> kept;
    if (verifies_) {
      co_await board.verify();
      for (std::size_t i = 0; i < board.candidates.size(); ++i) {
        if (board.candidates[i].score >= enough_) kept.push_back(i);
      }
    } else {
      kept = co_await asked(board);
    }
    if (!kept.empty()) board.keep(kept);
  }

  std::int64_t leaves(std::int64_t candidates) const override { return candidates; }
  std::int64_t calls(std::int64_t candidates) const override { return verifies_ ? 0 : candidates; }
  int models() const override { return asking_.model + 1; }
  bool verifies() const override { return verifies_; }

 private:
  awaitable<std::vector<std::size_t>> asked(Board& board) const {
    std::vector<std::string> questions = questions_about_each(asking_, board);
    const auto said = co_await ask_each(std::move(questions), About::candidates, asking_.model, asking_.step, board);
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < said.size(); ++i) {
      const std::vector<bool> verdicts = marks_in(said[i].value_or(""), "correct", "incorrect");
      if (verdicts.empty() || verdicts.back()) kept.push_back(i);
    }
    co_return kept;
  }

  Asking asking_;
  bool verifies_;
  double enough_;
};

std::unique_ptr<Stage> make_verify_stage(const Parameters& parameters) { return std::make_unique<Verify>(parameters); }

}  // namespace

StageEntry verify_stage() {
  std::vector<ParameterSpec> parameters = asking_parameters("{problem} and {candidate}", 512);
  parameters.push_back(judge_parameter());
  parameters.push_back({"enough", 0.5, "score of the verifier that a candidate needs to stay", 0, 1});
  return {.name = "verify",
          .summary = "leave the candidates that are found right",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = std::move(parameters),
          .make = make_verify_stage};
}

}  // namespace reckon
