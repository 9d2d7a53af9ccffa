// Rollover for step search: draws that an easy step did not need are saved for harder ones. Source: the rollover budget forcing
// of Kim et al. 2025, arXiv:2503.19385, in the words of text (specs card H4). n/width chains, each with `width` draws a step.
// They are made one at a time: the first that scores above the beginning it continues is accepted, and what is left is carried
// forward. When the draws are used up, the best one seen goes on. The first step has nothing to beat: it takes the best of all
// its draws.
#pragma once

#include <optional>
#include <vector>

#include "search/strategies/step_search.h"

namespace reckon {

class RolloverSearch {  // for one problem; what it is made of outlives it
 public:
  RolloverSearch(const StepSearchOptions& options, int width, const Verifier& verifier, const Problem& problem,
                 SearchSpace& space)
      : options_(&options), width_(width), verifier_(&verifier), problem_(&problem), space_(&space) {}

  // Until every chain, one for each of `roots`, has come to an end. Whatever ended on the way is closed too, and may answer.
  awaitable<void> run(std::vector<Path> roots, Reserve& reserve, ClosedPaths& closed) const;

 private:
  struct Chain {
    Path path;                      // what is continued. Of its tokens none are its own once it has been drawn from.
    double to_beat;                 // its score
    int share;                      // draws a step
    int left = 0;                   // draws left, those saved included
    std::optional<Path> best = {};  // of this step's open draws
    double best_end = -1;           // score of the best of this step's draws that ended
  };

  std::vector<Chain> chains_of(std::vector<Path> roots) const;
  awaitable<void> end_best_chain(std::vector<Chain>& chains, ClosedPaths& closed) const;
  awaitable<void> grow(std::vector<Chain>& chains, int step, ClosedPaths& closed) const;
  Path next_draw(Chain& chain) const;
  static bool accepted(Chain& chain, Path draw, ClosedPaths& closed);
  static void give_up_best(Chain& chain, ClosedPaths& closed);

  const StepSearchOptions* options_;
  int width_;
  const Verifier* verifier_;
  const Problem* problem_;
  SearchSpace* space_;
};

}  // namespace reckon
