#include "app/samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "search/allocator.h"
#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

Samples none(std::string refusal) {
  Samples samples;
  samples.refusal = std::move(refusal);
  return samples;
}

// Whose decisions depend on what was drawn, or, as a result does not tell what it chose, may do so.
std::optional<std::string> refusal_of_allocators(const AllocationText& text) {
  for (const std::string& one : text.allocators) {
    const AllocatorEntry& entry = find_allocator(parse_named_parameters(one, "--allocator").name);
    if (entry.chooses_strategy) return fmt::format("'{}' chooses what is drawn", entry.name);
    if (entry.draws_by_outcome) return fmt::format("what '{}' draws depends on what it has drawn", entry.name);
  }
  return std::nullopt;
}

std::size_t paths_of(const ProblemResult& result) { return result.solved.outcome.paths.size(); }

Samples samples_of_strategy(const std::string& strategy, std::span<const ProblemResult> results) {
  const NamedParameters given = parse_named_parameters(strategy, "--strategy");
  const StrategyEntry& entry = find_strategy(given.name);
  Samples samples;
  if (entry.draws_samples) {
    const IndependentDrawing drawing = independent_drawing(Parameters(entry.parameters, given.values, "strategy"));
    samples.first = drawing.greedy_first ? 1 : 0;
  } else if (!std::ranges::all_of(results, [](const ProblemResult& one) { return paths_of(one) == 1; })) {
    return none("its paths depend on each other, or are not drawn alike");
  }
  if (std::ranges::any_of(results, [&](const ProblemResult& one) { return paths_of(one) <= samples.first; })) {
    return none("no path was sampled");
  }
  return samples;
}

std::int64_t ended_by_budget(std::span<const ProblemResult> results) {
  return std::ranges::count_if(
      results, [](const ProblemResult& one) { return one.solved.outcome.status == OutcomeStatus::budget_exhausted; });
}

}  // namespace

Samples samples_of(const EvaluationCell& cell, std::span<const ProblemResult> results) {
  if (results.empty()) return none("no problem was solved");
  try {
    const AllocationText text = parse_allocation(cell.strategy);
    if (const auto refusal = refusal_of_allocators(text)) return none(*refusal);
    if (const std::int64_t ended = ended_by_budget(results); ended > 0) {
      return none(fmt::format("the budget ended {} of {} problems, and leaves more of the short paths than of the long", ended,
                              results.size()));
    }
    return samples_of_strategy(text.strategy, results);
  } catch (const Error&) {  // a stored run of another version of the program
    return none("this version does not know the strategy");
  }
}

}  // namespace reckon
