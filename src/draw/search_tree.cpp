#include "draw/search_tree.h"

#include <algorithm>
#include <map>

namespace reckon {
namespace {

class Builder {
 public:
  explicit Builder(const TracedSearch& search) : search_(&search), spans_(search.paths.size()) { tree_.nodes.emplace_back(); }

  SearchTree build() && {
    for (std::size_t i = 0; i < search_->paths.size(); ++i) add_path(i);
    mark_pruned();
    mark_chosen();
    note_scores();
    return std::move(tree_);
  }

 private:
  // The nodes of a path's own steps, and the node they hang from.
  struct Span {
    std::size_t first = 0;  // node of its first own step
    std::size_t count = 0;
    std::size_t inherited = 0;  // steps before those
    std::size_t under = 0;
    std::optional<std::size_t> parent;  // index of the path it was forked from, where the trace has that
  };

  void add_path(std::size_t index) {
    const TracedPath& path = search_->paths[index];
    Span& span = spans_[index];
    if (const auto parent = by_id_.find(path.parent); parent != by_id_.end()) {  // what it inherited is drawn there
      span.parent = parent->second;
      span.inherited = path.inherited_steps;
      span.under = joint(path, parent->second);
    }
    by_id_[path.id] = index;  // not before: a path may name itself
    span.first = tree_.nodes.size();
    add_steps(index, span);
    span.count = tree_.nodes.size() - span.first;
  }

  // The node of the parent, or of its parent, behind which the path was forked.
  std::size_t joint(const TracedPath& path, std::size_t parent) const {
    const Span* span = &spans_[parent];
    if (path.turns > search_->paths[parent].turns) return span->first + span->count - 1;  // a turn follows all of the one before
    while (path.inherited_steps <= span->inherited) {
      if (path.inherited_steps == 0 || !span->parent) return span->under;
      span = &spans_[*span->parent];
    }
    return span->first + std::min(path.inherited_steps - span->inherited, span->count) - 1;
  }

  void add_steps(std::size_t index, const Span& span) {
    const TracedPath& path = search_->paths[index];
    std::size_t from = span.inherited == 0 ? 0 : path.step_ends[span.inherited - 1];
    std::size_t under = span.under;
    for (std::size_t step = span.inherited; step < path.step_ends.size(); ++step) {
      under = add_step(index, step, under, std::string_view(path.text).substr(from, path.step_ends[step] - from));
      from = path.step_ends[step];
    }
    const bool unfinished_step = from < path.text.size();
    if (unfinished_step || path.step_ends.size() == span.inherited) {
      add_step(index, path.step_ends.size(), under, std::string_view(path.text).substr(from));
    }
    StepNode& last = tree_.nodes.back();
    last.last = true;
    if (!last.score && path.state != TracedState::pruned) last.score = path.score;
  }

  std::size_t add_step(std::size_t index, std::size_t step, std::size_t under, std::string_view text) {
    const TracedPath& path = search_->paths[index];
    StepNode& node = tree_.nodes.emplace_back();
    node.parent = under;
    node.path = index;
    node.step = step;
    node.text = text;
    if (step < path.step_scores.size()) node.score = path.step_scores[step];
    const std::size_t advance = step - path.inherited_steps;  // wraps around for a step that is not its own
    if (advance < path.drawn.size()) node.drawn = path.drawn[advance];
    return tree_.nodes.size() - 1;
  }

  void mark_pruned() {
    std::vector<bool> alive(tree_.nodes.size(), false);
    for (std::size_t i = tree_.nodes.size(); i-- > 1;) {
      const StepNode& node = tree_.nodes[i];
      if (node.last && search_->paths[node.path].state != TracedState::pruned) alive[i] = true;
      if (alive[i]) alive[node.parent] = true;
    }
    for (std::size_t i = 1; i < tree_.nodes.size(); ++i) tree_.nodes[i].pruned = !alive[i];
  }

  void mark_chosen() {
    if (!search_->chosen) return;
    const auto chosen = by_id_.find(*search_->chosen);
    if (chosen == by_id_.end()) return;
    const Span& span = spans_[chosen->second];
    for (std::size_t i = span.first + span.count - 1; i != 0; i = tree_.nodes[i].parent) tree_.nodes[i].chosen = true;
    tree_.nodes[0].chosen = true;
  }

  void note_scores() {
    for (const StepNode& node : tree_.nodes) {
      if (!node.score) continue;
      tree_.lowest_score = tree_.scored ? std::min(tree_.lowest_score, *node.score) : *node.score;
      tree_.highest_score = tree_.scored ? std::max(tree_.highest_score, *node.score) : *node.score;
      tree_.scored = true;
    }
  }

  const TracedSearch* search_;
  std::vector<Span> spans_;                     // of each path
  std::map<std::uint64_t, std::size_t> by_id_;  // index of each path that has its nodes
  SearchTree tree_;
};

}  // namespace

SearchTree tree_of(const TracedSearch& search) { return Builder(search).build(); }

}  // namespace reckon
