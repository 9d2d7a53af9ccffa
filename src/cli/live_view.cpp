#include "cli/live_view.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "base/clock.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

constexpr std::chrono::milliseconds kBetweenDraws{100};
constexpr double kRateSeconds = 3;  // the rate shown is of so much time

// Written at once, so that nothing is seen half drawn.
void write_out(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

const std::string kToFirstLine = fmt::format("\r\x1b[{}A", kLiveLines - 1);

}  // namespace

LiveView::LiveView(SolveRequest& request)
    : progress_(answer_form_of(request)), budget_(request.budget), begin_(monotonic_seconds()) {
  if (!can_redraw_stderr()) return;
  request.on_text = [this, also = std::move(request.on_text)](std::uint64_t path, std::string_view piece) {
    if (also) also(path, piece);
    progress_.on_text(path, piece);
  };
  request.on_finished = [this, also = std::move(request.on_finished)](std::uint64_t path) {
    if (also) also(path);
    progress_.on_finished(path);
  };
  request.on_event = [this, also = std::move(request.on_event)](const SearchEvent& event) {
    if (also) also(event);
    progress_.on_event(event);
  };
  if (budget_.joules) energy_.emplace();
  thread_ = std::jthread([this](const std::stop_token& stop) { draw_until(stop); });
}

LiveView::~LiveView() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (drawn_) write_out(kToFirstLine + "\x1b[J");
}

// The first draw comes after one pause: what is solved by then needs no view.
void LiveView::draw_until(const std::stop_token& stop) {
  std::unique_lock lock(waiting_mutex_);
  while (!stopping_.wait_for(lock, stop, kBetweenDraws, [&stop] { return stop.stop_requested(); })) draw();
}

void LiveView::draw() {
  const double now = monotonic_seconds();
  LiveState state;
  state.progress = progress_.snapshot();
  state.budget = budget_;
  state.seconds = now - begin_;
  if (energy_) state.joules = energy_->joules();
  state.tokens_per_second = recent_rate(now, state.progress.tokens);
  std::string frame = drawn_ ? kToFirstLine : std::string("\r");
  const char* separator = "";
  // One column stays free: some terminals wrap a line that is just full.
  for (const std::string& line : live_lines(state, columns_of_stderr() - 1, colour_on_stderr())) {
    frame += separator + line + "\x1b[K";
    separator = "\n";
  }
  write_out(frame);
  drawn_ = true;
}

double LiveView::recent_rate(double now, std::int64_t tokens) {
  recent_.emplace_back(now, tokens);
  while (now - recent_.front().first > kRateSeconds) recent_.pop_front();
  const auto& [then, before] = recent_.front();
  return now > then ? static_cast<double>(tokens - before) / (now - then) : 0;
}

}  // namespace reckon
