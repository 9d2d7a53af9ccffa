// Reading back what `--trace` wrote (docs/tracing.md): the paths of one search and its receipt. A trace may come from anywhere:
// everything in it is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace reckon {

enum class TracedState { open, finished, stopped, cut_off, pruned };
const char* name_of(TracedState state) noexcept;

struct TracedPath {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  // below `id`; equal to it for a path that was not forked
  TracedState state = TracedState::finished;
  std::string text;
  std::vector<std::size_t> step_ends;  // rising byte offsets into `text`
  std::vector<double> step_scores;
  std::size_t inherited_steps = 0;  // of step_ends, those from before it was forked; at most as many as there are
  std::size_t turns = 0;            // of the conversation, before `text`
  std::optional<std::string> answer;
  std::optional<double> score;
  std::int64_t tokens = 0;
  std::int64_t inherited_tokens = 0;
  std::optional<bool> correct;      // where somebody could tell
  std::vector<std::int64_t> drawn;  // tokens of each advance; empty where the trace holds no events
};

struct TracedSearch {
  std::string problem;  // or its name
  std::string text;     // the problem; the same where the trace says no more
  std::string strategy;
  std::string status;
  std::optional<std::string> answer;
  double confidence = 0;
  std::uint64_t seed = 0;
  std::optional<bool> correct;
  std::optional<std::uint64_t> chosen;  // id of the path whose answer it is
  struct {
    std::int64_t prompt = 0, cached = 0, generated = 0, verified = 0, total = 0;  // tokens
    double flops = 0;
    double seconds = 0;
    std::int64_t peak_kv_bytes = 0;
  } receipt;
  std::vector<TracedPath> paths;  // in order of id, which are distinct
};

// Which search of a trace: "" stands for any. Of `eval --trace`, the problem is the id of the instance.
struct TraceChoice {
  std::string problem;
  std::string strategy;
};

inline constexpr std::size_t kLongestTraceLine = std::size_t{16}
                                                 << 20;  // bytes; a device without line ends would fill the memory
inline constexpr std::size_t kMostTracedSteps = 20'000;  // of one search

// Throws Error: bad_file, with `name` and the number of the line, for what is no trace or too large to draw; not_found where no
// search is the chosen one, and bad_argument where several are: both name what there is.
TracedSearch read_search(std::istream& trace, const std::string& name, const TraceChoice& choice = {});

}  // namespace reckon
