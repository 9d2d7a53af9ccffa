// What the verifiers that read token statistics share.
#pragma once

#include <span>
#include <string_view>

#include "search/path.h"

namespace reckon {

// Of every token drawn for the path; empty where none was. Throws Error unsupported when its space does not note them.
std::span<const TokenStatistics> noted_statistics(const Path& path, std::string_view verifier);

// From [0, infinity) to [0, 1), rising: x / (1 + x).
double squashed(double value);

}  // namespace reckon
