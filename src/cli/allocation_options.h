// Options of the commands that spend a budget: which allocator, and the measurements that it chooses by.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <span>
#include <string>

#include "cli/model_options.h"
#include "search/allocators/measurements.h"

namespace reckon {

struct AllocationOptions {
  std::string allocator;     // "" = none; several as "adaptive@rollover"
  std::string measurements;  // "" = the default place, if there is a file
};

void add_allocation_options(CLI::App& command, AllocationOptions& options);

// The strategy that was given, or `usual` where none was (""), with the allocators behind it; one that chooses the strategy
// stands alone. Throws Error bad_argument where a strategy was given all the same.
std::string with_allocator(const std::string& given, const std::string& usual, const AllocationOptions& options);

// Those of the model at hand, where any of the strategies asks for them; else null. Throws what read_measurements throws, and
// Error not_found where a file that was named holds none of this model.
std::shared_ptr<const Measurements> measurements_for(std::span<const std::string> strategies, const AllocationOptions& options,
                                                     const ModelOptions& model);
std::shared_ptr<const Measurements> measurements_for(const std::string& strategy, const AllocationOptions& options,
                                                     const ModelOptions& model);

}  // namespace reckon
