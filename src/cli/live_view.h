// The live view of a search: some lines on stderr, redrawn in place ten times a second, where stderr is a terminal that can do
// that; wiped in the destructor. Elsewhere nothing is written and nothing runs.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "app/search_progress.h"
#include "app/solve.h"
#include "cli/live_lines.h"
#include "engine/energy.h"

namespace reckon {

class LiveView {
 public:
  // Watches what `request` will do: its callbacks are set, those it has are called too. The view outlives the search.
  explicit LiveView(SolveRequest& request);
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

 private:
  void draw_until(const std::stop_token& stop);
  void draw();
  double recent_rate(double now, std::int64_t tokens);

  SearchProgress progress_;
  Budget budget_;
  double begin_;
  std::optional<EnergyMeter> energy_;                   // where the budget limits it
  std::deque<std::pair<double, std::int64_t>> recent_;  // time and tokens at the last draws; drawing thread only, as is the next
  bool drawn_ = false;
  std::mutex waiting_mutex_;  // only to wait with
  std::condition_variable_any stopping_;
  std::jthread thread_;  // last: it uses all the others
};

}  // namespace reckon
