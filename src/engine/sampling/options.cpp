#include "engine/sampling/options.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace reckon {
namespace {

void require(bool holds, std::string_view field, double value, std::string_view range) {
  if (!holds) throw Error(ErrorCode::bad_argument, fmt::format("{} is {:g}; expected {}", field, value, range));
}

}  // namespace

void validate(const SamplingOptions& options) {
  // Each comparison is written so that a NaN fails it.
  require(options.temperature >= 0 && options.temperature <= 100, "temperature", options.temperature, "0 to 100");
  require(options.top_k >= 0, "top_k", static_cast<double>(options.top_k), "0 (off) or above");
  require(options.top_p > 0 && options.top_p <= 1, "top_p", options.top_p, "above 0, at most 1");
  require(options.min_p >= 0 && options.min_p <= 1, "min_p", options.min_p, "0 to 1");
  require(options.repetition_penalty >= 1e-6 && options.repetition_penalty <= 1e6, "repetition_penalty",
          options.repetition_penalty, "0.000001 to 1000000");
  require(std::fabs(options.presence_penalty) <= 1e6, "presence_penalty", options.presence_penalty, "-1000000 to 1000000");
  require(std::fabs(options.frequency_penalty) <= 1e6, "frequency_penalty", options.frequency_penalty, "-1000000 to 1000000");
  require(options.penalty_window >= -1, "penalty_window", static_cast<double>(options.penalty_window), "-1 (all) or above");
}

}  // namespace reckon
