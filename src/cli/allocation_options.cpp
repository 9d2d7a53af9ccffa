#include "cli/allocation_options.h"

#include <algorithm>

#include "app/measurement_file.h"
#include "base/error.h"
#include "cli/checks.h"
#include "search/allocator.h"

namespace reckon {

void add_allocation_options(CLI::App& command, AllocationOptions& options) {
  command
      .add_option("--allocator", options.allocator,
                  "how much to spend and when to stop: name:key=value,…; 'reckon allocators' lists all")
      ->envname("RECKON_ALLOCATOR")
      ->check(not_empty("the name of an allocator"));
  command
      .add_option("--measurements", options.measurements,
                  "what 'reckon eval learn' made, for allocators that choose by it; default reckon-measurements.db beside the "
                  "bundled model")
      ->envname("RECKON_MEASUREMENTS")
      ->check(not_empty("a file"));
}

std::string with_allocator(const std::string& strategy, const AllocationOptions& options) {
  if (options.allocator.empty()) return strategy;
  const AllocatorEntry& entry = find_allocator(parse_named_parameters(options.allocator, "--allocator").name);
  return entry.chooses_strategy ? options.allocator : strategy + "@" + options.allocator;
}

std::shared_ptr<const Measurements> measurements_for(std::span<const std::string> strategies, const AllocationOptions& options,
                                                     const ModelOptions& model) {
  const auto asks = [](const std::string& strategy) { return traits_of(strategy).asks_measurements; };
  if (std::ranges::none_of(strategies, asks)) return nullptr;
  const std::string file = options.measurements.empty() ? default_measurements() : options.measurements;
  if (file.empty()) return nullptr;
  auto measurements = read_measurements(file, model_fingerprint(runtime_options(model)));
  if (measurements) return std::make_shared<const Measurements>(std::move(*measurements));
  if (options.measurements.empty()) return nullptr;
  throw Error(ErrorCode::not_found, "holds no measurements of this model; 'reckon eval learn' adds them", file);
}

std::shared_ptr<const Measurements> measurements_for(const std::string& strategy, const AllocationOptions& options,
                                                     const ModelOptions& model) {
  return measurements_for(std::span(&strategy, 1), options, model);
}

}  // namespace reckon
