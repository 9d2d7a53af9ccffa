// What every space does when it forks a path.
#pragma once

#include <cstdint>

#include "search/path.h"

namespace reckon {

// A child of `parent` with everything it has so far, but for its data.
Path fork_of(const Path& parent, std::uint64_t id);

}  // namespace reckon
