#include "models/rope_scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "models/tensor_reader.h"

namespace reckon {
namespace {

double positive(const Metadata& metadata, const std::string& key, double fallback) {
  const double value = metadata.get_float(key, fallback);
  if (!(value > 0) || !std::isfinite(value)) metadata.fail(key, fmt::format("is {}; expected a number above 0", value));
  return value;
}

double linear_factor(const Metadata& metadata, const std::string& prefix) {
  const std::string legacy = prefix + ".rope.scale_linear";
  return positive(metadata, prefix + ".rope.scaling.factor", metadata.contains(legacy) ? positive(metadata, legacy, 1) : 1);
}

void apply_yarn(const Metadata& metadata, const std::string& prefix, int rotary_dims, double base, RopeTable& table) {
  const std::string scaling = prefix + ".rope.scaling.";
  const double factor = positive(metadata, scaling + "factor", 1);
  const double original =
      positive(metadata, scaling + "original_context_length", positive(metadata, prefix + ".context_length", 1) / factor);
  const double beta_fast = positive(metadata, scaling + "yarn_beta_fast", 32);
  const double beta_slow = positive(metadata, scaling + "yarn_beta_slow", 1);
  for (int i = 0; i < rotary_dims / 2; ++i) {
    const double keep = yarn_ramp(i, rotary_dims, base, original, beta_fast, beta_slow);
    double& frequency = table.frequencies[static_cast<std::size_t>(i)];
    frequency = frequency / factor * (1 - keep) + frequency * keep;
  }
  table.magnitude = positive(metadata, scaling + "attn_factor", 1) * (0.1 * std::log(std::max(factor, 1.0)) + 1);
}

void apply_divisors(const GgufFile& file, RopeTable& table) {
  const std::string name = "rope_freqs.weight";
  if (!file.find_tensor(name)) return;
  const std::vector<float> divisors = read_vector(file, name, static_cast<std::int64_t>(table.frequencies.size()));
  for (std::size_t i = 0; i < divisors.size(); ++i) {
    if (!(divisors[i] > 0)) {
      throw Error(ErrorCode::bad_file,
                  fmt::format("tensor '{}': divisor {} is {}; expected a number above 0", name, i, divisors[i]), file.name());
    }
    table.frequencies[i] /= static_cast<double>(divisors[i]);
  }
}

}  // namespace

double yarn_ramp(int pair, int rotary_dims, double base, double original_context, double beta_fast, double beta_slow) {
  const auto dimension = [&](double rotations) {  // the pair that turns so often within the original context
    return rotary_dims * std::log(original_context / (rotations * 2 * std::numbers::pi)) / (2 * std::log(base));
  };
  const double low = std::max(0.0, std::floor(dimension(beta_fast)));
  const double high = std::min(rotary_dims - 1.0, std::ceil(dimension(beta_slow)));
  return 1 - std::clamp((pair - low) / std::max(0.001, high - low), 0.0, 1.0);
}

RopeTable read_rope(const GgufFile& file, const std::string& prefix, int rotary_dims) {
  const Metadata& metadata = file.metadata();
  const double base = positive(metadata, prefix + ".rope.freq_base", 10000);
  RopeTable table;
  for (int i = 0; i < rotary_dims / 2; ++i) table.frequencies.push_back(std::pow(base, -2.0 * i / rotary_dims));

  const std::string key = prefix + ".rope.scaling.type";
  const std::string_view type = metadata.get_string(key, metadata.contains(prefix + ".rope.scale_linear") ? "linear" : "none");
  if (type == "linear") {
    const double factor = linear_factor(metadata, prefix);
    for (double& frequency : table.frequencies) frequency /= factor;
  } else if (type == "yarn") {
    apply_yarn(metadata, prefix, rotary_dims, base, table);
  } else if (type != "none") {
    throw Error(ErrorCode::unsupported, fmt::format("{} is {}; known are none, linear, yarn", key, quote_bytes(type)),
                file.name());
  }
  apply_divisors(file, table);
  return table;
}

}  // namespace reckon
