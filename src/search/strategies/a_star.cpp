// A*-decoding: the most promising beginning is grown, wherever in the tree it stands. Source: Chatziveroglou 2025,
// arXiv:2505.13672 (specs card C5).
// Beginnings wait by f = g + h: h = 1 - r, with r the verifier's score, and g the sum of edge costs from the root. In each round
// the lowest are popped and continued `width` times by one step. A path that ended is collected when it is popped; after so many
// `answers` the search is over.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "search/strategies/step_search.h"

namespace reckon {
namespace {

struct Node {
  Path path;
  double reward = 0;    // r
  double lost = 0;      // by how much the reward fell, all falls since the root together
  double surprise = 0;  // -log p per token, of all steps since the root together

  bool ended() const { return path.state != PathState::open; }
};

// What is needed of a node once it has grown into its first child.
struct Origin {
  explicit Origin(const Node& node)
      : reward(node.reward),
        lost(node.lost),
        surprise(node.surprise),
        log_probability(node.path.log_probability),
        tokens(node.path.tokens) {}

  Node child(Path path, double of_child) const {
    const auto drawn = static_cast<double>(std::max<std::int64_t>(path.tokens - tokens, 1));
    const double of_step = (log_probability - path.log_probability) / drawn;
    return Node{std::move(path), of_child, lost + std::max(0.0, reward - of_child), surprise + of_step};
  }

  double reward;
  double lost;
  double surprise;
  double log_probability;
  std::int64_t tokens;
};

using Priority = double (*)(const Node& node);  // f = g + h

// g is what was lost on the way: ours, where descriptions of the paper differ.
double of_loss(const Node& node) { return node.lost + 1 - node.reward; }
// g is what was gained. Gains and losses add up to r - r(root), so f = 1 - r(root) + lost, of which the first is common to all.
// It never falls: h is consistent. But it does not see how good a beginning is now.
double of_gain(const Node& node) { return node.lost; }
double of_zero(const Node& node) { return 1 - node.reward; }
double of_surprise(const Node& node) { return node.surprise + 1 - node.reward; }

Priority priority_named(const std::string& cost) {
  if (cost == "gain") return of_gain;
  if (cost == "zero") return of_zero;
  return cost == "logp" ? of_surprise : of_loss;
}

// The beginnings that wait, lowest f first; equals by reward, then in order of arrival. Of the same text there is one, once and
// for all.
class Frontier {
 public:
  explicit Frontier(Priority priority) : priority_(priority) {}

  void add(Node node, ClosedPaths& closed) {
    if (!texts_.emplace(node.path.text, node.ended()).second) {
      node.path.state = PathState::pruned;
      closed.add(std::move(node.path), node.reward);
      return;
    }
    if (node.ended()) node.path.data.reset();
    ends_ += node.ended() ? 1 : 0;
    const std::tuple place(priority_(node), -node.reward, arrived_++);
    waiting_.emplace(place, std::move(node));
  }
  bool empty() const { return waiting_.empty(); }
  bool has_ends() const { return ends_ > 0; }
  bool next_has_ended() const { return !empty() && waiting_.begin()->second.ended(); }
  Node pop() {
    Node node = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    ends_ -= node.ended() ? 1 : 0;
    return node;
  }
  // Up to `most`, as far as no end stands before them: what is popped behind an end might never have been.
  std::vector<Node> pop_open(int most) {
    std::vector<Node> nodes;
    while (std::ssize(nodes) < most && !empty() && !next_has_ended()) nodes.push_back(pop());
    return nodes;
  }

