// What a strategy may do: open, fork, advance, choose. Written once for language models, toy spaces with known posteriors
// (tests), and whatever else generates step by step. A strategy never sees threads, pages or batches.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/awaitable.h"
#include "engine/sampling/options.h"
#include "search/path.h"
#include "search/problem.h"

namespace reckon {

// How far and how to advance. Not an aggregate: g++ 12 miscompiles those inside co_await statements.
struct StepOptions {
  StepOptions() = default;
  std::string delimiter;          // a step ends behind this text; "" = no delimiter
  std::int64_t max_tokens = -1;   // of this step: at the limit the step ends and the path stays open; -1 = none
  std::int64_t path_tokens = -1;  // of the whole path: at the limit the path is stopped; -1 = as many as the context holds
  SamplingOptions sampling;
};

class SearchSpace {  // one per problem being solved; used by one coroutine at a time
 public:
  virtual ~SearchSpace() = default;

  // The root path: the prompt, nothing drawn. Nothing when the budget cannot pay for the prompt.
  virtual awaitable<std::optional<Path>> open(const Problem& problem) = 0;
  // `copies` new open paths that continue `path`, with ids of their own. The original stays as it is.
  virtual std::vector<Path> fork(const Path& path, int copies) = 0;
  // Grows every open path by one step, all in one batch; others are left alone. Paths end finished or stopped, or stay open.
  virtual awaitable<void> advance(std::span<Path> paths, StepOptions options) = 0;
  // Every discrete random choice of a strategy: an index drawn with these probabilities (sum 1 within 1e-9).
  virtual int choose(std::span<const double> probabilities) = 0;
  // True when no further token could be paid for. Running out is a state, not an exception.
  virtual bool exhausted() const = 0;
};

}  // namespace reckon
