// Solving a problem block by block: somebody looks at what is known of the partial solution and says what is done next. The
// blocks of RL of Thoughts (specs card C12), in what any model can do without being asked in words:
//   reason     one step
//   debate     several steps side by side, of which the likeliest per token goes on
//   refine     the last step is given up and drawn anew
//   restart    the path is given up and begun anew, with one step (in place of decompose)
//   terminate  the path is drawn to its end
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "search/navigation/network.h"
#include "search/strategies/step_search.h"

namespace reckon {

enum class NavigatorBlock : std::uint8_t { reason, debate, refine, restart, terminate };
using NavigatorMask = std::array<bool, kNavigatorBlocks>;  // which may be taken

struct NavigatorOptions {
  explicit NavigatorOptions(const Parameters& parameters);
  StepSearchOptions steps;
  int width;            // of a debate
  std::int64_t blocks;  // most of them; then the path is drawn to its end
  double reserve;       // as Reserve
};
std::vector<ParameterSpec> navigator_parameters();

class Episode {  // of one problem; what it is made of outlives it
 public:
  Episode(const NavigatorOptions& options, const Problem& problem, SearchSpace& space);

  awaitable<bool> begin();  // once, first; false when the budget cannot pay for the prompt
  bool over() const;        // the path has ended, or never began
  // Likelihood per token of the last step, of the path, and of its least likely step; tokens of the last step / 64, steps / 16,
  // share of the blocks that were taken, restarts / 4, each at most 1. Without a step the likelihoods are 1.
  NavigatorState state() const;
  // Only terminate where blocks or budget are running out; refine and restart only behind a step, and four restarts at most.
  // Terminate always.
  NavigatorMask allowed() const;
  awaitable<void> take(NavigatorBlock block);  // an allowed one, while it is not over

  Outcome outcome() &&;

 private:
  void undo_step();
  void begin_anew();
  awaitable<void> grow(int width, StepOptions step);  // the path, by the likeliest of so many steps, which it notes
  void close(Path path);

  const NavigatorOptions* options_;
  const Problem* problem_;
  SearchSpace* space_;
  ClosedPaths closed_;
  std::optional<Reserve> reserve_;
  bool short_of_budget_ = false;
  std::optional<Path> root_;
  std::optional<Path> path_;
  std::optional<Path> before_;       // a copy of it, before its last step
  std::vector<double> likelihoods_;  // of its steps, per token
  std::int64_t last_tokens_ = 0;     // of its last step
  std::int64_t taken_ = 0;           // blocks
  std::int64_t restarts_ = 0;
};

}  // namespace reckon
