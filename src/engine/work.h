// What the engine's loop works on: single pieces (a prompt, a decode, a scoring) and the groups they were submitted in.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "engine/sequence_state.h"
#include "engine/stop_matcher.h"

namespace reckon {

enum class WorkKind {
  open,    // compute the prompt, keep the logits behind it
  extend,  // draw tokens
  score,   // compute all positions, note the log-probabilities of tokens from `score_from` on
};

struct Work {
  WorkKind kind = WorkKind::extend;
  std::shared_ptr<SequenceState> sequence;
  ExtendOptions options;        // extend
  Lease lease;                  // what may still be spent
  std::int64_t score_from = 0;  // score: index of the first token to be scored, >= 1
  StopMatcher matcher;          // extend
  Chunk chunk;                  // extend: the result
  std::vector<float> scores;    // score: the result
  Ledger spent;                 // not yet charged to the request
  bool done = false;
  bool completed = false;    // open and score: everything was computed
  std::size_t streamed = 0;  // extend: bytes of chunk.text handed to on_text
};

// The first position whose logits a work needs.
inline std::int64_t logits_from(const Work& work) {
  return work.kind == WorkKind::score ? work.score_from - 1 : work.sequence->size() - 1;
}
// Rows a work needs before its next draw or its end. Scoring needs no row for the last token: nothing comes behind it.
inline std::int64_t rows_needed(const Work& work) { return work.sequence->missing() - (work.kind == WorkKind::score ? 1 : 0); }

// Works submitted together end together: the caller resumes when all are done.
struct WorkGroup {
  RequestHandle request;
  std::vector<Work> works;
  std::size_t unfinished = 0;
  std::function<void(std::exception_ptr)> resume;  // called once, on the engine's thread
};

}  // namespace reckon
