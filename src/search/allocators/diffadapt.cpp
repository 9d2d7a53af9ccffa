// DiffAdapt: whether a problem is easy, normal or hard says at which temperature, how long and how many paths are drawn.
// Source: Liu et al. 2025 (specs card E1). Two things can tell. A probe of the hidden state behind the prompt, as the paper has
// it, before anything is drawn; or, ours, where none was learned for this model: the first paths, by the rule that the paper
// labels problems with. There agreement stands for accuracy, and the mean surprise of the tokens drawn for their entropy; they
// vote too. The paper also words the prompt differently for each kind, which a model must have been taught to heed: here where
// the user gives words to put behind the problem, so that what was computed of the prompt is used again.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "search/allocators/measurements.h"
#include "search/allocators/waves.h"

namespace reckon {
namespace {

struct Manner {
  double temperature;
  double length;  // share of the longest path
};
constexpr std::array<Manner, kDifficulties> kManners{{{0.5, 0.4}, {0.8, 1.0}, {0.4, 0.5}}};  // by Difficulty; specs card E1

struct PilotSigns {
  double agreement = 0;
  double surprise = 0;  // nats a token
};

PilotSigns signs_of(std::span<const PathRecord> pilots) {
  PilotSigns signs;
  const std::vector<int> votes = votes_of(pilots);
  if (!votes.empty()) signs.agreement = static_cast<double>(votes.front()) / static_cast<double>(pilots.size());
  signs.surprise = surprise_of(pilots);
  return signs;
}

// Those given, else those learned, else some that are usual.
KindThresholds thresholds(const Parameters& parameters, const Measurements* measured) {
  KindThresholds kinds = measured == nullptr ? KindThresholds() : measured->kinds;
  for (const auto& [name, value] : {std::pair{"agree", &kinds.agree}, {"sure", &kinds.sure}, {"hard", &kinds.hard}}) {
    if (parameters.number(name) >= 0) *value = parameters.number(name);
  }
  return kinds;
}

// Null where pilot paths shall tell, or must. Throws Error bad_argument where a probe was asked for and there is none.
const DifficultyProbe* probe_for(const std::string& asked, const AllocatorResources& resources) {
  if (asked == "paths") return nullptr;
  const Measurements* measured = resources.measurements.get();
  const bool usable = measured != nullptr && measured->probe && measured->probe->prompt == resources.prompt;
  if (usable) return &*measured->probe;
  if (asked == "auto") return nullptr;
  const char* why = measured == nullptr || !measured->probe
                        ? "there are no measurements of this model that hold one; 'reckon eval "
                          "learn --probe' adds it"
                        : "it was learned from prompts of another form";
  throw Error(ErrorCode::bad_argument, fmt::format("'diffadapt' shall go by a probe of the hidden state, and {}", why),
              "--allocator");
}

// What was decided, and by what.
struct Finding {
  Difficulty kind = Difficulty::easy;
  std::string reason;
};

class DiffAdapt final : public Strategy {
 public:
  DiffAdapt(const Parameters& parameters, const AllocationRequest& request)
      : request_(request),
        pilot_(static_cast<int>(parameters.integer("pilot"))),
        kinds_(thresholds(parameters, request.resources.measurements.get())),
        shares_{parameters.number("easy_share"), 1.0, parameters.number("hard_share")},
        words_{parameters.text("easy_prompt"), parameters.text("normal_prompt"), parameters.text("hard_prompt")},
        probe_(probe_for(parameters.text("probe"), request.resources)),
        strategy_(make_allocated(request.strategy, request.verifier, request.resources)) {
    if (strategy_->independent() != nullptr) return;
    throw Error(ErrorCode::bad_argument,
                fmt::format("'diffadapt' needs independent paths, and '{}' draws none such; take majority, weighted_majority or "
                            "best_of_n",
                            request.strategy),
                "--allocator");
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    const IndependentPaths& paths = *strategy_->independent();
    std::vector<PathRecord> drawn;
    Problem asked = problem;
    asked.wants_hidden = probe_ != nullptr;
    const std::optional<Path> root = co_await space.open(asked);
    if (!root) co_return concluded(std::move(drawn), "the budget cannot pay for the prompt", true);
    const bool by_probe = probe_ != nullptr && std::ssize(root->hidden) == probe_->width;  // not of another model of an ensemble
    if (!by_probe) {
      const int pilots = std::min(pilot_, paths.most());
      drawn = co_await paths.draw(*root, 0, pilots, paths.step(), problem, space);
      const bool cut = std::ranges::any_of(drawn, [](const PathRecord& one) { return one.state == PathState::cut_off; });
      if (cut) co_return concluded(std::move(drawn), "the pilot paths used up the budget", true);
    }
    Finding decision = by_probe ? decision_by(*probe_, root->hidden) : decision_by(drawn);
    const int begun = static_cast<int>(drawn.size());
    const int more = paths_for(decision.kind) - begun;
    const bool ran_out = more > 0 && space.exhausted();
    if (more > 0 && !ran_out) {
      const StepOptions step = step_for(decision.kind, paths.step(), space);
      const std::optional<Path> worded = co_await worded_root(decision.kind, problem, space);
      decision.reason += fmt::format("; {} {}at temperature {:g}", more, drawn.empty() ? "" : "more ", step.sampling.temperature);
      std::vector<PathRecord> rest = co_await paths.draw(worded ? *worded : *root, begun, more, step, problem, space);
      std::ranges::move(rest, std::back_inserter(drawn));
    }
    co_return concluded(std::move(drawn), std::move(decision.reason), ran_out);
  }

