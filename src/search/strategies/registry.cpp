#include <array>

#include "base/error.h"
#include "search/registry.h"
#include "search/strategy.h"

namespace reckon {

StrategyEntry greedy_entry();
StrategyEntry sample_entry();
StrategyEntry best_of_n_entry();
StrategyEntry majority_entry();
StrategyEntry weighted_majority_entry();
StrategyEntry beam_entry();
StrategyEntry dvts_entry();
StrategyEntry lookahead_entry();
StrategyEntry a_star_entry();
StrategyEntry mcts_entry();
StrategyEntry particle_filter_entry();
StrategyEntry particle_gibbs_entry();
StrategyEntry parallel_tempering_entry();
StrategyEntry think_budget_entry();
StrategyEntry deepconf_entry();
StrategyEntry hedged_entry();
StrategyEntry checklist_entry();
StrategyEntry revise_entry();
StrategyEntry reflect_entry();
StrategyEntry pdr_entry();
StrategyEntry solve_detect_verify_entry();
StrategyEntry think_sum_entry();
StrategyEntry stoc_tot_entry();
StrategyEntry x_mbr_entry();
StrategyEntry ensemble_entry();
StrategyEntry navigator_entry();
StrategyEntry pipeline_entry();

std::span<const StrategyEntry> strategies() {
  static const std::array table{greedy_entry(),
                                sample_entry(),
                                best_of_n_entry(),
                                majority_entry(),
                                weighted_majority_entry(),
                                beam_entry(),
                                dvts_entry(),
                                lookahead_entry(),
                                a_star_entry(),
                                mcts_entry(),
                                particle_filter_entry(),
                                particle_gibbs_entry(),
                                parallel_tempering_entry(),
                                think_budget_entry(),
                                deepconf_entry(),
                                hedged_entry(),
                                checklist_entry(),
                                revise_entry(),
                                reflect_entry(),
                                pdr_entry(),
                                solve_detect_verify_entry(),
                                think_sum_entry(),
                                stoc_tot_entry(),
                                x_mbr_entry(),
                                ensemble_entry(),
                                navigator_entry(),
                                pipeline_entry()};
  return table;
}

const char* name_of(OutcomeStatus status) noexcept {
  switch (status) {
    case OutcomeStatus::answered: return "answered";
    case OutcomeStatus::too_long: return "too_long";
    case OutcomeStatus::budget_exhausted: return "budget_exhausted";
    case OutcomeStatus::no_answer: return "no_answer";
  }
  return "no_answer";
}

const StrategyEntry& find_strategy(std::string_view name) {
  return find_entry(strategies(), name, "strategy", "'reckon strategies' lists all");
}

std::unique_ptr<Strategy> make_strategy(std::string_view text, std::shared_ptr<const Verifier> verifier) {
  const NamedParameters given = parse_named_parameters(text, "--strategy");
  const StrategyEntry& entry = find_strategy(given.name);
  const Parameters parameters(entry.parameters, given.values, "strategy '" + given.name + "'");
  if (entry.uses_verifier && !verifier) throw Error(ErrorCode::internal, "strategy '" + given.name + "' needs a verifier");
  return entry.make(parameters, std::move(verifier));
}

}  // namespace reckon
