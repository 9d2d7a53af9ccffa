// DiffAdapt: a few paths tell whether a problem is easy, normal or hard, and temperature, length and number of the others follow.
// Source: Liu et al. 2025 (specs card E1), whose rule for labelling problems this is: normal where most agree and the model is
// sure, hard where few agree, easy otherwise. Departures: the paper trains a probe of the hidden state on those labels, which
// tells before a token is drawn; here the pilot paths themselves tell, and vote. Agreement stands for accuracy, and the mean
// surprise of the tokens drawn for their entropy.
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

struct Kind {
  const char* name;
  double temperature;
  double length;  // share of the longest path
};
constexpr Kind kEasy{"easy", 0.5, 0.4};  // specs card E1
constexpr Kind kNormal{"normal", 0.8, 1.0};
constexpr Kind kHard{"hard", 0.4, 0.5};

struct Probe {
  double agreement = 0;
  double surprise = 0;  // nats a token
};

Probe probe_of(std::span<const PathRecord> pilots) {
  Probe probe;
  const std::vector<int> votes = votes_of(pilots);
  if (!votes.empty()) probe.agreement = static_cast<double>(votes.front()) / static_cast<double>(pilots.size());
  probe.surprise = surprise_of(pilots);
  return probe;
}

// Those given, else those learned, else some that are usual.
KindThresholds thresholds(const Parameters& parameters, const Measurements* measured) {
  KindThresholds kinds = measured == nullptr ? KindThresholds() : measured->kinds;
  for (const auto& [name, value] : {std::pair{"agree", &kinds.agree}, {"sure", &kinds.sure}, {"hard", &kinds.hard}}) {
    if (parameters.number(name) >= 0) *value = parameters.number(name);
  }
  return kinds;
}

class DiffAdapt final : public Strategy {
 public:
  DiffAdapt(const Parameters& parameters, const AllocationRequest& request)
      : request_(request),
        pilot_(static_cast<int>(parameters.integer("pilot"))),
        kinds_(thresholds(parameters, request.resources.measurements.get())),
        shares_{parameters.number("easy_share"), 1.0, parameters.number("hard_share")},
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
    const std::optional<Path> root = co_await space.open(problem);
    if (!root) co_return concluded(std::move(drawn), "the budget cannot pay for the prompt", true);
    const int pilots = std::min(pilot_, paths.most());
    drawn = co_await paths.draw(*root, 0, pilots, paths.step(), problem, space);
    const bool cut = std::ranges::any_of(drawn, [](const PathRecord& one) { return one.state == PathState::cut_off; });
    if (cut) co_return concluded(std::move(drawn), "the pilot paths used up the budget", true);
    const Probe probe = probe_of(drawn);
    const Kind& kind = kind_of(probe);
    const int more = static_cast<int>(std::lround(share_of(kind) * paths.most())) - pilots;
    std::string reason = fmt::format("{}: {:.0f} % of {} pilot paths agree, surprise {:.2f} nats a token", kind.name,
                                     100 * probe.agreement, pilots, probe.surprise);
    const bool ran_out = more > 0 && space.exhausted();
    if (more > 0 && !ran_out) {
      const StepOptions step = step_for(kind, paths.step(), space);
      reason += fmt::format("; {} more at temperature {:g}", more, kind.temperature);
      std::vector<PathRecord> rest = co_await paths.draw(*root, pilots, more, step, problem, space);
      std::ranges::move(rest, std::back_inserter(drawn));
    }
    co_return concluded(std::move(drawn), std::move(reason), ran_out);
  }

 private:
  const Kind& kind_of(const Probe& probe) const {
    if (probe.agreement < kinds_.hard) return kHard;
    return probe.agreement >= kinds_.agree && probe.surprise <= kinds_.sure ? kNormal : kEasy;
  }

  double share_of(const Kind& kind) const { return &kind == &kEasy ? shares_[0] : &kind == &kHard ? shares_[2] : shares_[1]; }

  static StepOptions step_for(const Kind& kind, StepOptions step, const SearchSpace& space) {
    step.sampling.temperature = kind.temperature;
    const std::int64_t longest = step.path_tokens >= 0 ? step.path_tokens : space.longest_prompt();
    step.path_tokens =
        std::max<std::int64_t>(static_cast<std::int64_t>(std::min(kind.length * static_cast<double>(longest), 1e9)), 1);
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
  std::array<double, 3> shares_;  // of the paths: easy, normal, hard
  std::unique_ptr<Strategy> strategy_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, const AllocationRequest& request) {
  return std::make_unique<DiffAdapt>(parameters, request);
}

}  // namespace

AllocatorEntry diffadapt_entry() {
  return {.name = "diffadapt",
          .summary = "pilot paths tell easy, normal and hard problems; temperature, length and number of the rest follow",
          .source = "Liu et al. 2025, DiffAdapt",
          .parameters = {{"pilot", std::int64_t{4}, "paths that tell", 1, 4096},
                         {"agree", -1.0, "share of them that agrees on a normal problem; -1 = as learned, or 0.75", -1, 1},
                         {"sure", -1.0, "most surprise on a normal problem, in nats a token; -1 = as learned, or 0.3", -1, 100},
                         {"hard", -1.0, "less agreement than this makes a problem hard; -1 = as learned, or 0.5", -1, 1},
                         {"easy_share", 0.5, "of the strategy's paths, where the problem is easy", 0, 1},
                         {"hard_share", 1.0, "of the strategy's paths, where it is hard", 0, 1}},
          .asks_measurements = true,
          .make = make};
}

}  // namespace reckon
