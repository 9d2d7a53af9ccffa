// Adaptive: paths are drawn in waves until the leading answer is sure enough to stay. Source: Aggarwal et al. 2023,
// arXiv:2305.11860 (adaptive consistency), whose rule is `beta`. Ours: the rule `stays`, which asks for what the strategy would
// answer in the end, and saves twice as much where the end is near; and that votes weigh what the strategy has them weigh.
// Whatever the rule, it stops only where the strategy would give the answer that leads.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "search/allocators/leadership.h"
#include "search/allocators/waves.h"
#include "search/answers/grouping.h"

namespace reckon {
namespace {

constexpr double kRounding = 1e-12;  // a certainty that is a sum of many terms may fall short of what it is by so much

// What the paths so far say.
struct Standing {
  std::vector<double> votes;  // of each answer, most first
  double own = 0;             // of the answer that the strategy would give now
  double all = 0;
  bool whole = true;  // each path has one vote
};

std::string rule_of(const Parameters& parameters, const Selector& selector) {
  const std::string& rule = parameters.text("rule");
  return rule != "auto" ? rule : selector.adds_votes() ? "stays" : "beta";
}

class Adaptive final : public StoppingRule {
 public:
  Adaptive(const Parameters& parameters, Selector selector)
      : threshold_(parameters.number("threshold")),
        rule_(rule_of(parameters, selector)),
        prior_(parameters.number("prior")),
        least_(static_cast<int>(parameters.integer("least"))),
        wave_(static_cast<int>(parameters.integer("wave"))),
        selector_(std::move(selector)) {}

  NextWave next(std::span<const PathRecord> drawn, int left) const override {
    const auto count = static_cast<int>(drawn.size());
    if (count < least_) return {least_ - count, {}, false};
    const Standing standing = standing_of(drawn);
    const double sure = standing.votes.empty() ? 0 : certainty(standing.votes, left);
    const bool leads = !standing.votes.empty() && standing.own >= standing.votes.front();
    if (sure < threshold_ - kRounding || !leads) return {wave_, {}, false};
    const std::string agree = standing.whole ? fmt::format("{:g} of {} paths agree", standing.votes.front(), count)
                                             : fmt::format("{:.2f} of the {:.2f} that {} paths weigh agree",
                                                           standing.votes.front(), standing.all, count);
    return {0, fmt::format("{}: it stays with {:.3f}, at least {:g}", agree, sure, threshold_), false};
  }

 private:
  // By what the strategy adds up; where it decides otherwise, paths are counted.
  Standing standing_of(std::span<const PathRecord> drawn) const {
    const std::vector<double> weights = selector_.adds_votes() ? selector_.votes(drawn) : std::vector<double>(drawn.size(), 1.0);
    const std::optional<std::size_t> chosen = selector_.select(drawn).chosen;
    std::vector<std::string> answers;
    for (const PathRecord& record : drawn) answers.push_back(record.evidence ? "" : record.answer.value_or(""));
    Standing standing;
    for (const AnswerGroup& group : group_answers(answers)) {
      double votes = 0;
      for (const std::size_t member : group.members) {
        votes += weights[member];
        standing.whole = standing.whole && weights[member] == 1;
      }
      standing.votes.push_back(votes);
      standing.all += votes;
      if (chosen && std::ranges::find(group.members, *chosen) != group.members.end()) standing.own = votes;
    }
    std::ranges::sort(standing.votes, std::greater());
    return standing;
  }

  double certainty(std::span<const double> votes, int left) const {
    if (rule_ == "beta") return leads_second(votes, prior_);
    if (rule_ == "dirichlet") return leads_all(votes, prior_);
    if (stays_for_certain(votes, left)) return 1;
    // However unlikely, what may still change is not certain.
    return std::min(stays_ahead(votes, prior_, left), 1 - 2 * kRounding);
  }

  double threshold_;
  std::string rule_;
  double prior_;
  int least_;
  int wave_;
  Selector selector_;  // the strategy's
};

// `stays` is about the strategy's answer in the end, which votes say nothing of where that is not made by them.
void require_votes(const Parameters& parameters, const AllocationRequest& request, const Selector& selector) {
  if (parameters.text("rule") != "stays" || selector.adds_votes()) return;
  throw Error(ErrorCode::bad_argument,
              fmt::format("the rule 'stays' asks what leads in the end, and '{}' does not decide by adding up votes; take "
                          "rule=beta or dirichlet, or majority or weighted_majority with by=votes",
                          request.strategy),
              "--allocator");
}

std::unique_ptr<Strategy> make_adaptive_allocator(const Parameters& parameters, const AllocationRequest& request) {
  const std::unique_ptr<Strategy> strategy = independent_strategy(request);
  const Selector& selector = strategy->independent()->selector();
  require_votes(parameters, request, selector);
  return in_waves(request, std::make_unique<Adaptive>(parameters, selector));
}

}  // namespace

AllocatorEntry adaptive_entry() {
  std::vector<ParameterSpec> parameters = wave_parameters(3, 1);
  parameters.insert(parameters.begin(),
                    {{"threshold", 0.95, "probability that the leading answer stays, at which to stop", 0.5, 1},
                     {"rule",
                      std::string("auto"),
                      "of what: stays, that it leads when all are drawn; beta, that it is likelier than the second; dirichlet, "
                      "than all others; "
                      "auto = stays where the strategy adds up votes, else beta",
                      0,
                      0,
                      {"auto", "stays", "beta", "dirichlet"}},
                     {"prior", 1.0, "votes that each answer is taken to have had before", 0.01, 100}});
  return {.name = "adaptive",
          .summary = "draws in waves until the leading answer is sure enough to stay",
          .source = "Aggarwal et al. 2023, arXiv:2305.11860",
          .parameters = std::move(parameters),
          .draws_by_outcome = true,
          .make = make_adaptive_allocator};
}

}  // namespace reckon
