// Rounds the weights of a GGUF model to another type, tensor by tensor: no more than one tensor is in memory besides the mapped
// input. Reports per tensor what that lost. The same input and options give the same bytes on any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "kernels/dtype.h"
#include "tune/importance.h"
#include "tune/quantize_plan.h"

namespace reckon {

struct QuantizeOptions {
  QuantizeTypes types;
  bool requantize = false;                                                 // take tensors that are quantised already
  const Importance* importance = nullptr;                                  // outlives the call; null: each type's own weighting
  std::string calibration;                                                 // what it was measured on, for the metadata
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;  // elements
};

struct TensorReport {
  std::string name;
  DType from, to;
  std::int64_t elements = 0;
  std::int64_t bytes_before = 0, bytes = 0;
  double relative_rmse = 0;  // root of squared error over squares; 0 for an all-zero tensor
  double largest_error = 0;  // of one value
  bool weighted = false;     // measured importance had a say
  std::string note;          // why the type is not the one asked for; that its bytes were copied
};

struct QuantizeReport {
  std::vector<TensorReport> tensors;  // in the file's order
  std::int64_t elements = 0, bytes_before = 0, bytes = 0;
};

// Throws what quantize_file would throw before it converts anything, and leaves nothing on disk: for callers with long work to
// do before, such as calibration.
void check_quantizable(const GgufFile& in, const std::string& out, const QuantizeOptions& options);

// A tensor that has its planned type already is copied byte for byte, with or without `requantize`: nothing is lost by that.
// Nobody sees half a model, and none is left (base/unfinished_file.h). Keys are copied; general.file_type and
// general.quantization_version are set, split.* left out. Throws Error bad_argument (`out` is a file of the input, cannot be
// written, a disk that is full; quantised input of another type without `requantize`; a weight that is no number, or that a type
// cannot hold, with tensor and row), unsupported (a type without a codec).
QuantizeReport quantize_file(const GgufFile& in, const std::string& out, const QuantizeOptions& options, ThreadPool& threads);

}  // namespace reckon
