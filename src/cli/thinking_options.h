// Options of commands that solve problems: how long the model may think on each path.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "app/thinking.h"

namespace reckon {

struct ThinkingFlags {
  std::string range;
  std::int64_t most = -1;
  std::int64_t reserve = -1;
  std::int64_t switches = -1;
  std::string cut = "soft";
  std::string stop;
  std::string more;
};

// Adds --think, --think-budget, --think-cut, --think-reserve, --think-switches, --think-stop, --think-more. `flags` outlives the
// parse.
void add_thinking_options(CLI::App& command, ThinkingFlags& flags);
// Nothing where none was given. Throws Error bad_argument.
std::optional<ThinkingRequest> thinking_request(const ThinkingFlags& flags);

}  // namespace reckon
