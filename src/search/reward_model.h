// A second model that reads what the first writes and says after every step how good it is. It keeps keys and values of its own
// for each path, forked in lock step, so that a path of L tokens costs L tokens however often it is scored (specs card 0.3).
// Read-out as in specs card 4.10: at the end of a step, the log-odds of one token over another.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "search/problem.h"
#include "search/space.h"

namespace reckon {

struct RewardPair {
  std::string name;  // "good"
  Token positive = 0;
  Token negative = 0;
  double temperature = 1;  // score = 1 / (1 + exp(-(log p(positive) - log p(negative)) / temperature))
};

struct RewardReadout {
  std::string delimiter;                                     // ends a step where it appears in a path's text
  std::vector<RewardPair> pairs;                             // at least one; the first is the default
  std::function<std::vector<Token>(const Problem&)> prompt;  // what stands before a path's text
};

// Where in `text`, from byte `from` on, scores are read: behind each delimiter, and at the end.
std::vector<std::size_t> reading_points(std::string_view text, std::size_t from, std::string_view delimiter);

class RewardModel {  // any thread; one path at a time belongs to one caller
 public:
  RewardModel(std::unique_ptr<Engine> engine, RewardReadout readout);

  const RewardReadout& readout() const { return readout_; }
  Engine& engine() const { return *engine_; }
  // Index of the named pair, 0 for "". Throws Error not_found with the nearest name.
  std::size_t pair_named(std::string_view name) const;

  // Scores of every step of each path under one pair, in order; what has been read before is not read again. A path that could
  // not be paid for has the scores it had, and so have steps that the model's context has no room for. Charged to the space's
  // request as verified; throws Error unsupported on a space that has none.
  awaitable<std::vector<std::vector<double>>> step_scores(std::span<Path> paths, const Problem& problem, SearchSpace& space,
                                                          std::size_t pair) const;

 private:
  awaitable<bool> read_problem(const Problem& problem, SearchSpace& space) const;

  std::unique_ptr<Engine> engine_;
  RewardReadout readout_;
};

}  // namespace reckon
