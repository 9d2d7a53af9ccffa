// What `reckon quantize` does: opens, calibrates if asked, rounds, reports.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/json.h"

namespace reckon {

struct QuantizationRequest {
  std::string in, out;
  std::string type = "Q4_K";
  std::string output_type;  // "" = by rule (tune/quantize_plan.h)
  std::string calibration;  // a text file, or ""
  int context = 0;          // tokens that see each other in calibration; 0 = 512, or the model's context if that is less
  int threads = 0;          // 0 = one per processor
  bool requantize = false;
  std::function<void(std::int64_t done, std::int64_t total)> on_calibrated;  // tokens read
  std::function<void(std::int64_t done, std::int64_t total)> on_written;     // elements
};

// {"file","bytes_before","bytes","bits_per_weight","calibration_tokens","tensors":[{"name","from","to","elements","bytes",
// "relative_rmse","largest_error","weighted","note"}]}. Throws Error: what quantize_file and measure_importance throw,
// bad_argument for an unknown type, with the nearest known one.
Json quantize_model(const QuantizationRequest& request);

std::string quantization_text(const Json& document);

}  // namespace reckon
