// The live view of an evaluation: a bar and a running table on stderr, redrawn in place where stderr is a terminal that can do
// that; wiped in the destructor. Elsewhere nothing is written.
#pragma once

#include "app/evaluation.h"
#include "cli/eval_lines.h"

namespace reckon {

class EvalView {  // of the thread that evaluates
 public:
  // Watches what `request` will do: its callbacks are set, those it has are called too. The view outlives the evaluation.
  explicit EvalView(EvaluationRequest& request);
  // Shows what it is told.
  explicit EvalView(std::string task);
  ~EvalView();
  EvalView(const EvalView&) = delete;
  EvalView& operator=(const EvalView&) = delete;

  void progress(std::int64_t done, std::int64_t total);  // draws
  void add(EvalRow row) { state_.rows.push_back(std::move(row)); }

 private:
  void note(const std::string& strategy, const SolveResult& result);
  void draw();

  EvalState state_;
  bool enabled_;
  double begin_;
  double last_drawn_ = 0;
  double pace_from_ = 0;  // time of the first draw, and what was done by then: what a store holds says nothing about the pace
  std::int64_t done_by_then_ = 0;
  std::size_t lines_drawn_ = 0;
};

}  // namespace reckon
