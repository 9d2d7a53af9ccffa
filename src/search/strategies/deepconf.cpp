// DeepConf: paths whose model was unsure somewhere on the way do not vote, and are given up as soon as that is seen. Source: Fu
// et al. 2025, arXiv:2508.15260 (specs card B15). The first `warmup` paths are drawn to their end and set the threshold; where n
// is no more than that, it is the offline variant: all are drawn, and the surest vote.
#include <algorithm>
#include <limits>

#include "search/strategies/confidence.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

using Score = double (*)(std::span<const TokenStatistics>, std::size_t window);

Score score_named(const std::string& name) {
  if (name == "bottom") return bottom_groups;
  if (name == "tail") return tail_group;
  if (name == "mean") return mean_confidence;
  return lowest_group;
}

class DeepConf final : public Strategy {
 public:
  explicit DeepConf(const Parameters& parameters)
      : n_(static_cast<int>(parameters.integer("n"))),
        warmup_(static_cast<std::size_t>(parameters.integer("warmup"))),
        keep_(parameters.number("keep")),
        window_(static_cast<std::size_t>(parameters.integer("window"))),
        least_tokens_(parameters.integer("min_tokens")),
        consensus_(parameters.number("consensus")),
        chunk_(parameters.integer("chunk")),
        score_(score_named(parameters.text("score"))),
        selector_(parameters.text("vote")),
        step_(step_options(parameters)) {
    step_.statistics = parameters.integer("top");
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    Votes votes;
    std::vector<Path> live;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      live = space.fork(*root, n_);
    }
    const std::size_t warmup = std::min(warmup_, live.size());
    co_await space.advance(std::span(live).first(warmup), step_);
    const bool online = warmup < live.size();
    const double threshold = threshold_of(std::span(live).first(warmup), online, problem);
    for (std::size_t i = 0; i < warmup; ++i) {
      const bool sure = online ? is_sure(live[i], threshold) : score_of(live[i]) >= threshold;
      votes.add(record_of(live[i], score_of(live[i]), problem), sure);
    }
    live.erase(live.begin(), live.begin() + static_cast<std::ptrdiff_t>(warmup));
    StepOptions chunk = step_;
    chunk.max_tokens = chunk_;
    while (!live.empty()) {
      const bool over = agreed(votes);
      if (!over) co_await space.advance(live, chunk);
      for (Path& path : live) {
        if (path.state == PathState::open && (over || is_losing(path, threshold))) path.state = PathState::pruned;
      }
      close_ended(live, votes, threshold, problem);
    }
    const Selection selection = votes.selection(selector_);
    co_return outcome_in_order(std::move(votes.records), selection, selection.share, /*ran_out=*/false);
  }

 private:
  struct Votes {
    std::vector<PathRecord> records;
    std::vector<std::size_t> sure;  // indices of those that vote

    void add(PathRecord record, bool is_sure) {
      if (is_sure && record.answer) sure.push_back(records.size());
      records.push_back(std::move(record));
    }
    // An index into all records. Where no sure path has an answer, the others decide.
    Selection selection(const std::string& selector) const {
      std::vector<PathRecord> voters;
      for (const std::size_t index : sure) voters.push_back(records[index]);
      if (voters.empty()) return find_selector(selector).select(records);
      Selection selection = find_selector(selector).select(voters);
      if (selection.chosen) selection.chosen = sure[*selection.chosen];
      return selection;
    }
  };

  // A space that keeps no statistics says nothing of how sure it was: then all count alike.
  double score_of(const Path& path) const { return path.statistics.empty() ? 1 : score_(path.statistics, window_); }
  bool is_sure(const Path& path, double threshold) const {
    return path.statistics.empty() || lowest_group(path.statistics, window_) >= threshold;
  }

  // Online, what a window must not fall below; offline, what a path's score must not. Only paths with an answer set it.
  double threshold_of(std::span<const Path> paths, bool online, const Problem& problem) const {
    std::vector<double> values;
    for (const Path& path : paths) {
      if (path.statistics.empty() || !record_of(path, 0, problem).answer) continue;
      values.push_back(online ? lowest_group(path.statistics, window_) : score_of(path));
    }
    return threshold_keeping(std::move(values), keep_);
  }

  // The windows that ended in the last chunk are looked at; those before have been.
  bool is_losing(const Path& path, double threshold) const {
    const std::size_t looked_at = std::min(path.statistics.size(), window_ + static_cast<std::size_t>(chunk_) - 1);
    if (path.tokens < least_tokens_ || path.statistics.size() < window_) return false;
    return lowest_group(std::span(path.statistics).last(looked_at), window_) < threshold;
  }

  bool agreed(const Votes& votes) const {
    if (consensus_ >= 1 || votes.sure.empty()) return false;
    return votes.selection(selector_).share >= consensus_;
  }

  // Paths that ended or were given up become records, and their pages go back.
  void close_ended(std::vector<Path>& live, Votes& votes, double threshold, const Problem& problem) const {
    for (const Path& path : live) {
      if (path.state == PathState::open) continue;
      votes.add(record_of(path, score_of(path), problem), is_sure(path, threshold));
    }
    std::erase_if(live, [](const Path& path) { return path.state != PathState::open; });
  }

  int n_;
  std::size_t warmup_;
  double keep_;
  std::size_t window_;
  std::int64_t least_tokens_;
  double consensus_;
  std::int64_t chunk_;
  Score score_;
  std::string selector_;
  StepOptions step_;
};

std::unique_ptr<Strategy> make_deepconf(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<DeepConf>(parameters);
}

}  // namespace

StrategyEntry deepconf_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, 64);
  parameters.push_back(
      {"warmup", std::int64_t{16}, "paths drawn to their end first; as many as n: none is given up early", 1, 4096});
  parameters.push_back({"keep", 0.9, "share of the warm-up's paths that the threshold lets vote; 1 = no threshold", 0, 1});
  parameters.push_back({"top", std::int64_t{5}, "most likely tokens whose log-probabilities make a token's confidence", 1, 1000});
  parameters.push_back({"window", std::int64_t{2048}, "tokens of a group", 1, 1e6});
  parameters.push_back({"min_tokens", std::int64_t{100}, "tokens before which no path is given up", 0, 1e9});
  parameters.push_back({"chunk", std::int64_t{16}, "tokens drawn between two looks at the paths", 1, 1e6});
  parameters.push_back({"consensus", 0.95, "share of the votes at which the rest is given up; 1 = never", 0, 1});
  parameters.push_back({.name = "score",
                        .default_value = std::string("lowest"),
                        .meaning = "a path's confidence: its lowest group, lowest tenth of groups, tail or mean",
                        .choices = {"lowest", "bottom", "tail", "mean"}});
  parameters.push_back({.name = "vote",
                        .default_value = std::string("weighted"),
                        .meaning = "whether votes weigh their paths' confidence",
                        .choices = {"weighted", "majority"}});
  return {.name = "deepconf",
          .summary = "n paths, of which those the model was unsure on are given up early and do not vote",
          .source = "Fu et al. 2025, arXiv:2508.15260",
          .parameters = std::move(parameters),
          .make = make_deepconf};
}

}  // namespace reckon
