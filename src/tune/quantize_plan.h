// Which type each tensor of a model gets.
// Source: the defaults of common GGUF tools, specs card 1.3; fallbacks of rows that are no multiple of 256 as there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "kernels/dtype.h"

namespace reckon {

struct QuantizeTypes {
  DType type = DType::q4_k;
  std::optional<DType> output;  // of the output matrix, and of an embedding table that is both; none: see plan_types
};

struct PlannedTensor {
  DType type;
  std::string note;  // why it is not what was asked for; "" if it is
};

// In the file's order. Vectors and expert routers are F32, integer tensors stay. The output matrix, unless types.output says
// otherwise, gets Q6_K where `type` is smaller, and with TQ2_0 so does the embedding table: both suffer more than the layers.
// Where rows are no whole number of 256-blocks, Q4_K becomes Q5_0, Q5_K Q5_1, Q6_K Q8_0, TQ2_0 Q4_0; where they are none of
// 32-blocks, F16. Throws Error unsupported for a type without a quantiser.
std::vector<PlannedTensor> plan_types(const GgufFile& file, const QuantizeTypes& types);

// Types that can be written, in the order of the block registry.
std::vector<DType> quantizable_types();

// "general.file_type" of a file whose matrices are mostly of this type.
std::uint32_t file_type_of(DType type);

}  // namespace reckon
