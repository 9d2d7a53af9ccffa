// A strategy grows, scores, prunes and picks paths. Each is one file in strategies/ that ends with its registry entry.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.h"
#include "search/space.h"
#include "search/verifier.h"

namespace reckon {

enum class OutcomeStatus {
  answered,          // an answer, and the strategy did all it meant to
  budget_exhausted,  // the budget ended it early; the answer, if any, is the best so far
  no_answer,         // it did all it meant to, and no path holds an answer
  too_long,          // the model's context has no room for the problem, or for what the strategy asks about it
};
const char* name_of(OutcomeStatus status) noexcept;  // "answered"

// How an allocator (search/allocator.h) spent the budget on a problem, and why.
struct Allocation {
  std::string allocator;      // as asked for: "adaptive:threshold=0.9"
  std::string strategy;       // what was run in the end: "majority:n=16"
  std::int64_t samples = -1;  // independent paths drawn; -1 = it did not decide about those
  std::int64_t most = -1;     // as many as might have been
  std::string reason;         // one line
};

struct Outcome {
  std::optional<std::string> answer;
  double confidence = 0;  // in [0, 1]; each strategy's page says what it means
  // Of a vote: the winner's share less that of the next answer; 0 is a tie. Nothing where nobody voted against it or at all.
  std::optional<double> margin;
  OutcomeStatus status = OutcomeStatus::no_answer;
  std::optional<std::size_t> chosen;  // index into `paths` of the path whose answer it is
  std::vector<PathRecord> paths;      // in order of path id
  // Of the ledger's tokens, those that were given and drawn along the chosen path only, one after the other (PathRecord::
  // line_tokens): what it takes to wait for, where the rest is drawn beside it. 0 without an answer.
  std::int64_t sequential_tokens = 0;
  // Of a sampler: natural logarithm of its estimate of the normaliser of what it samples from; nothing when it was cut short.
  std::optional<double> log_evidence;
  // Where the best of several samples was taken: how far its law can be from the model's (KL, in nats), and so how far what a
  // verifier prefers by mistake.
  std::optional<double> kl_bound;
  std::vector<Allocation> allocations;  // of every allocator that had a say, the innermost first; empty = none had
};

class IndependentPaths;  // search/strategies/independent_paths.h

class Strategy {  // immutable: one object may solve many problems at once
 public:
  virtual ~Strategy() = default;
  // `problem` and `space` outlive the coroutine.
  virtual awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const = 0;
  // Itself, where it draws paths that do not depend on each other, so that others may decide how many there will be; else null.
  virtual const IndependentPaths* independent() const { return nullptr; }
};

struct StrategyEntry {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view source;   // paper or "standard"
  std::vector<ParameterSpec> parameters;
  bool uses_verifier = false;
  // It asks the model more than the problem: replies, questions about what was drawn, likelihoods of given texts. Most of that
  // needs a chat (Problem::render).
  bool asks_further = false;
  // Its paths are samples, n of them whatever comes of them, but for a greedy first one: what it makes is independent().
  bool draws_samples = false;
  bool asks_models = false;  // it draws from every model of the space, not from the first only (SearchSpace::models)
  std::unique_ptr<Strategy> (*make)(const Parameters& parameters, std::shared_ptr<const Verifier> verifier);
};

std::span<const StrategyEntry> strategies();  // in the order they are shown
// The named row. Throws Error not_found with the nearest name.
const StrategyEntry& find_strategy(std::string_view name);
// Parses "best_of_n:n=64", validates, makes. `verifier` may be null where the entry does not use one.
std::unique_ptr<Strategy> make_strategy(std::string_view text, std::shared_ptr<const Verifier> verifier);

}  // namespace reckon
