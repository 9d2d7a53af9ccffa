// What the strategies that search step by step share: their parameters, scoring a step, and keeping account of paths that ended
// or were given up, from which the outcome is made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "search/strategies/parallel_sampling.h"

namespace reckon {

// Rows of drawing_parameters, and: step (where a step ends), step_tokens, steps, select.
std::vector<ParameterSpec> step_search_parameters(std::int64_t default_n);

struct StepSearchOptions {
  explicit StepSearchOptions(const Parameters& parameters);
  int n;               // parameter n
  StepOptions step;    // one step
  int steps;           // so many, then each path is drawn to its end
  std::string select;  // of make_selector

  StepOptions to_the_end() const;               // as `step`, without its end
  const StepOptions& at(int step_index) const;  // step, or to_the_end() for the last of `steps`

 private:
  StepOptions last_;
};

// One score per path; each is noted in Path::step_scores.
awaitable<std::vector<double>> score_step(const Verifier& verifier, std::span<Path> paths, const Problem& problem,
                                          SearchSpace& space);

// Indices of `scores`, highest first; equals in order of index.
std::vector<std::size_t> best_first(std::span<const double> scores);

// Paths that a search is done with. Their pages go back at once; records remain.
class ClosedPaths {
 public:
  explicit ClosedPaths(const Problem& problem) : problem_(&problem) {}

  void add(Path path, double score);            // one that is still open is pruned
  std::size_t ended() const { return ended_; }  // not pruned
  // The named selector decides; records are put in order of path id. Confidence: the winner's score for "best", else its share.
  // `ran_out`: the budget ended the search early, even where it cut off no path.
  Outcome outcome(const std::string& selector, bool ran_out = false) &&;

 private:
  const Problem* problem_;
  std::vector<PathRecord> records_;
  std::size_t ended_ = 0;
};

}  // namespace reckon
