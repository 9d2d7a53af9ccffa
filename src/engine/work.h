// What the engine's loop works on: single pieces (a prompt, a decode, a scoring) and the groups they were submitted in.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "engine/sequence_state.h"
#include "engine/stop_matcher.h"

namespace reckon {

enum class WorkKind {
  open,    // compute the prompt, keep the logits behind it
  extend,  // draw tokens
  feed,    // run given tokens, note what is wanted of the logits behind them
};

// What is to be read while given tokens are run, by position in the sequence.
struct Reading {
  std::int64_t first = 0;                // position of the first given token
  std::int64_t scores_from = kNothing;   // log-probabilities of the tokens from this position on
  std::vector<std::int64_t> watched_at;  // rising: behind these, the watched tokens are read
  std::vector<Token> watched;
  Fed fed;  // the result

  static constexpr std::int64_t kNothing = std::numeric_limits<std::int64_t>::max();
  // Scoring needs no row for the last token, because nothing comes behind it.
  bool needs_last(std::int64_t size) const { return !watched_at.empty() && watched_at.back() + 1 == size; }
};

struct Work {
  WorkKind kind = WorkKind::extend;
  std::shared_ptr<SequenceState> sequence;
  ExtendOptions options;     // extend
  Lease lease;               // what may still be spent
  Reading reading;           // feed
  bool keep_hidden = false;  // open: the sequence is to have its hidden state
  StopMatcher matcher;       // extend
  Chunk chunk;               // extend: the result
  Ledger spent;              // not yet charged to the request
  bool done = false;
  bool completed = false;    // open and feed: everything was computed
  std::size_t streamed = 0;  // extend: bytes of chunk.text handed to on_text
};

// The first position whose logits a work needs.
inline std::int64_t logits_from(const Work& work) {
  if (work.kind != WorkKind::feed) return work.sequence->size() - 1;
  const std::int64_t scored = work.reading.scores_from - 1;
  return work.reading.watched_at.empty() ? scored : std::min(scored, work.reading.watched_at.front());
}
// Rows a work needs before its next draw or its end.
inline std::int64_t rows_needed(const Work& work) {
  const bool without_last = work.kind == WorkKind::feed && !work.reading.needs_last(work.sequence->size());
  return work.sequence->missing() - (without_last ? 1 : 0);
}

// Works submitted together end together: the caller resumes when all are done.
struct WorkGroup {
  RequestHandle request;
  std::vector<Work> works;
  std::size_t unfinished = 0;
  std::exception_ptr fault;                        // what the caller is told instead of a result; null = nothing went wrong
  std::function<void(std::exception_ptr)> resume;  // called once, on the engine's thread
};

}  // namespace reckon
