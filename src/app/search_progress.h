// A search under way, folded from its events and its text as it streams: what a live view shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/answers/extract.h"
#include "search/events.h"

namespace reckon {

struct ProgressSnapshot {
  std::int64_t open = 0;      // paths that may still grow
  std::int64_t finished = 0;  // that the model has ended
  std::int64_t ended = 0;     // that a limit has ended: stopped or cut_off
  std::int64_t pruned = 0;    // given up
  std::optional<double> best_score;
  std::string leading;       // the answer of most finished paths; "" before there is any
  std::int64_t votes = 0;    // for it
  std::int64_t answers = 0;  // of finished paths, in all
  std::int64_t tokens = 0;   // spent: as of the last event, and a piece of text counted as a token since
  double flops = 0;          // the same, each of these tokens taken to cost what those before it did on average
};

class SearchProgress {  // any thread
 public:
  explicit SearchProgress(AnswerForm form) : form_(std::move(form)) {}

  // What SolveRequest has callbacks for.
  void on_text(std::uint64_t path, std::string_view piece);
  void on_finished(std::uint64_t path);
  void on_event(const SearchEvent& event);

  // Answers are looked for here, not where they are drawn: that thread is in a hurry.
  ProgressSnapshot snapshot();

 private:
  struct Seen {
    PathState state = PathState::open;
    bool bare_root = false;  // a prompt that only forks have grown from: no path of the search
    std::string text;
  };
  struct Group {
    std::string answer;  // as its first path has it
    std::int64_t votes = 0;
  };
  void count_answers();

  AnswerForm form_;
  std::mutex paths_mutex_;  // guards all below
  std::map<std::uint64_t, Seen> paths_;
  std::vector<std::uint64_t> unread_;       // finished, answer not looked for yet
  std::map<std::string, Group> by_answer_;  // key: canonical form
  std::int64_t answers_ = 0;
  std::optional<double> best_score_;
  std::int64_t spent_ = 0;
  double flops_ = 0;
  std::int64_t pieces_ = 0;  // since
};

}  // namespace reckon
