// What happens in a search, as it happens: for traces (docs/tracing.md) and for whoever watches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "search/space.h"

namespace reckon {

enum class EventKind {
  opened,    // a prompt was read
  forked,    // a path began as a copy of its parent
  advanced,  // a path grew by a step, or by a part of one
  appended,  // text that was not drawn was put behind a path
  replied,   // a user's reply began the path's next turn
  scored,    // the verifier judged a path as it stands
  finished,  // the model ended a path
  stopped,   // a path's own limit ended it
  cut_off,   // the budget ended it
  pruned,    // the strategy gave an open path up
  chosen,    // the answer is this path's
};
const char* name_of(EventKind kind) noexcept;  // "opened"

struct SearchEvent {
  EventKind kind = EventKind::opened;
  std::uint64_t path = 0;
  std::uint64_t parent = 0;
  std::size_t steps = 0;        // of the path, so far
  std::int64_t tokens = 0;      // of the path, so far; those inherited included
  std::int64_t drawn = 0;       // advanced: tokens of this step
  std::string_view text;        // advanced, appended, replied: what is new; chosen: the answer. Valid during the call
  std::string_view whole_text;  // of the path; empty for pruned and chosen. Valid during the call
  std::optional<double> score;  // scored
  // Of the request, on spaces with an engine. What is left: of the limits its budget has.
  std::int64_t spent = 0;  // tokens
  double flops = 0;        // and operations
  std::optional<std::int64_t> tokens_left;
  std::optional<double> flops_left;
};

// Called on the thread of the search, between its steps. Must return soon, and not throw.
using SearchListener = std::function<void(const SearchEvent&)>;

// The fields that a path and the space's request give.
SearchEvent event_of(EventKind kind, const Path& path, const SearchSpace& space);
// Fills in what is spent and left.
void note_budget(SearchEvent& event, const SearchSpace& space);

}  // namespace reckon
