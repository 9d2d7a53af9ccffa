#include "cli/allocation_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/measurement_file.h"
#include "base/error.h"
#include "cli/checks.h"
#include "search/allocator.h"

namespace reckon {

void add_allocation_options(CLI::App& command, AllocationOptions& options) {
  command
      .add_option("--allocator", options.allocator,
                  "how much to spend and when to stop: name:key=value,…, several as adaptive@rollover; 'reckon allocators' lists "
                  "all")
      ->envname("RECKON_ALLOCATOR")
      ->check(not_empty("the name of an allocator"));
  command
      .add_option("--measurements", options.measurements,
                  "what 'reckon eval learn' made, for allocators that choose by it; default reckon-measurements.db beside the "
                  "bundled model")
      ->envname("RECKON_MEASUREMENTS")
      ->check(not_empty("a file"));
}

std::string with_allocator(const std::string& given, const std::string& usual, const AllocationOptions& options) {
  const std::string& strategy = given.empty() ? usual : given;
  if (options.allocator.empty()) return strategy;
  const std::string first = options.allocator.substr(0, options.allocator.find_first_of(":@"));
  if (!find_allocator(first).chooses_strategy) return strategy + "@" + options.allocator;
  if (given.empty()) return options.allocator;
  throw Error(ErrorCode::bad_argument,
              fmt::format("'{}' chooses the strategy itself, and '{}' is given too; leave one of them out", first, given),
              "--allocator");
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
