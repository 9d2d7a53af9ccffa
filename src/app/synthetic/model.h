// Models of random weights in the shape of published ones: the same bytes per token and the same operations, and nothing to
// download.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "app/synthetic/shape.h"
#include "formats/gguf/gguf_file.h"
#include "kernels/dtype.h"

namespace reckon {

struct SyntheticModel {
  SyntheticShape shape;
  DType type = DType::f16;  // of every matrix; norms are F32 ones
};

// "qwen3-0.6b:Q4_K", or "qwen3-0.6b:Q4_K:layers=4" for the first four layers of it. Throws Error bad_argument, not_found: no
// colon, an unknown shape, a type without codec, with the known ones; more layers than the shape has.
SyntheticModel parse_synthetic_model(std::string_view text);

std::int64_t parameters_of(const SyntheticModel& model);

// In memory, with no second copy of the weights. Throws Error out_of_resources when the machine has less memory than that.
GgufFile make_synthetic_model(const SyntheticModel& model, int threads);

// As a file that any reader of GGUF takes; returns its size. The same bytes as in memory. Throws what GgufWriter::write throws.
std::uint64_t write_synthetic_model(const SyntheticModel& model, const std::string& path, int threads,
                                    const std::function<void(std::int64_t done, std::int64_t total)>& on_progress = {});

}  // namespace reckon
