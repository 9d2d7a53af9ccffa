#include "draw/search_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "base/error.h"
#include "draw/json_fields.h"
#include "text/utf8.h"

namespace reckon {
namespace {

constexpr std::array kStates{TracedState::open, TracedState::finished, TracedState::stopped, TracedState::cut_off,
                             TracedState::pruned};
constexpr std::size_t kShown = 5;          // searches named in an error
constexpr std::size_t kLongestName = 100;  // bytes of a problem there

// A name in an error: short, and on one line.
std::string shown(std::string_view name) {
  std::string text = replace_invalid_utf8(name.substr(0, kLongestName)) + (name.size() > kLongestName ? "…" : "");
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

TracedState state_of(const JsonFields& line) {
  const std::string name = line.text("state");
  for (const TracedState state : kStates) {
    if (name == name_of(state)) return state;
  }
  throw Error(ErrorCode::bad_file, "'state' is none of open, finished, stopped, cut_off, pruned");
}

std::vector<std::size_t> step_ends_of(const JsonFields& line, std::size_t text_bytes) {
  std::vector<std::size_t> ends;
  for (const std::uint64_t end : line.whole_numbers("step_ends")) {
    if (end > text_bytes || (!ends.empty() && end < ends.back())) {
      throw Error(ErrorCode::bad_file,
                  fmt::format("'step_ends' holds {}; expected rising offsets into the {} bytes of 'text'", end, text_bytes));
    }
    ends.push_back(static_cast<std::size_t>(end));
  }
  return ends;
}

TracedPath path_of(const JsonFields& line) {
  TracedPath path;
  path.id = line.whole_number("id");
  path.parent = line.whole_number("parent");
  if (path.parent > path.id) {
    throw Error(ErrorCode::bad_file, fmt::format("path {} has the later path {} for its parent", path.id, path.parent));
  }
  path.state = state_of(line);
  path.text = line.text("text");
  path.step_ends = step_ends_of(line, path.text.size());
  path.step_scores = line.numbers("step_scores");
  path.inherited_steps = static_cast<std::size_t>(line.whole_number_or("inherited_steps", 0));
  if (path.inherited_steps > path.step_ends.size()) {
    throw Error(ErrorCode::bad_file,
                fmt::format("'inherited_steps' is {}, but the path has {} steps", path.inherited_steps, path.step_ends.size()));
  }
  path.turns = line.size_of("turns");
  path.answer = line.optional_text("answer");
  path.score = line.optional_number("score");
  path.tokens = line.count("tokens");
  path.inherited_tokens = static_cast<std::int64_t>(line.whole_number_or("inherited_tokens", 0));
  path.correct = line.optional_flag("correct");
  return path;
}

TracedSearch head_of(const JsonFields& line) {
  TracedSearch search;
  search.problem = line.text("problem");
  search.text = line.optional_text("text").value_or(search.problem);
  search.strategy = line.text("strategy");
  search.status = line.text("status");
  search.answer = line.optional_text("answer");
  search.confidence = line.optional_number("confidence").value_or(0);
  search.seed = line.whole_number_or("seed", 0);
  search.correct = line.optional_flag("correct");
  if (line.has("chosen")) search.chosen = line.whole_number("chosen");
  const JsonFields receipt = line.object("receipt");
  const JsonFields tokens = receipt.object("tokens");
  search.receipt.prompt = tokens.count("prompt");
  search.receipt.cached = tokens.count("cached");
  search.receipt.generated = tokens.count("generated");
  search.receipt.verified = tokens.count("verified");
  search.receipt.total = tokens.count("total");
  search.receipt.flops = receipt.optional_number("flops").value_or(0);
  search.receipt.seconds = receipt.optional_number("seconds").value_or(0);
  search.receipt.peak_kv_bytes = receipt.count("peak_kv_bytes");
  return search;
}

// Takes a trace line by line; of all searches in it keeps the chosen one.
class Reader {
 public:
  explicit Reader(const TraceChoice& choice) : choice_(&choice) {}

  void take(const JsonFields& line) {
    if (line.has("event")) {
      if (line.text("event") == "advanced") drawn_[line.whole_number("path")].push_back(line.count("drawn"));
    } else if (line.has("receipt")) {
      begin(head_of(line));
    } else if (!any_) {
      throw Error(ErrorCode::bad_file, "a path comes before any line with a receipt");
    } else if (reading_) {
      add(path_of(line));
    }
  }

  TracedSearch result(const std::string& name) && {
    if (!any_) throw Error(ErrorCode::bad_file, "holds no search that has ended: no line has a receipt", name);
    if (matching_ == 0) {
      throw Error(ErrorCode::not_found, fmt::format("holds no search{}; it holds {}", wanted(), listed(all_)), name);
    }
    if (matching_ > 1) {
      throw Error(
          ErrorCode::bad_argument,
          fmt::format("holds {} searches{}; choose one with --problem and --strategy: {}", matching_, wanted(), listed(matches_)),
          name);
    }
    std::ranges::sort(search_.paths, {}, &TracedPath::id);
    return std::move(search_);
  }

 private:
  void begin(TracedSearch search) {
    any_ = true;
    reading_ = (choice_->problem.empty() || choice_->problem == search.problem) &&
               (choice_->strategy.empty() || choice_->strategy == search.strategy);
    note(all_, search);
    if (reading_) {
      note(matches_, search);
      reading_ = ++matching_ == 1;  // of two there will be none
    }
    if (reading_) search_ = std::move(search);
    if (!reading_) drawn_.clear();
  }

  void add(TracedPath path) {
    if (!ids_.insert(path.id).second) throw Error(ErrorCode::bad_file, fmt::format("there are two paths {}", path.id));
    steps_ += path.step_ends.size() - path.inherited_steps + 1;
    if (steps_ > kMostTracedSteps) {
      throw Error(ErrorCode::bad_file, fmt::format("the search has more than {} steps, too many to draw", kMostTracedSteps));
    }
    if (const auto drawn = drawn_.find(path.id); drawn != drawn_.end()) path.drawn = std::move(drawn->second);
    search_.paths.push_back(std::move(path));
  }

  static void note(std::vector<std::string>& names, const TracedSearch& search) {
    if (names.size() <= kShown) {
      names.push_back(fmt::format("'{}' by '{}'", shown(search.problem), shown(search.strategy)));
    }
  }
  static std::string listed(std::vector<std::string> names) {
    if (names.size() > kShown) names.back() = "…";
    return fmt::format("{}", fmt::join(names, ", "));
  }
  std::string wanted() const {
    const std::string problem = choice_->problem.empty() ? "" : fmt::format(" of problem '{}'", shown(choice_->problem));
    return problem + (choice_->strategy.empty() ? "" : fmt::format(" by '{}'", shown(choice_->strategy)));
  }

  const TraceChoice* choice_;
  bool any_ = false;
  bool reading_ = false;  // what follows belongs to search_
  std::size_t matching_ = 0;
  std::vector<std::string> all_, matches_;  // for errors
  TracedSearch search_;
  std::set<std::uint64_t> ids_;
  std::size_t steps_ = 0;
  std::map<std::uint64_t, std::vector<std::int64_t>> drawn_;  // by path, of the search whose end is yet to come
};

// Whether there was another line; it is in `line` then.
bool next_line(std::istream& trace, std::string& line) {
  line.clear();
  std::streambuf& bytes = *trace.rdbuf();
  int byte = bytes.sbumpc();
  if (byte == std::istream::traits_type::eof()) return false;
  for (; byte != std::istream::traits_type::eof() && byte != '\n'; byte = bytes.sbumpc()) {
    if (line.size() == kLongestTraceLine) {
      throw Error(ErrorCode::bad_file, "the line is longer than 16 MiB; expected the JSON lines of --trace");
    }
    line += static_cast<char>(byte);
  }
  return true;
}

}  // namespace

const char* name_of(TracedState state) noexcept {
  switch (state) {
    case TracedState::open: return "open";
    case TracedState::finished: return "finished";
    case TracedState::stopped: return "stopped";
    case TracedState::cut_off: return "cut_off";
    case TracedState::pruned: return "pruned";
  }
  return "open";
}

TracedSearch read_search(std::istream& trace, const std::string& name, const TraceChoice& choice) {
  Reader reader(choice);
  std::string line;
  std::size_t number = 1;
  try {
    for (; next_line(trace, line); ++number) {
      if (line.find_first_not_of(" \t\r") != std::string::npos) reader.take(JsonFields::of_line(line));
    }
  } catch (const Error& error) {  // what is wrong is known there, where it stands is known here
    throw Error(error.code(), error.message(), fmt::format("{}:{}", name, number));
  }
  return std::move(reader).result(name);
}

}  // namespace reckon
