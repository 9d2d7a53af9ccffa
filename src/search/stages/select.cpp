// select: one candidate, chosen by a selector: majority, best, weighted … Asks no model; selectors that weigh ask the verifier.
#include "search/stages/stage.h"

namespace reckon {
namespace {

class Select final : public Stage {
 public:
  explicit Select(const Parameters& parameters) : by_(parameters.text("by")) {
    make_selector(by_);  // throws here, before anything is drawn
  }

  awaitable<void> run(Board& board) const override {
    const Selector selector = make_selector(by_);
    if (verifies()) co_await board.verify();
    const std::vector<PathRecord> records = board.records_of_candidates();
    const Selection selection = selector.select(records);
    if (records.empty()) co_return;
    if (selection.chosen) board.selected = confidence_of(selector, selection, records);
    board.keep(std::vector<std::size_t>(1, selection.chosen.value_or(0)));  // without any answer it does not matter whose
  }

  std::int64_t leaves(std::int64_t) const override { return 1; }
  std::int64_t calls(std::int64_t) const override { return 0; }
  bool verifies() const override { return make_selector(by_).name() != "majority"; }

 private:
  std::string by_;
};

std::unique_ptr<Stage> make_select_stage(const Parameters& parameters) { return std::make_unique<Select>(parameters); }

}  // namespace

StageEntry select_stage() {
  ParameterSpec by = select_parameter();
  by.name = "by";
  by.default_value = std::string("majority");
  by.meaning = "a selector, its own parameters separated by ':'";
  return {.name = "select",
          .summary = "leave one candidate, chosen by a selector",
          .source = "standard",
          .parameters = {std::move(by)},
          .make = make_select_stage};
}

}  // namespace reckon
