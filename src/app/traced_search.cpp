#include "app/traced_search.h"

#include <algorithm>
#include <cmath>

namespace reckon {
namespace {

TracedState state_of(PathState state) {
  switch (state) {
    case PathState::open: return TracedState::open;
    case PathState::finished: return TracedState::finished;
    case PathState::stopped: return TracedState::stopped;
    case PathState::cut_off: return TracedState::cut_off;
    case PathState::pruned: return TracedState::pruned;
  }
  return TracedState::open;
}

TracedPath traced_path(const SolveResult& result, std::size_t index) {
  const PathRecord& record = result.outcome.paths[index];
  TracedPath path;
  path.id = record.id;
  path.parent = record.parent;
  path.state = state_of(record.state);
  path.text = record.text;
  path.step_ends = record.step_ends;
  for (const double score : record.step_scores) {
    if (std::isfinite(score)) path.step_scores.push_back(score);
  }
  if (path.step_scores.size() != record.step_scores.size()) path.step_scores.clear();
  path.inherited_steps = record.inherited_steps;
  path.turns = record.turns.size();
  path.answer = record.answer;
  if (std::isfinite(record.score)) path.score = record.score;
  path.tokens = record.tokens;
  path.inherited_tokens = record.inherited_tokens;
  if (index < result.selections.correct.size()) path.correct = result.selections.correct[index];
  return path;
}

}  // namespace

TracedSearch traced_search(const std::string& problem, const SolveResult& result) {
  TracedSearch search;
  search.problem = problem;
  search.text = result.problem;
  search.strategy = result.strategy;
  search.status = name_of(result.outcome.status);
  search.answer = result.outcome.answer;
  search.confidence = result.outcome.confidence;
  search.seed = result.seed;
  search.correct = result.correct;
  if (result.outcome.chosen) search.chosen = result.outcome.paths[*result.outcome.chosen].id;
  const Ledger& ledger = result.receipt.ledger;
  search.receipt.prompt = ledger.prompt_computed;
  search.receipt.cached = ledger.prompt_cached;
  search.receipt.generated = ledger.generated;
  search.receipt.verified = ledger.verified;
  search.receipt.total = ledger.total();
  search.receipt.flops = ledger.flops;
  search.receipt.seconds = ledger.seconds;
  search.receipt.peak_kv_bytes = ledger.peak_kv_bytes;
  for (std::size_t i = 0; i < result.outcome.paths.size(); ++i) search.paths.push_back(traced_path(result, i));
  std::ranges::sort(search.paths, {}, &TracedPath::id);
  return search;
}

}  // namespace reckon
