// evaluate_tests: which of the written tests each candidate passes, as the model sees it; those with the most stay. (Tests that
// are programs are run by the verifier `tests`: rank by = "verifier".)
#include <algorithm>
#include <array>
#include <numeric>

#include "search/stages/stage.h"
#include "search/stages/wording.h"

namespace reckon {
namespace {

constexpr const char* kEvaluateTestsPrompt =
    "Problem:\n{problem}\n\nProposed solution:\n{candidate}\n\nStatements:\n{tests}\n\nFor each statement, in order, "
    "write one line: its number, and [Passed] if the solution fulfils it or [Failed] if it does not.";

class EvaluateTests final : public Stage {
 public:
  explicit EvaluateTests(const Parameters& parameters)
      : asking_(parameters, kEvaluateTestsPrompt, "{tests}"), keep_(static_cast<std::size_t>(parameters.integer("keep"))) {}

  awaitable<void> run(Board& board) const override {
    if (board.candidates.empty() || board.tests.empty()) co_return;  // without tests nothing tells the candidates apart
    const bool all_graded = co_await grade(board);
    if (!all_graded) co_return;
    std::vector<std::size_t> order = board.by_score();
    std::ranges::stable_sort(order, std::greater<>(), [&board](std::size_t i) { return board.candidates[i].score; });
    order.resize(std::min(order.size(), keep_));
    board.keep(order);
    board.ordered = true;
    board.tests.clear();
  }

  std::int64_t leaves(std::int64_t candidates) const override { return std::min(candidates, static_cast<std::int64_t>(keep_)); }
  std::int64_t calls(std::int64_t candidates) const override { return candidates; }
  int models() const override { return asking_.model + 1; }

 private:
  // False where the budget or the context kept it from asking about one of them: then none is judged by its tests.
  awaitable<bool> grade(Board& board) const {
    std::string list;
    for (std::size_t i = 0; i < board.tests.size(); ++i) {
      list += (i == 0 ? "" : "\n") + std::to_string(i + 1) + ". " + board.tests[i];
    }
    const std::array tests{Filling{"tests", list}};
    std::vector<std::string> questions = questions_about_each(asking_, board, tests);
    const auto said = co_await ask_each(std::move(questions), About::candidates, asking_.model, asking_.step, board);
    if (!std::ranges::all_of(said, [](const auto& one) { return one.has_value(); })) co_return false;
    for (std::size_t i = 0; i < said.size(); ++i) {
      std::vector<bool> passed = marks_in(*said[i], "passed", "failed");
      passed.resize(std::min(passed.size(), board.tests.size()));
      const auto count = static_cast<double>(std::ranges::count(passed, true));
      board.candidates[i].score = count / static_cast<double>(board.tests.size());
      board.candidates[i].verified = false;
    }
    co_return true;
  }

  Asking asking_;
  std::size_t keep_;
};

std::unique_ptr<Stage> make_evaluate_tests_stage(const Parameters& parameters) {
  return std::make_unique<EvaluateTests>(parameters);
}

}  // namespace

StageEntry evaluate_tests_stage() {
  std::vector<ParameterSpec> parameters = asking_parameters("{problem}, {candidate} and {tests}", 512);
  parameters.push_back(keep_parameter(5));
  return {.name = "evaluate_tests",
          .summary = "leave the candidates that pass most of the written tests",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = std::move(parameters),
          .reads = "write_tests",
          .make = make_evaluate_tests_stage};
}

}  // namespace reckon
