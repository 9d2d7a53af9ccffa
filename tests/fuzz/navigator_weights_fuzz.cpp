// A navigator's weights: any bytes are a network with finite values, or an Error.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "search/navigation/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const reckon::NavigatorNetwork network(text, "weights");
    for (const double value : network.values({0, 0.25, 0.5, 0.75, 1, 1, 0})) {
      if (!std::isfinite(value)) std::abort();
    }
  } catch (const reckon::Error& error) {
    if (error.code() != reckon::ErrorCode::bad_file || error.context() != "weights") std::abort();
  }
  return 0;
}
