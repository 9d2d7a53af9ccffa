// Looking up a row by name in any registry of plug-ins, with a suggestion in the error.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.h"

namespace reckon {

// Throws Error not_found: "no such strategy 'best-of-n'; did you mean 'best_of_n'? 'reckon strategies' lists all".
[[noreturn]] void throw_not_found(std::string_view kind, std::string_view name, std::span<const std::string> known,
                                  std::string_view hint);

template <typename Entry>
const Entry& find_entry(std::span<const Entry> table, std::string_view name, std::string_view kind, std::string_view hint) {
  std::vector<std::string> known;
  for (const Entry& entry : table) {
    if (entry.name == name) return entry;
    known.emplace_back(entry.name);
  }
  throw_not_found(kind, name, known, hint);
}

}  // namespace reckon
