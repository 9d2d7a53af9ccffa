#include "app/search_progress.h"

#include <algorithm>

#include "search/answers/equivalence.h"

namespace reckon {

void SearchProgress::on_text(std::uint64_t path, std::string_view piece) {
  const std::scoped_lock lock(paths_mutex_);
  paths_[path].text += piece;
  ++pieces_;
}

void SearchProgress::on_finished(std::uint64_t path) {
  const std::scoped_lock lock(paths_mutex_);
  paths_[path].state = PathState::finished;
  unread_.push_back(path);
}

void SearchProgress::on_event(const SearchEvent& event) {
  const std::scoped_lock lock(paths_mutex_);
  if (event.kind == EventKind::chosen) return;
  spent_ = event.spent;
  flops_ = event.flops;
  pieces_ = 0;
  Seen& seen = paths_[event.path];
  if (event.kind != EventKind::pruned) seen.text = event.whole_text;
  switch (event.kind) {
    case EventKind::opened: seen.bare_root = true; break;
    case EventKind::advanced: seen.bare_root = false; break;
    case EventKind::replied: seen.state = PathState::open; break;
    case EventKind::scored: best_score_ = std::max(best_score_.value_or(*event.score), *event.score); break;
    case EventKind::finished:
      if (seen.state != PathState::finished) unread_.push_back(event.path);
      seen.state = PathState::finished;
      break;
    case EventKind::stopped: seen.state = PathState::stopped; break;
    case EventKind::cut_off: seen.state = PathState::cut_off; break;
    case EventKind::pruned: seen.state = PathState::pruned; break;
    case EventKind::forked:
    case EventKind::appended:
    case EventKind::chosen: break;
  }
}

void SearchProgress::count_answers() {
  for (const std::uint64_t path : unread_) {
    const std::optional<std::string> answer = extract_answer(paths_[path].text, form_);
    if (!answer) continue;
    Group& group = by_answer_[canonical(*answer)];
    if (group.votes == 0) group.answer = *answer;
    ++group.votes;
    ++answers_;
  }
  unread_.clear();
}

ProgressSnapshot SearchProgress::snapshot() {
  const std::scoped_lock lock(paths_mutex_);
  count_answers();
  ProgressSnapshot snapshot;
  for (const auto& [id, seen] : paths_) {
    switch (seen.state) {
      case PathState::open: snapshot.open += seen.bare_root ? 0 : 1; break;
      case PathState::finished: ++snapshot.finished; break;
      case PathState::stopped:
      case PathState::cut_off: ++snapshot.ended; break;
      case PathState::pruned: ++snapshot.pruned; break;
    }
  }
  for (const auto& [form, group] : by_answer_) {
    if (group.votes <= snapshot.votes) continue;
    snapshot.leading = group.answer;
    snapshot.votes = group.votes;
  }
  snapshot.answers = answers_;
  snapshot.best_score = best_score_;
  snapshot.tokens = spent_ + pieces_;
  snapshot.flops = spent_ > 0 ? flops_ * static_cast<double>(snapshot.tokens) / static_cast<double>(spent_) : flops_;
  return snapshot;
}

}  // namespace reckon
