// A stored probe: any sizes and bytes are a probe whose probabilities are finite and sum to one, or an Error.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "search/allocators/difficulty_probe.h"

namespace {

std::int64_t signed_number(const std::uint8_t* bytes) {  // of two bytes
  return static_cast<std::int64_t>(static_cast<std::int16_t>(bytes[0] | bytes[1] << 8));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  reckon::DifficultyProbe probe;
  probe.width = signed_number(data);
  probe.units = signed_number(data + 2);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
  try {
    probe = reckon::with_weights(std::move(probe), bytes);
  } catch (const reckon::Error& error) {
    if (error.code() != reckon::ErrorCode::bad_file) std::abort();
    return 0;
  }
  if (reckon::weight_bytes(probe.weights) != bytes) std::abort();
  for (const float value : {0.0F, -3.0F, std::numeric_limits<float>::max()}) {
    const std::vector<float> hidden(static_cast<std::size_t>(probe.width), value);
    double total = 0;
    for (const double probability : kind_probabilities(probe, hidden)) total += probability;
    if (!(std::abs(total - 1) < 1e-9)) std::abort();
  }
  return 0;
}
