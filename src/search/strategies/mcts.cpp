// Monte-Carlo tree search. Source: the AlphaZero-style search of OpenR, with PUCT or UCT (specs card C10).
// A node is the beginning of a path, its children are `width` steps drawn behind it, equal texts merged. A simulation walks down
// to a node that was not visited before, takes what it is worth (the verifier's score, or that of a greedy roll-out), and backs
// that up. A node gets its children when a second visit comes: once. Every path that ended votes, whether visited or not.
// Options of ours and of R2-LLMs: the model itself says which child leads on (lm_nav), and solved problems and steps like what is
// being solved stand in the prompt (worked_examples.h).
#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "search/strategies/conversation.h"
#include "search/strategies/mcts_tree.h"
#include "search/strategies/worked_examples.h"

namespace reckon {
namespace {

struct MctsOptions {
  explicit MctsOptions(const Parameters& parameters)
      : steps(parameters),
        width(static_cast<int>(parameters.integer("width"))),
        simulations(parameters.integer("simulations")),
        batch(static_cast<std::size_t>(parameters.integer("batch"))),
        likelihood_prior(parameters.text("prior") == "likelihood"),
        rolls_out(parameters.text("value") == "rollout"),
        lm_nav(parameters.flag("lm_nav")),
        reserve(parameters.number("reserve")),
        retrieval(parameters) {
    tree.rule = parameters.text("rule") == "uct" ? TreeRule::uct : TreeRule::puct;
    tree.c_init = parameters.number("c_init");
    tree.c_base = parameters.number("c_base");
    tree.exploration = parameters.number("exploration");
    tree.backup = parameters.text("backup") == "max" ? Backup::max : Backup::mean;
  }
  StepSearchOptions steps;
  int width;
  std::int64_t simulations;
  std::size_t batch;
  bool likelihood_prior;
  bool rolls_out;
  bool lm_nav;
  double reserve;
  Retrieval retrieval;
  TreeOptions tree;
};

// What is kept beside a node of the tree.
struct Place {
  std::optional<Path> path = {};  // while it is open and has no children
  bool ended = false;
  std::optional<double> worth = {};  // nothing: a roll-out will tell
};

class Search {  // of one problem; what it is made of outlives it
 public:
  Search(const MctsOptions& options, const Verifier& verifier, const Problem& problem, SearchSpace& space)
      : options_(&options), verifier_(&verifier), problem_(&problem), space_(&space), tree_(options.tree), closed_(problem) {}

  awaitable<Outcome> run() {
    std::vector<Path> root;
    {
      const std::optional<Path> opened = co_await options_->retrieval.open(*problem_, *space_, closed_, examples_);
      if (!opened) co_return std::move(closed_).outcome(options_->steps.select, /*ran_out=*/true);
      root = space_->fork(*opened, 1);
    }
    const std::vector<double> scores = co_await verifier_->score(root, *problem_, *space_);
    Place& first = places_.emplace_back();
    first.path = std::move(root.front());
    if (!options_->rolls_out) first.worth = scores.front();
    Reserve reserve(options_->reserve, *space_);
    bool ran_out = false;
    for (std::int64_t left = options_->simulations; left > 0 && !ran_out;) {
      if (reserve.reached(*space_) && closed_.answers() == 0) co_await end_best();
      const std::vector<std::size_t> leaves = leaves_to_visit(left);
      ran_out = (!leaves.empty() || left > 0) && space_->exhausted();
      if (!ran_out) co_await visit(leaves);
    }
    std::vector<Path> open = open_paths_best_first();
    co_await close_open(std::move(open), ran_out, options_->steps, *verifier_, *problem_, *space_, closed_);
    co_return std::move(closed_).outcome(options_->steps.select);
  }

 private:
  // Up to `batch` leaves behind which something must be drawn; visits that need no drawing are made on the way. Fewer where the
  // tree has no other leaf to offer, or where time is up.
  std::vector<std::size_t> leaves_to_visit(std::int64_t& left) {
    constexpr std::int64_t kBetweenLooks = 256;  // visits: some hundred microseconds
    std::vector<std::size_t> leaves;
    while (leaves.size() < options_->batch && left > 0) {
      const std::size_t leaf = tree_.descend();
      if (tree_.under_way(leaf)) break;
      left -= 1;
      const Place& place = places_[leaf];
      if (place.ended || (tree_.visits(leaf) == 0 && place.worth)) {
        tree_.back_up(leaf, *place.worth);
        if (left % kBetweenLooks == 0 && space_->exhausted()) break;
      } else {
        tree_.begin_visit(leaf);
        leaves.push_back(leaf);
      }
    }
    return leaves;
  }