 private:
  static Finding decision_by(const DifficultyProbe& probe, std::span<const float> hidden) {
    const KindProbabilities probabilities = kind_probabilities(probe, hidden);
    const Difficulty kind = likeliest(probabilities);
    return {kind, fmt::format("{}: the probe of the hidden state says easy {:.2f}, normal {:.2f}, hard {:.2f}", name_of(kind),
                              probabilities[0], probabilities[1], probabilities[2])};
  }

  Finding decision_by(std::span<const PathRecord> pilots) const {
    const PilotSigns signs = signs_of(pilots);
    const bool normal = signs.agreement >= kinds_.agree && signs.surprise <= kinds_.sure;
    const Difficulty kind = signs.agreement < kinds_.hard ? Difficulty::hard : normal ? Difficulty::normal : Difficulty::easy;
    return {kind, fmt::format("{}: {:.0f} % of {} pilot paths agree, surprise {:.2f} nats a token", name_of(kind),
                              100 * signs.agreement, pilots.size(), signs.surprise)};
  }

  // Nothing where there are no words for this kind, or the budget cannot pay for them.
  awaitable<std::optional<Path>> worded_root(Difficulty kind, const Problem& problem, SearchSpace& space) const {
    const std::string& words = words_[static_cast<std::size_t>(kind)];
    if (words.empty()) co_return std::nullopt;
    const Problem asked = asked_as(problem, problem.text + '\n' + words);
    co_return co_await space.open(asked);
  }

  // At least one: an answer needs it.
  int paths_for(Difficulty kind) const {
    const int most = strategy_->independent()->most();
    return std::max(static_cast<int>(std::lround(shares_[static_cast<std::size_t>(kind)] * most)), 1);
  }

  static StepOptions step_for(Difficulty kind, StepOptions step, const SearchSpace& space) {
    const Manner& manner = kManners[static_cast<std::size_t>(kind)];
    step.sampling.temperature = manner.temperature;
    const std::int64_t longest = step.path_tokens >= 0 ? step.path_tokens : space.longest_prompt();
    step.path_tokens =
        std::max<std::int64_t>(static_cast<std::int64_t>(std::min(manner.length * static_cast<double>(longest), 1e9)), 1);
    return step;
  }

  Outcome concluded(std::vector<PathRecord> drawn, std::string reason, bool ran_out) const {
    Allocation note;
    note.allocator = request_.allocator;
    note.strategy = request_.strategy;
    note.samples = std::ssize(drawn);
    note.most = strategy_->independent()->most();
    note.reason = std::move(reason);
    Outcome outcome = strategy_->independent()->conclude(std::move(drawn));
    if (ran_out) outcome.status = OutcomeStatus::budget_exhausted;
    outcome.allocations.push_back(std::move(note));
    return outcome;
  }

  AllocationRequest request_;
  int pilot_;
  KindThresholds kinds_;
  std::array<double, kDifficulties> shares_;      // of the paths, by Difficulty
  std::array<std::string, kDifficulties> words_;  // behind the problem, by Difficulty
  const DifficultyProbe* probe_;                  // of the request's measurements; null = pilot paths tell
  std::unique_ptr<Strategy> strategy_;
};

std::unique_ptr<Strategy> make_diffadapt_allocator(const Parameters& parameters, const AllocationRequest& request) {
  return std::make_unique<DiffAdapt>(parameters, request);
}

}  // namespace

AllocatorEntry diffadapt_entry() {
  return {
      .name = "diffadapt",
      .summary =
          "the hidden state, or pilot paths, tell easy, normal and hard problems; temperature, length and number of paths follow",
      .source = "Liu et al. 2025, DiffAdapt",
      .parameters = {{.name = "probe",
                      .default_value = std::string("auto"),
                      .meaning = "what tells: the hidden state behind the prompt, pilot paths, or the former where the "
                                 "measurements hold a probe of it",
                      .choices = {"auto", "hidden", "paths"}},
                     {"pilot", std::int64_t{4}, "paths that tell", 1, 4096},
                     {"agree", -1.0, "share of them that agrees on a normal problem; -1 = as learned, or 0.75", -1, 1},
                     {"sure", -1.0, "most surprise on a normal problem, in nats a token; -1 = as learned, or 0.3", -1, 100},
                     {"hard", -1.0, "less agreement than this makes a problem hard; -1 = as learned, or 0.5", -1, 1},
                     {"easy_share", 0.5, "of the strategy's paths, where the problem is easy", 0, 1},
                     {"hard_share", 1.0, "of the strategy's paths, where it is hard", 0, 1},
                     {"easy_prompt", std::string(), "words put behind the problem where it is easy"},
                     {"normal_prompt", std::string(), "where it is normal"},
                     {"hard_prompt", std::string(), "where it is hard"}},
      .asks_measurements = true,
      .draws_by_outcome = true,
      .make = make_diffadapt_allocator};
}

}  // namespace reckon
