#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/clock.h"
#include "base/units.h"

namespace reckon {
namespace {

bool knows_escapes(int descriptor) {
  const char* kind = std::getenv("TERM");
  return isatty(descriptor) != 0 && kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
}

bool colour_on(int descriptor) {
  const char* off = std::getenv("NO_COLOR");
  return knows_escapes(descriptor) && (off == nullptr || *off == '\0');
}

std::string styled(const std::string& text, const char* code, bool on) {
  return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

}  // namespace

bool colour_on_stdout() { return colour_on(STDOUT_FILENO); }
bool colour_on_stderr() { return colour_on(STDERR_FILENO); }

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) != 0; }

bool can_redraw_stderr() { return knows_escapes(STDERR_FILENO); }

int columns_of_stderr() {
  constexpr int kUsualColumns = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

std::string bold(const std::string& text) { return styled(text, "1", colour_on_stdout()); }
std::string dim(const std::string& text) { return styled(text, "2", colour_on_stdout()); }
std::string green(const std::string& text) { return styled(text, "32", colour_on_stdout()); }
std::string red(const std::string& text) { return styled(text, "31", colour_on_stdout()); }
std::string error_style(const std::string& text) { return styled(text, "1;31", colour_on_stderr()); }

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), begin_(monotonic_seconds()), enabled_(can_redraw_stderr()) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::update(std::int64_t done, std::int64_t total) {
  if (!enabled_) return;
  const std::scoped_lock lock(line_mutex_);
  const double now = monotonic_seconds();
  if (now - begin_ < 2 || now - last_drawn_ < 0.1) return;
  last_drawn_ = now;
  drawn_ = true;
  if (total <= 0) {
    std::fputs(fmt::format("\r{} {} {}\x1b[K", label_, done, format_seconds(now - begin_)).c_str(), stderr);
    return;
  }
  constexpr std::int64_t kWidth = 30;
  const std::int64_t filled = std::clamp<std::int64_t>(kWidth * done / total, 0, kWidth);
  const double left = done > 0 ? (now - begin_) * static_cast<double>(total - done) / static_cast<double>(done) : 0;
  std::fputs(fmt::format("\r{} [{:=<{}}{: <{}}] {}/{}, {} left\x1b[K", label_, "", filled, "", kWidth - filled, done, total,
                         format_seconds(left))
                 .c_str(),
             stderr);
}

}  // namespace reckon
