// What people look at: colour where the stream is a terminal that knows it and NO_COLOR is not
// set (no-color.org), and a progress bar.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

namespace reckon {

bool colour_on_stdout();
bool colour_on_stderr();
bool stdout_is_terminal();
// Lines on stderr can be redrawn in place: it is a terminal, and not one that calls itself dumb.
bool can_redraw_stderr();
int columns_of_stderr();  // 80 where nobody says

std::string bold(const std::string& text);  // for stdout, as are the next three
std::string dim(const std::string& text);
std::string green(const std::string& text);
std::string red(const std::string& text);
std::string error_style(const std::string& text);  // for stderr

// One line on stderr that is redrawn in place, from two seconds on, where that can be done; wiped in the destructor.
class ProgressBar {  // any thread
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `total` 0 = unknown: then the count alone is shown.
  void update(std::int64_t done, std::int64_t total);

 private:
  std::string label_;
  double begin_;
  double last_drawn_ = 0;
  bool enabled_;
  bool drawn_ = false;
  std::mutex line_mutex_;  // guards the line on the terminal
};

}  // namespace reckon
