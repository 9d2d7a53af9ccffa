// rank: puts the candidates in order and keeps the best. A model is shown all of them and writes "[3] > [1] > [2]"; or the
// verifier scores them, so a reward model ranks. Candidates that the model does not name keep their order behind those it does.
#include <algorithm>
#include <array>

#include "search/stages/stage.h"
#include "search/stages/wording.h"

namespace reckon {
namespace {

constexpr const char* kRankPrompt =
    "Problem:\n{problem}\n\nProposed solutions:\n{candidates}\n\nPut the solutions in order, from the best to the "
    "worst. Write one line with their numbers, such as [2] > [1] > [3].";

class Rank final : public Stage {
 public:
  explicit Rank(const Parameters& parameters)
      : asking_(parameters, kRankPrompt, "{candidates}"),
        verifies_(parameters.text("by") == "verifier"),
        keep_(static_cast<std::size_t>(parameters.integer("keep"))) {}

  awaitable<void> run(Board& board) const override {
    if (board.candidates.empty()) co_return;
    std::vector<std::size_t> order;
    if (verifies_) {
      co_await board.verify();
      order = board.by_score();
      std::ranges::stable_sort(order, std::greater<>(), [&board](std::size_t i) { return board.candidates[i].score; });
    } else {
      order = co_await asked(board);
    }
    if (order.empty()) co_return;
    order.resize(std::min(order.size(), keep_));
    board.keep(order);
    board.ordered = true;
  }

  std::int64_t leaves(std::int64_t candidates) const override { return std::min(candidates, static_cast<std::int64_t>(keep_)); }
  std::int64_t calls(std::int64_t candidates) const override { return !verifies_ && candidates > 1 ? 1 : 0; }
  int models() const override { return asking_.model + 1; }
  bool verifies() const override { return verifies_; }

 private:
  // Nothing where nobody could be asked.
  awaitable<std::vector<std::size_t>> asked(Board& board) const {
    const std::size_t count = board.candidates.size();
    if (count == 1) co_return std::vector<std::size_t>(1, 0);
    const std::string shown = board.quoted(asking_.quote);
    const std::array fillings{Filling{"problem", board.problem().text}, Filling{"candidates", shown}};
    std::vector<std::string> questions(1, filled_in(asking_.prompt, fillings));
    const auto said = co_await ask_each(std::move(questions), About::candidates, asking_.model, asking_.step, board);
    if (!said.front()) co_return std::vector<std::size_t>();
    co_return ranking_in(*said.front(), count);
  }

  Asking asking_;
  bool verifies_;
  std::size_t keep_;
};

std::unique_ptr<Stage> make_rank_stage(const Parameters& parameters) { return std::make_unique<Rank>(parameters); }

}  // namespace

StageEntry rank_stage() {
  std::vector<ParameterSpec> parameters = asking_parameters("{problem} and {candidates}", 256);
  parameters.push_back(judge_parameter());
  parameters.push_back(keep_parameter(5));
  return {.name = "rank",
          .summary = "put the candidates in order and keep the best",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = std::move(parameters),
          .make = make_rank_stage};
}

}  // namespace reckon
