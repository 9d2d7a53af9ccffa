#include "cli/live_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/units.h"
#include "cli/one_line.h"

namespace reckon {
namespace {

constexpr std::int64_t kBudgetBarWidth = 24;

// A line made of pieces, of which as many columns are taken as there are.
class Line {
 public:
  Line(int columns, bool colour) : left_(static_cast<std::size_t>(std::max(columns, 0))), colour_(colour) {}

  void add(const std::string& text, const char* code = "") {
    const std::string shown = one_line(text, left_);
    left_ -= std::min(left_, columns_of(shown));
    text_ += colour_ && *code != '\0' && !shown.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, shown) : shown;
  }
  std::string text() && { return std::move(text_); }

 private:
  std::size_t left_;
  bool colour_;
  std::string text_;
};

constexpr const char* kDim = "2";
constexpr const char* kGreen = "32";

// How far a limit is used up.
struct Used {
  double share = 0;
  std::string text;
};

// The limit that is used up most; of equals the first.
std::optional<Used> most_used(const LiveState& state) {
  const Budget& budget = state.budget;
  const std::int64_t tokens = state.progress.tokens;
  const double flops = state.progress.flops;
  std::vector<Used> limits;
  if (budget.tokens) {
    const double share = static_cast<double>(tokens) / static_cast<double>(*budget.tokens);
    limits.push_back({share, fmt::format("{} of {} tokens", tokens, *budget.tokens)});
  }
  if (budget.flops) {
    const std::string limit = format_count(*budget.flops, "FLOP");
    limits.push_back({flops / *budget.flops, fmt::format("{} tokens, {} of {}", tokens, format_count(flops, "FLOP"), limit)});
  }
  if (budget.seconds) {
    const std::string limit = format_seconds(*budget.seconds);
    limits.push_back(
        {state.seconds / *budget.seconds, fmt::format("{} tokens in {} of {}", tokens, format_seconds(state.seconds), limit)});
  }
  if (budget.joules) {
    const std::string limit = format_count(*budget.joules, "J");
    limits.push_back(
        {state.joules / *budget.joules, fmt::format("{} tokens, {} of {}", tokens, format_count(state.joules, "J"), limit)});
  }
  const auto most = std::ranges::max_element(limits, {}, &Used::share);
  return most == limits.end() ? std::nullopt : std::optional(*most);
}

std::string spending_line(const LiveState& state, int columns, bool colour) {
  Line line(columns, colour);
  line.add("budget    ", kDim);
  const std::optional<Used> most = most_used(state);
  if (most) {
    const auto filled = static_cast<std::int64_t>(std::clamp(most->share, 0.0, 1.0) * kBudgetBarWidth);
    line.add(fmt::format("[{:=<{}}{: <{}}] ", "", filled, "", kBudgetBarWidth - filled));
  }
  line.add(most ? most->text : fmt::format("{} tokens", state.progress.tokens));
  if (state.tokens_per_second > 0) line.add(fmt::format(", {:.0f} a second", state.tokens_per_second));
  if (!state.budget.seconds) line.add(fmt::format(", {}", format_seconds(state.seconds)), kDim);
  return std::move(line).text();
}

std::string paths_line(const ProgressSnapshot& progress, int columns, bool colour) {
  Line line(columns, colour);
  line.add("paths     ", kDim);
  line.add(fmt::format("{} open, {} finished", progress.open, progress.finished));
  if (progress.ended > 0) line.add(fmt::format(", {} at a limit", progress.ended));
  if (progress.pruned > 0) line.add(fmt::format(", {} pruned", progress.pruned), kDim);
  if (progress.best_score) line.add(fmt::format("; best score {:.2f}", *progress.best_score));
  return std::move(line).text();
}

std::string leading_line(const ProgressSnapshot& progress, int columns, bool colour) {
  Line line(columns, colour);
  line.add("leading   ", kDim);
  if (progress.answers == 0) {
    line.add("no answer yet", kDim);
    return std::move(line).text();
  }
  const double share = static_cast<double>(progress.votes) / static_cast<double>(progress.answers);
  const std::string votes = fmt::format("  {} of {} answers, {:.0f} %", progress.votes, progress.answers, 100 * share);
  const auto room = static_cast<std::size_t>(std::max(columns - 10 - static_cast<int>(votes.size()), 8));
  line.add(one_line(progress.leading, room), kGreen);
  line.add(votes);
  return std::move(line).text();
}

}  // namespace

std::vector<std::string> live_lines(const LiveState& state, int columns, bool colour) {
  return {spending_line(state, columns, colour), paths_line(state.progress, columns, colour),
          leading_line(state.progress, columns, colour)};
}

}  // namespace reckon
