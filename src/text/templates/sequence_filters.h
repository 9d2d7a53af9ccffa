// Filters on lists, dicts and what else can be iterated.
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "text/templates/operators.h"

namespace reckon::jinja {

std::span<const std::pair<std::string_view, Filter>> sequence_filters();

}  // namespace reckon::jinja
