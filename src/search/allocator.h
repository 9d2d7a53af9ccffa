// An allocator decides how much is spent on a problem and when to stop. It stands behind a strategy, "majority:n=32@adaptive", or
// alone where it chooses the strategy itself, "auto"; several stand one behind the other, the innermost first. What it makes is a
// strategy again. Each is one file in allocators/ that ends with its registry entry (docs/allocation.md).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.h"
#include "engine/budget.h"
#include "engine/ledger.h"
#include "search/strategy.h"
#include "search/verifier.h"

namespace reckon {

struct Measurements;  // search/allocators/measurements.h

// What is known of the situation before a problem is begun.
struct AllocatorResources {
  std::shared_ptr<const Measurements> measurements = nullptr;  // null = nothing was measured
  std::string task;                                            // of the problem; "" = of none
  int level = 0;                                               // of the problem; 0 = it has none
  std::string verifier;                                        // as measurements name it; "" = none can be asked
  bool checks = false;                                         // that verifier knows what is right
  std::string prompt;  // how the model is asked, where nothing is added to the problem: "chat" or "plain"; else ""
  Budget budget;
};

// What an allocator is made for.
struct AllocationRequest {
  std::string allocator;  // as asked for
  std::string strategy;   // what it stands behind, allocators in between included; "" = it chooses
  std::shared_ptr<const Verifier> verifier;
  AllocatorResources resources;
};

struct ChosenStrategy {
  std::string strategy;  // as a user would write it
  std::string reason;
};

struct AllocatorEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  std::vector<ParameterSpec> parameters;
  bool chooses_strategy = false;   // it stands alone
  bool uses_verifier = false;      // what it chooses may ask one
  bool asks_measurements = false;  // of earlier evaluations, where there are any
  bool draws_by_outcome = false;   // how many paths it draws, or how, depends on those that it has drawn
  // Null where the strategy is chosen before anything is drawn. Throws Error bad_argument for a strategy it can do nothing with.
  std::unique_ptr<Strategy> (*make)(const Parameters& parameters, const AllocationRequest& request) = nullptr;
  // The choice of those.
  ChosenStrategy (*choose)(const Parameters& parameters, const AllocatorResources& resources) = nullptr;
  // Of one that moves budget between problems: that of the next, given what each may have, how many are done, and what they cost.
  Budget (*next_budget)(const Parameters& parameters, const Budget& quota, std::int64_t done, const Ledger& spent) = nullptr;
};

std::span<const AllocatorEntry> allocators();                 // in the order they are shown
const AllocatorEntry& find_allocator(std::string_view name);  // throws Error not_found with the nearest name

// "majority:n=32@adaptive:threshold=0.9@rollover", taken apart.
struct AllocationText {
  std::string strategy;                 // "" = the first allocator chooses
  std::vector<std::string> allocators;  // the innermost first
};
// An '@' that no allocator's name follows belongs to what stands before it, a file's name perhaps. Throws Error not_found where
// a name, of the strategy or of an allocator, holds one.
AllocationText parse_allocation(std::string_view text);
std::string to_string(const AllocationText& text);

// What is true of the strategy and its allocators together.
struct AllocationTraits {
  bool uses_verifier = false;
  bool asks_models = false;
  bool asks_measurements = false;
};
AllocationTraits traits_of(std::string_view text);
// Rows of the strategy's parameters, then of its allocators'.
std::vector<ParameterSpec> parameters_of(const AllocationText& text);

// Lets the allocator that chooses, where there is one, choose: what is left asks for a strategy by name. Its reason goes to
// `allocations`.
std::string chosen_strategy(std::string_view text, const AllocatorResources& resources, std::vector<Allocation>& allocations);

// Makes a strategy with its allocators. Throws what make_strategy throws, and Error for allocators: not_found, bad_argument.
std::unique_ptr<Strategy> make_allocated(std::string_view text, std::shared_ptr<const Verifier> verifier,
                                         const AllocatorResources& resources = {});

// The budget of the next problem of several that may have `quota` each: the quota, unless an allocator moves what was not used.
Budget next_budget(std::string_view text, const Budget& quota, std::int64_t done, const Ledger& spent);
bool moves_budget(std::string_view text);

}  // namespace reckon
