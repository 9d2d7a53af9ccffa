#include "search/events.h"

namespace reckon {

const char* name_of(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::opened: return "opened";
    case EventKind::forked: return "forked";
    case EventKind::advanced: return "advanced";
    case EventKind::appended: return "appended";
    case EventKind::replied: return "replied";
    case EventKind::scored: return "scored";
    case EventKind::finished: return "finished";
    case EventKind::stopped: return "stopped";
    case EventKind::cut_off: return "cut_off";
    case EventKind::pruned: return "pruned";
    case EventKind::chosen: return "chosen";
  }
  return "opened";
}

void note_budget(SearchEvent& event, const SearchSpace& space) {
  const RequestHandle request = space.request();
  if (!request) return;
  const Ledger ledger = request->ledger();
  const Budget& budget = request->budget();
  event.spent = ledger.total();
  event.flops = ledger.flops;
  if (budget.tokens) event.tokens_left = *budget.tokens - ledger.total();
  if (budget.flops) event.flops_left = *budget.flops - ledger.flops;
}

SearchEvent event_of(EventKind kind, const Path& path, const SearchSpace& space) {
  SearchEvent event;
  event.kind = kind;
  event.path = path.id;
  event.parent = path.parent;
  event.steps = path.step_ends.size();
  event.tokens = path.tokens;
  event.whole_text = path.text;
  note_budget(event, space);
  return event;
}

}  // namespace reckon
