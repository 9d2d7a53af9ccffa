// Running a strategy as it is, and saying so: what allocators do that decide nothing while a problem is being solved.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "search/allocator.h"

namespace reckon {

// The strategy of `request`, whose outcomes say why: `reason` is asked before the problem is begun.
std::unique_ptr<Strategy> noting(const AllocationRequest& request, std::function<std::string(const SearchSpace&)> reason);

}  // namespace reckon
