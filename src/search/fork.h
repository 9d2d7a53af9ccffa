// What every space does when it forks a path, or begins a new turn on it.
#pragma once

#include <cstdint>
#include <string_view>

#include "search/path.h"

namespace reckon {

// A child of `parent` with everything it has so far, but for its data.
Path fork_of(const Path& parent, std::uint64_t id);

// The path's text becomes a finished turn, the user's reply another, and a new text begins: nothing is drawn of it yet.
void begin_turn(Path& path, std::string_view reply);

}  // namespace reckon
