#include "search/allocator.h"

#include <algorithm>

#include "base/error.h"

namespace reckon {
namespace {

constexpr char kBehind = '@';
constexpr std::size_t kMostAllocators = 16;  // there are fewer kinds, and each makes the strategy behind it anew

std::string_view name_in(std::string_view text) { return text.substr(0, std::min(text.find(':'), text.find(kBehind))); }

bool is_allocator(std::string_view name) {
  return std::ranges::any_of(allocators(), [name](const AllocatorEntry& entry) { return entry.name == name; });
}

struct NamedAllocator {
  const AllocatorEntry* entry;
  Parameters parameters;
};

NamedAllocator allocator_named(const std::string& text) {
  const NamedParameters given = parse_named_parameters(text, "--allocator");
  const AllocatorEntry& entry = find_allocator(given.name);
  return {&entry, Parameters(entry.parameters, given.values, "allocator '" + given.name + "'")};
}

const AllocatorEntry& entry_of(const std::string& allocator) {
  return find_allocator(parse_named_parameters(allocator, "--allocator").name);
}

// Where an allocator's name should stand and none does. What comes behind a ':' may be the name of a file.
void check_name_behind(std::string_view text) {
  const std::size_t behind = text.find(kBehind);
  if (behind < text.find(':')) find_allocator(name_in(text.substr(behind + 1)));  // which throws
}

void check_place(const AllocationText& text, std::size_t index) {
  const AllocatorEntry& entry = entry_of(text.allocators[index]);
  const bool alone = text.strategy.empty() && index == 0;
  if (entry.chooses_strategy == alone) return;
  const std::string name(entry.name);
  if (alone) {
    throw Error(ErrorCode::bad_argument, "the allocator '" + name + "' needs a strategy before it: majority@" + name,
                "--strategy");
  }
  throw Error(ErrorCode::bad_argument, "the allocator '" + name + "' chooses the strategy itself; write --strategy " + name,
              "--allocator");
}

}  // namespace

AllocationText parse_allocation(std::string_view text) {
  AllocationText parsed;
  std::size_t end = text.size();
  for (std::size_t at = text.rfind(kBehind); at != std::string_view::npos && at > 0; at = text.rfind(kBehind, at - 1)) {
    if (!is_allocator(name_in(text.substr(at + 1)))) continue;
    parsed.allocators.insert(parsed.allocators.begin(), std::string(text.substr(at + 1, end - at - 1)));
    end = at;
  }
  const std::string_view first = text.substr(0, end);
  parse_named_parameters(first, "--strategy");  // throws where it names nothing
  check_name_behind(first);
  for (const std::string& allocator : parsed.allocators) check_name_behind(allocator);
  if (is_allocator(name_in(first))) {
    parsed.allocators.insert(parsed.allocators.begin(), std::string(first));
  } else {
    parsed.strategy = first;
  }
  if (parsed.allocators.size() > kMostAllocators) {
    throw Error(ErrorCode::bad_argument, "there are more than 16 allocators behind one strategy", "--strategy");
  }
  for (std::size_t i = 0; i < parsed.allocators.size(); ++i) check_place(parsed, i);
  return parsed;
}

std::string to_string(const AllocationText& text) {
  std::string whole = text.strategy;
  for (const std::string& allocator : text.allocators) whole += (whole.empty() ? "" : std::string(1, kBehind)) + allocator;
  return whole;
}

AllocationTraits traits_of(std::string_view text) {
  const AllocationText parsed = parse_allocation(text);
  AllocationTraits traits;
  if (!parsed.strategy.empty()) {
    const StrategyEntry& entry = find_strategy(parse_named_parameters(parsed.strategy, "--strategy").name);
    traits.uses_verifier = entry.uses_verifier;
    traits.asks_models = entry.asks_models;
  }
  for (const std::string& allocator : parsed.allocators) {
    const AllocatorEntry& entry = entry_of(allocator);
    traits.uses_verifier = traits.uses_verifier || entry.uses_verifier;
    traits.asks_measurements = traits.asks_measurements || entry.asks_measurements;
  }
  return traits;
}

std::vector<ParameterSpec> parameters_of(const AllocationText& text) {
  std::vector<ParameterSpec> rows;
  if (!text.strategy.empty()) rows = find_strategy(parse_named_parameters(text.strategy, "--strategy").name).parameters;
  for (const std::string& allocator : text.allocators) {
    const std::vector<ParameterSpec>& more = entry_of(allocator).parameters;
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

std::string chosen_strategy(std::string_view text, const AllocatorResources& resources, std::vector<Allocation>& allocations) {
  AllocationText parsed = parse_allocation(text);
  if (!parsed.strategy.empty()) return to_string(parsed);
  const NamedAllocator chooser = allocator_named(parsed.allocators.front());
  if (chooser.entry->choose == nullptr) return to_string(parsed);
  const ChosenStrategy chosen = chooser.entry->choose(chooser.parameters, resources);
  Allocation allocation;
  allocation.allocator = parsed.allocators.front();
  allocation.strategy = chosen.strategy;
  allocation.reason = chosen.reason;
  allocations.push_back(std::move(allocation));
  parsed.allocators.erase(parsed.allocators.begin());
  parsed.strategy = chosen.strategy;
  return to_string(parsed);
}

std::unique_ptr<Strategy> make_allocated(std::string_view text, std::shared_ptr<const Verifier> verifier,
                                         const AllocatorResources& resources) {
  std::vector<Allocation> allocations;
  AllocationText parsed = parse_allocation(chosen_strategy(text, resources, allocations));
  if (parsed.allocators.empty()) return make_strategy(parsed.strategy, std::move(verifier));
  AllocationRequest request;
  request.allocator = parsed.allocators.back();
  parsed.allocators.pop_back();
  request.strategy = to_string(parsed);
  request.verifier = std::move(verifier);
  request.resources = resources;
  const NamedAllocator outermost = allocator_named(request.allocator);
  return outermost.entry->make(outermost.parameters, request);
}

bool moves_budget(std::string_view text) {
  const AllocationText parsed = parse_allocation(text);
  return std::ranges::any_of(parsed.allocators, [](const std::string& one) { return entry_of(one).next_budget != nullptr; });
}

Budget next_budget(std::string_view text, const Budget& quota, std::int64_t done, const Ledger& spent) {
  for (const std::string& allocator : parse_allocation(text).allocators) {
    const NamedAllocator named = allocator_named(allocator);
    if (named.entry->next_budget != nullptr) return named.entry->next_budget(named.parameters, quota, done, spent);
  }
  return quota;
}

}  // namespace reckon
