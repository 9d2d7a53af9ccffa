#include "cli/eval_view.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

constexpr double kFirstDraw = 1;  // seconds: what is done by then needs no view
constexpr double kBetweenEvalDraws = 0.1;

std::string to_first_line(std::size_t lines) { return lines > 1 ? fmt::format("\r\x1b[{}A", lines - 1) : "\r"; }

}  // namespace

EvalView::EvalView(std::string task) : enabled_(can_redraw_stderr()), begin_(monotonic_seconds()) {
  state_.task = std::move(task);
}

EvalView::EvalView(EvaluationRequest& request) : EvalView(request.task) {
  if (!enabled_) return;
  request.on_result = [this, also = std::move(request.on_result)](const std::string& strategy, const Instance& instance,
                                                                  const SolveResult& result) {
    if (also) also(strategy, instance, result);
    note(strategy, result);
  };
  request.on_progress = [this, also = std::move(request.on_progress)](std::int64_t done, std::int64_t total) {
    if (also) also(done, total);
    progress(done, total);
  };
}

EvalView::~EvalView() {
  if (lines_drawn_ > 0) std::fputs((to_first_line(lines_drawn_) + "\x1b[J").c_str(), stderr);
}

void EvalView::progress(std::int64_t done, std::int64_t total) {
  state_.done = done;
  state_.total = total;
  if (enabled_) draw();
}

void EvalView::note(const std::string& strategy, const SolveResult& result) {
  if (state_.rows.empty() || state_.rows.back().label != strategy) state_.rows.push_back({.label = strategy});
  EvalRow& row = state_.rows.back();
  ++row.done;
  row.right += result.correct.value_or(false) ? 1 : 0;
  row.tokens += static_cast<double>(result.receipt.ledger.total());
}

void EvalView::draw() {
  const double now = monotonic_seconds();
  if (now - begin_ < kFirstDraw || now - last_drawn_ < kBetweenEvalDraws) return;
  last_drawn_ = now;
  if (lines_drawn_ == 0) pace_from_ = now, done_by_then_ = state_.done;
  if (const std::int64_t solved = state_.done - done_by_then_; solved > 0) {
    state_.seconds_left = (now - pace_from_) * static_cast<double>(state_.total - state_.done) / static_cast<double>(solved);
  }
  std::string frame = to_first_line(lines_drawn_);
  const std::vector<std::string> lines = eval_lines(state_, columns_of_stderr() - 1);  // some terminals wrap a line that is full
  for (std::size_t i = 0; i < lines.size(); ++i) frame += (i == 0 ? "" : "\n") + lines[i] + "\x1b[K";
  std::fwrite(frame.data(), 1, frame.size(), stderr);
  std::fflush(stderr);
  lines_drawn_ = lines.size();
}

}  // namespace reckon