  awaitable<void> visit(const std::vector<std::size_t>& leaves) {
    std::vector<std::size_t> visited_before;
    for (const std::size_t leaf : leaves) {
      if (tree_.visits(leaf) > 0) visited_before.push_back(leaf);
    }
    co_await expand(visited_before);
    std::vector<std::size_t> targets;
    for (const std::size_t leaf : leaves) targets.push_back(tree_.descend(leaf));
    co_await roll_out(targets);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      tree_.end_visit(leaves[i]);
      tree_.back_up(targets[i], *places_[targets[i]].worth);
    }
  }

  // The paths that will be children of one node.
  struct Family {
    std::size_t parent;
    std::size_t drawn;  // so many, next to each other in the batch
    double log_probability;
    std::int64_t tokens;  // these two: of the parent
  };

  // Children of all the leaves in one batch; a path is its own first continuation.
  awaitable<void> expand(const std::vector<std::size_t>& leaves) {
    std::vector<Path> children;
    std::vector<Family> families;
    for (const std::size_t leaf : leaves) {
      Path path = std::move(*places_[leaf].path);
      places_[leaf].path.reset();
      const std::size_t begin = children.size();
      families.push_back({leaf, 0, path.log_probability, path.tokens});
      std::optional<Path> beside = co_await options_->retrieval.beside_steps(path, *problem_, *space_, examples_);
      std::vector<Path> forks = space_->fork(path, options_->width - 1);
      children.push_back(std::move(path));
      std::ranges::move(forks, std::back_inserter(children));
      if (beside) {
        forks = space_->fork(*beside, options_->width - 1);
        children.push_back(std::move(*beside));
        std::ranges::move(forks, std::back_inserter(children));
      }
      families.back().drawn = children.size() - begin;
    }
    if (children.empty()) co_return;
    co_await advance_each(children, options_->steps, *space_);
    co_await score_step(*verifier_, children, *problem_, *space_);
    const std::vector<double> judged = co_await judgements(children);
    std::size_t begin = 0;
    for (const Family& family : families) {
      add_children(family, std::span(children).subspan(begin, family.drawn), std::span(judged).subspan(begin, family.drawn));
      begin += family.drawn;
    }
  }

  // What the model itself thinks of each child: P(yes) / (P(yes) + P(no)). All alike where it is not asked, or the budget cannot
  // pay.
  awaitable<std::vector<double>> judgements(std::vector<Path>& children) {
    std::vector<double> judged(children.size(), 1.0);
    if (!options_->lm_nav) co_return judged;
    std::vector<std::size_t> asked;
    std::vector<Path> batch;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (children[i].state != PathState::open && children[i].state != PathState::finished) continue;
      asked.push_back(i);
      batch.push_back(std::move(children[i]));
    }
    const std::optional<std::vector<double>> odds = co_await yes_over_no(batch, kRightAndHelps, *space_);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      children[asked[i]] = std::move(batch[i]);
      if (odds) judged[asked[i]] = 1 / (1 + std::exp(-(*odds)[i]));
    }
    co_return judged;
  }

  // Equal texts are merged. Where steps from the file gave more children than `width`, those of the highest scores stay.
  void add_children(const Family& family, std::span<Path> drawn, std::span<const double> judged) {
    std::set<std::pair<std::string, bool>> texts;  // and whether it ended there
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      if (texts.emplace(drawn[i].text, drawn[i].state != PathState::open).second) {
        kept.push_back(i);
      } else {
        drawn[i].state = PathState::pruned;
        close(std::move(drawn[i]));
      }
    }
    std::ranges::stable_sort(kept, std::greater<>(), [&drawn](std::size_t index) { return last_score(drawn[index]); });
    const std::size_t width = std::min(kept.size(), static_cast<std::size_t>(options_->width));
    for (std::size_t i = width; i < kept.size(); ++i) close(std::move(drawn[kept[i]]));
    kept.resize(width);
    std::ranges::sort(kept);
    std::vector<double> priors;
    double total = 0;
    for (const std::size_t index : kept) {
      const Path& path = drawn[index];
      const auto tokens = static_cast<double>(std::max<std::int64_t>(path.tokens - family.tokens, 1));
      const double gained = path.log_probability - family.log_probability;
      priors.push_back((options_->likelihood_prior ? std::exp(gained / tokens) : 1.0) * judged[index]);
      total += priors.back();
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const double prior = total > 0 ? priors[i] / total : 1 / static_cast<double>(kept.size());
      add_child(family.parent, std::move(drawn[kept[i]]), prior);
    }
  }

  void close(Path path) {
    const double score = last_score(path);
    closed_.add(std::move(path), score);
  }

  void add_child(std::size_t parent, Path path, double prior) {
    const double score = last_score(path);
    Place& place = places_.emplace_back();
    place.ended = path.state != PathState::open;
    if (place.ended || !options_->rolls_out) place.worth = score;
    tree_.add_child(parent, prior, place.worth);
    if (place.ended) {
      closed_.add(std::move(path), score);
    } else {
      place.path = std::move(path);
    }
  }

  // Greedy roll-outs, in one batch, where nothing is known yet. They end, so they vote too.
  awaitable<void> roll_out(const std::vector<std::size_t>& nodes) {
    std::vector<Path> paths;
    std::vector<std::size_t> of_paths;
    for (const std::size_t node : nodes) {
      if (places_[node].worth) continue;
      paths.push_back(std::move(space_->fork(*places_[node].path, 1).front()));
      of_paths.push_back(node);
    }
    if (paths.empty()) co_return;
    StepOptions greedy = options_->steps.to_the_end();
    greedy.sampling.temperature = 0;
    co_await space_->advance(paths, greedy);
    const std::vector<double> scores = co_await score_step(*verifier_, paths, *problem_, *space_);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      places_[of_paths[i]].worth = scores[i];
      closed_.add(std::move(paths[i]), scores[i]);
    }
  }

  awaitable<void> end_best() {
    Place* best = nullptr;
    for (Place& place : places_) {
      if (place.path && (best == nullptr || last_score(*place.path) > last_score(*best->path))) best = &place;
    }
    if (best == nullptr) co_return;
    Path path = std::move(*best->path);
    best->path.reset();
    best->ended = true;
    best->worth = co_await end_path(std::move(path), options_->steps, *verifier_, *problem_, *space_, closed_);
  }

  std::vector<Path> open_paths_best_first() {
    std::vector<Path> paths;
    for (Place& place : places_) {
      if (place.path) paths.push_back(std::move(*place.path));
    }
    std::ranges::stable_sort(paths, std::greater(), last_score);
    return paths;
  }

  const MctsOptions* options_;
  const Verifier* verifier_;
  const Problem* problem_;
  SearchSpace* space_;
  MctsTree tree_;
  std::vector<Place> places_;  // beside the tree's nodes
  ClosedPaths closed_;
  Examples examples_;  // in the prompt of every path
};

