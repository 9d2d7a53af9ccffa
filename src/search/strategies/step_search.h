// What the strategies that search step by step share: their parameters, scoring a step, and keeping account of paths that ended
// or were given up, from which the outcome is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "search/strategies/parallel_sampling.h"

namespace reckon {

// Rows of drawing_parameters, without n where `default_n` is 0, and: step (where a step ends), step_tokens, steps, select.
std::vector<ParameterSpec> step_search_parameters(std::int64_t default_n);

struct StepSearchOptions {
  // `own_select`: the strategy has ways of its own to select, which are no selectors. Throws what make_selector throws.
  explicit StepSearchOptions(const Parameters& parameters, bool own_select = false);
  int n;               // parameter n; 1 where there is none
  StepOptions step;    // one step
  int steps;           // so many, then each path is drawn to its end
  std::string select;  // of make_selector

  StepOptions to_the_end() const;               // as `step`, without its end
  const StepOptions& at(int step_index) const;  // step, or to_the_end() for the last of `steps`
  bool is_last(const Path& path) const;         // its next step is the last of `steps`

 private:
  StepOptions last_;
};

// `n` forks of the opened problem, whose root is given back. None when the budget cannot pay for the prompt.
awaitable<std::vector<Path>> open_paths(const Problem& problem, SearchSpace& space, int n);

// The same as SearchSpace::advance and Verifier::score, in one batch too, for paths that do not stand side by side.
awaitable<void> advance_these(std::vector<Path*> paths, const StepOptions& step, SearchSpace& space);
awaitable<std::vector<double>> score_these(const Verifier& verifier, std::vector<Path*> paths, const Problem& problem,
                                           SearchSpace& space);

// Grows every open path by its own next step, the last of `steps` to its end: for paths that have taken different numbers of
// steps.
awaitable<void> advance_each(std::vector<Path>& paths, const StepSearchOptions& options, SearchSpace& space);

// One score per path; each is noted in Path::step_scores.
awaitable<std::vector<double>> score_step(const Verifier& verifier, std::span<Path> paths, const Problem& problem,
                                          SearchSpace& space);

// What the strategy thought of the path last; 0 before its first step.
double last_score(const Path& path);

// Indices of `scores`, highest first; equals in order of index.
std::vector<std::size_t> best_first(std::span<const double> scores);

// Paths that a search is done with. Their pages go back at once; records remain.
class ClosedPaths {
 public:
  explicit ClosedPaths(const Problem& problem) : problem_(&problem) {}

  void add(Path path, double score);                // one that is still open is pruned
  void give_up(Path path, double score);            // one that ended: pruned, with its answer, which is not selected
  void add_question(Path path);                     // one that asked, not solved: it answers nothing
  void cut_off(std::vector<Path> paths);            // those still open were ended by the budget; each with its last step's score
  std::size_t ended() const { return ended_; }      // not pruned
  std::size_t answers() const { return answers_; }  // of those that ended
  // The named selector decides; records are put in order of path id. Confidence: the winner's score for "best". Else votes count
  // by their score: ends of one tree are siblings, so that they agree says little where the verifier believes none of them.
  // `ran_out`: the budget ended the search early, even where it cut off no path.
  Outcome outcome(const std::string& selector, bool ran_out = false) &&;

 private:
  const Problem* problem_;
  std::vector<PathRecord> records_;
  std::vector<PathRecord> given_up_;
  std::size_t ended_ = 0;
  std::size_t answers_ = 0;
};

// Moves the paths that ended, and their scores, to `closed`.
void close_ended(std::vector<Path>& paths, std::vector<double>& scores, ClosedPaths& closed);

// How many of `places` each path gets: the best `width` each, highest score first, until none is left.
std::vector<std::size_t> places_of(std::span<const double> scores, std::size_t width, std::size_t places);

// Every path as often as it has places, in the order they stood in; those without one are closed. A path is its own first
// continuation, so that a search of width 1 draws what independent paths draw.
std::vector<Path> continued(std::vector<Path> paths, std::span<const double> scores, std::span<const std::size_t> places,
                            SearchSpace& space, ClosedPaths& closed);

// A share of a budget of tokens that is kept back to end a path with while none has an answer: a search that grows many paths
// side by side would otherwise leave nothing but beginnings. Without a limit on tokens it never matters.
class Reserve {
 public:
  Reserve(double share, const SearchSpace& space);
  // To be asked once before every round. True when there may be less than the share behind a round as dear as the last one.
  bool reached(const SearchSpace& space);

 private:
  double kept_;
  std::int64_t left_;
};
ParameterSpec reserve_parameter();

// Draws the path to its end, scores it and closes it. Returns the score.
awaitable<double> end_path(Path path, const StepSearchOptions& options, const Verifier& verifier, const Problem& problem,
                           SearchSpace& space, ClosedPaths& closed);
// The same for the one of `paths` with the highest last score, which is taken out. Returns the index it had.
awaitable<std::size_t> end_best(std::vector<Path>& paths, const StepSearchOptions& options, const Verifier& verifier,
                                const Problem& problem, SearchSpace& space, ClosedPaths& closed);

// Closes what a tree search leaves open, best first in `paths`. Where no answer has been found and the budget allows, the first
// is drawn to its end. The others are given up, or cut off where the search `ran_out` of its budget.
awaitable<void> close_open(std::vector<Path> paths, bool ran_out, const StepSearchOptions& options, const Verifier& verifier,
                           const Problem& problem, SearchSpace& space, ClosedPaths& closed);

}  // namespace reckon
