// A traced search as a tree: a node for the problem, and one for each step, under the step that it went on from.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "draw/search_trace.h"

namespace reckon {

struct StepNode {
  std::size_t parent = 0;             // index of a node before this one; 0, the problem, for the problem itself
  std::size_t path = 0;               // index into TracedSearch::paths; means nothing for the problem
  std::size_t step = 0;               // which of the path's steps, those inherited counted, from 0
  std::string_view text;              // what the step added
  std::optional<double> score;        // of the path up to here
  std::optional<std::int64_t> drawn;  // tokens of the step, where the trace says so
  bool last = false;                  // the path ends here
  bool pruned = false;                // whatever goes through here was given up
  bool chosen = false;                // on the way to the answer
};

struct SearchTree {
  std::vector<StepNode> nodes;  // the problem first, then path by path
  double lowest_score = 0;      // of all nodes that have one
  double highest_score = 0;
  bool scored = false;  // some have
};

// Views into `search`, which outlives the tree. A path that added nothing has one node without text.
SearchTree tree_of(const TracedSearch& search);

}  // namespace reckon
