// A selector turns finished paths into one answer. Each is one file in selectors/ that ends with its registry entry.
// Paths without an answer never vote. Ties: higher mean log-probability per token, then fewer tokens, then lower index.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "search/path.h"

namespace reckon {

struct Selection {
  std::optional<std::size_t> chosen;  // index of the path whose answer is taken; nothing when no path has one
  double share = 0;                   // of the winning group's weight in all weight that voted
};

struct SelectorEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  Selection (*select)(std::span<const PathRecord> paths);  // reads answer, score, tokens, log_probability
};

std::span<const SelectorEntry> selectors();  // majority, weighted, best
const SelectorEntry& find_selector(std::string_view name);

}  // namespace reckon