class Mcts final : public Strategy {
 public:
  Mcts(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(parameters), verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    Search search(options_, *verifier_, problem, space);
    co_return co_await search.run();
  }

 private:
  MctsOptions options_;
  std::shared_ptr<const Verifier> verifier_;
};

ParameterSpec choice(std::string name, std::string meaning, std::vector<std::string> choices) {  // the first is the default
  ParameterSpec parameter{.name = std::move(name), .default_value = choices.front(), .meaning = std::move(meaning)};
  parameter.choices = std::move(choices);
  return parameter;
}

std::unique_ptr<Strategy> make_mcts(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Mcts>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry mcts_entry() {
  std::vector<ParameterSpec> parameters{
      {"simulations", std::int64_t{32}, "visits of the root", 1, 1e6},
      {"width", std::int64_t{4}, "steps drawn behind a node that gets children", 1, 4096},
      choice("rule", "which child is visited next", {"puct", "uct"}),
      {"c_init", 1.25, "PUCT: weight of the prior", 0, 1e6},
      {"c_base", 19652.0, "PUCT: after about so many visits the prior weighs more", 1, 1e12},
      {"exploration", 1.4, "UCT: weight of what has hardly been visited", 0, 1e6},
      choice("prior", "of a child: equal, or by the likelihood of its step per token", {"uniform", "likelihood"}),
      choice("value", "of a node: its own score, or that of a greedy roll-out behind it", {"verifier", "rollout"}),
      choice("backup", "what a node makes of the values behind it", {"mean", "max"}),
      {"batch", std::int64_t{1}, "most nodes visited at once; 1 = one after the other", 1, 4096}};
  std::ranges::move(step_search_parameters(0), std::back_inserter(parameters));
  std::ranges::find(parameters, "select", &ParameterSpec::name)->default_value = std::string("weighted");
  parameters.push_back(reserve_parameter());
  parameters.push_back(
      {"lm_nav", false, "the prior times what the model itself says of each child: whether it is right and helps"});
  std::ranges::move(retrieval_parameters(), std::back_inserter(parameters));
  return {
      .name = "mcts",
      .summary = "Monte-Carlo tree search over steps; every path that ended votes with the verifier's score",
      .source = "Silver et al. 2018, doi:10.1126/science.aar6404; Kocsis and Szepesvari 2006; Dou et al. 2025, arXiv:2507.05557",
      .parameters = std::move(parameters),
      .uses_verifier = true,
      .make = make_mcts};
}

}  // namespace reckon
