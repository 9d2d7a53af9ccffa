// write_tests: statements in plain words that a right solution of this problem fulfils, one a line. evaluate_tests reads them.
#include <array>

#include "search/stages/stage.h"
#include "search/stages/wording.h"

namespace reckon {
namespace {

constexpr const char* kWriteTestsPrompt =
    "Problem:\n{problem}\n\nWrite a numbered list of short statements, one a line, that are true of every right solution to this "
    "problem "
    "and that can be checked by reading a solution. Do not solve the problem.";

class WriteTests final : public Stage {
 public:
  explicit WriteTests(const Parameters& parameters)
      : asking_(parameters, kWriteTestsPrompt, "{problem}"), most_(static_cast<std::size_t>(parameters.integer("n"))) {}

  awaitable<void> run(Board& board) const override {
    const std::array fillings{Filling{"problem", board.problem().text}};
    std::vector<std::string> questions(1, filled_in(asking_.prompt, fillings));
    const auto said = co_await ask_each(std::move(questions), About::problem, asking_.model, asking_.step, board);
    board.tests = items_in(said.front().value_or(""), most_);
  }

  std::int64_t leaves(std::int64_t candidates) const override { return candidates; }
  std::int64_t calls(std::int64_t) const override { return 1; }
  int models() const override { return asking_.model + 1; }

 private:
  Asking asking_;
  std::size_t most_;
};

std::unique_ptr<Stage> make_write_tests_stage(const Parameters& parameters) { return std::make_unique<WriteTests>(parameters); }

}  // namespace

StageEntry write_tests_stage() {
  std::vector<ParameterSpec> parameters = asking_parameters("{problem}", 512);
  parameters.push_back({"n", std::int64_t{8}, "tests at most", 1, 64});
  return {.name = "write_tests",
          .summary = "write, in words, what a right solution fulfils",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = std::move(parameters),
          .read_by = {"evaluate_tests"},
          .read_at_once = true,
          .make = make_write_tests_stage};
}

}  // namespace reckon