 private:
  Priority priority_;
  std::map<std::tuple<double, double, std::uint64_t>, Node> waiting_;
  std::set<std::pair<std::string, bool>> texts_;  // and whether it ended there
  std::uint64_t arrived_ = 0;
  int ends_ = 0;
};

class AStar final : public Strategy {
 public:
  AStar(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(parameters),
        width_(static_cast<int>(parameters.integer("width"))),
        priority_(priority_named(parameters.text("cost"))),
        answers_(static_cast<std::size_t>(parameters.integer("answers"))),
        batch_(static_cast<int>(parameters.integer("batch"))),
        expansions_(static_cast<int>(parameters.integer("expansions"))),
        reserve_(parameters.number("reserve")),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ClosedPaths closed(problem);
    Frontier frontier(priority_);
    std::vector<Path> root = co_await open_paths(problem, space, 1);
    if (root.empty()) co_return std::move(closed).outcome(options_.select, /*ran_out=*/true);
    const std::vector<double> rewards = co_await verifier_->score(root, problem, space);
    frontier.add(Node{std::move(root.front()), rewards.front()}, closed);
    Reserve reserve(reserve_, space);
    bool ran_out = false;
    for (int left = expansions_; left > 0;) {
      while (frontier.next_has_ended() && closed.answers() < answers_) {
        Node end = frontier.pop();
        closed.add(std::move(end.path), end.reward);
      }
      if (closed.answers() >= answers_ || frontier.empty()) break;
      ran_out = space.exhausted();
      if (ran_out) break;
      const bool ending = reserve.reached(space) && closed.answers() == 0 && !frontier.has_ends();
      std::vector<Node> nodes = frontier.pop_open(ending ? 1 : std::min(batch_, left));
      left -= static_cast<int>(nodes.size());
      if (ending) {
        co_await end_path(std::move(nodes.front().path), options_, *verifier_, problem, space, closed);
      } else {
        co_await expand(std::move(nodes), frontier, problem, space, closed);
      }
    }
    std::vector<Path> open = close_ends(std::move(frontier), closed);
    co_await close_open(std::move(open), ran_out, options_, *verifier_, problem, space, closed);
    co_return std::move(closed).outcome(options_.select);
  }

 private:
  // All children of all nodes in one batch; a node is its own first child.
  awaitable<void> expand(std::vector<Node> nodes, Frontier& frontier, const Problem& problem, SearchSpace& space,
                         ClosedPaths& closed) const {
    std::vector<Path> children;
    std::vector<Origin> origins;
    for (Node& node : nodes) {
      origins.insert(origins.end(), static_cast<std::size_t>(width_), Origin(node));
      std::vector<Path> forks = space.fork(node.path, width_ - 1);
      children.push_back(std::move(node.path));
      std::ranges::move(forks, std::back_inserter(children));
    }
    co_await advance_each(children, options_, space);
    const std::vector<double> rewards = co_await score_step(*verifier_, children, problem, space);
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (children[i].state == PathState::cut_off) {
        closed.add(std::move(children[i]), rewards[i]);
        continue;
      }
      frontier.add(origins[i].child(std::move(children[i]), rewards[i]), closed);
    }
  }

  // Ends that were never popped count where not enough were collected; else they are given up. Returns what is still open, best
  // first.
  std::vector<Path> close_ends(Frontier frontier, ClosedPaths& closed) const {
    const bool collected = closed.answers() >= answers_;
    std::vector<Path> open;
    while (!frontier.empty()) {
      Node node = frontier.pop();
      if (!node.ended()) {
        open.push_back(std::move(node.path));
      } else if (collected) {
        closed.give_up(std::move(node.path), node.reward);
      } else {
        closed.add(std::move(node.path), node.reward);
      }
    }
    return open;
  }

  StepSearchOptions options_;
  int width_;
  Priority priority_;
  std::size_t answers_;
  int batch_;
  int expansions_;
  double reserve_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_a_star(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<AStar>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry a_star_entry() {
  std::vector<ParameterSpec> parameters{
      {"width", std::int64_t{4}, "continuations of each beginning that is grown", 1, 4096},
      {.name = "cost",
       .default_value = std::string("loss"),
       .meaning = "of a step: the reward lost, gained, nothing, or its surprise per token",
       .choices = {"loss", "gain", "zero", "logp"}},
      {"answers", std::int64_t{1}, "so many are collected", 1, 4096},
      {"batch", std::int64_t{1}, "most beginnings grown at once; 1 = strictly in order", 1, 4096},
      {"expansions", std::int64_t{64}, "most beginnings grown", 1, 1e6}};
  std::ranges::move(step_search_parameters(0), std::back_inserter(parameters));
  parameters.push_back(reserve_parameter());
  return {.name = "a_star",
          .summary = "the most promising beginning anywhere in the tree is grown next, until so many answers are found",
          .source = "Chatziveroglou 2025, arXiv:2505.13672",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make_a_star};
}

}  // namespace reckon
