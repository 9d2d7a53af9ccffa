// A selector turns finished paths into one answer. Each is one file in selectors/ that ends with its registry entry.
// Paths without an answer never vote, and evidence (PathRecord::evidence) votes but never wins. Ties: higher mean log-probability
// per token, then fewer tokens, then lower index.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/parameters.h"
#include "search/path.h"

namespace reckon {

struct Selection {
  std::optional<std::size_t> chosen;  // index of the path whose answer is taken; nothing when no path has one
  double share = 0;                   // of the winning group's weight in all weight that voted
  // Share of the winning group less that of the next; 0 where a tie was broken. Nothing where nothing was weighed against it.
  std::optional<double> margin;
};

struct SelectorEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  Selection (*choose)(std::span<const PathRecord> paths, const Parameters& parameters);
  std::vector<ParameterSpec> parameters = {};
  // Of one that adds up what paths say for their answers: how much each says, from 0 to 1 and whatever the others are. Null = it
  // decides otherwise.
  std::vector<double> (*votes)(std::span<const PathRecord> paths) = nullptr;
  bool (*adds_votes)(const Parameters& parameters) = nullptr;  // whether it does, with these; null = with all
  void (*check)(const Parameters& parameters) = nullptr;       // throws Error for what the rows of its parameters cannot refuse

  Selection select(std::span<const PathRecord> paths) const;  // with its parameters' defaults
};

std::span<const SelectorEntry> selectors();
const SelectorEntry& find_selector(std::string_view name);  // throws Error not_found with the nearest name

class Selector {  // with its parameters; immutable
 public:
  Selector(const SelectorEntry& entry, Parameters parameters) : entry_(&entry), parameters_(std::move(parameters)) {}
  std::string_view name() const { return entry_->name; }
  Selection select(std::span<const PathRecord> paths) const { return entry_->choose(paths, parameters_); }
  bool adds_votes() const {
    return entry_->votes != nullptr && (entry_->adds_votes == nullptr || entry_->adds_votes(parameters_));
  }
  std::vector<double> votes(std::span<const PathRecord> paths) const { return entry_->votes(paths); }

 private:
  const SelectorEntry* entry_;
  Parameters parameters_;
};

// "shortest", "shortest:k=3", as a strategy's parameter `select` says it: further parameters are separated by ':'.
Selector make_selector(std::string_view text);

}  // namespace reckon
