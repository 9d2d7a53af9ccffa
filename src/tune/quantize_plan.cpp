#include "tune/quantize_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

struct TypeRow {
  DType type;
  DType fallback;           // where a row is no whole number of blocks
  std::uint32_t file_type;  // as llama.cpp numbers them
};
constexpr std::array kRows = {
    TypeRow{DType::f32, DType::f32, 0},    TypeRow{DType::f16, DType::f16, 1},    TypeRow{DType::bf16, DType::bf16, 32},
    TypeRow{DType::q8_0, DType::f16, 7},   TypeRow{DType::q4_0, DType::f16, 2},   TypeRow{DType::q5_0, DType::f16, 8},
    TypeRow{DType::q5_1, DType::f16, 9},   TypeRow{DType::q4_k, DType::q5_0, 14}, TypeRow{DType::q5_k, DType::q5_1, 16},
    TypeRow{DType::q6_k, DType::q8_0, 18}, TypeRow{DType::tq2_0, DType::q4_0, 37}};

const TypeRow& row_of(DType type) {
  const auto* row = std::ranges::find(kRows, type, &TypeRow::type);
  if (row != kRows.end() && block_index(type) >= 0) return *row;
  std::vector<std::string_view> known;
  for (const DType one : quantizable_types()) known.push_back(name_of(one));
  throw Error(ErrorCode::unsupported,
              fmt::format("there is no quantiser for {}; there is for {}", name_of(type), fmt::join(known, ", ")));
}

double bits_of(DType type) { return 8.0 * dtype_info(type).block_bytes / dtype_info(type).block_elements; }

PlannedTensor fitted(DType wanted, std::int64_t columns) {
  DType type = wanted;
  while (columns % dtype_info(type).block_elements != 0) type = row_of(type).fallback;
  if (type == wanted) return {type, ""};
  return {type, fmt::format("rows of {} are no multiple of {}", columns, dtype_info(wanted).block_elements)};
}

// Counts, tables: nothing to round.
bool is_number_table(DType type) {
  constexpr std::array kTypes = {DType::i8, DType::i16, DType::i32, DType::i64, DType::f64};
  return std::ranges::find(kTypes, type) != kTypes.end();
}
bool is_vector(const TensorInfo& tensor) { return tensor.rows() == 1; }
// A wrong expert is worse than a rough one, and routers are small.
bool is_router(const TensorInfo& tensor) { return tensor.name.find("ffn_gate_inp") != std::string::npos; }

}  // namespace

std::vector<PlannedTensor> plan_types(const GgufFile& file, const QuantizeTypes& types) {
  row_of(types.type);
  const bool small = bits_of(types.type) < bits_of(DType::q6_k);
  const DType output = types.output.value_or(small ? DType::q6_k : types.type);
  row_of(output);
  const bool tied = file.find_tensor("output.weight") == nullptr;
  std::vector<PlannedTensor> plan;
  for (const TensorInfo& tensor : file.tensors()) {
    const bool embedding = tensor.name == "token_embd.weight";
    if (is_number_table(tensor.type)) {
      plan.push_back({tensor.type, ""});
    } else if (is_vector(tensor) || is_router(tensor)) {
      plan.push_back({DType::f32, ""});
    } else if (tensor.name == "output.weight" || (embedding && tied)) {
      plan.push_back(fitted(output, tensor.dims[0]));
    } else {
      plan.push_back(fitted(embedding && types.type == DType::tq2_0 ? DType::q6_k : types.type, tensor.dims[0]));
    }
  }
  return plan;
}

std::vector<DType> quantizable_types() {
  std::vector<DType> types;
  for (const BlockCodec& codec : block_codecs()) {
    if (codec.encode_row != nullptr) types.push_back(codec.type);
  }
  return types;
}

std::uint32_t file_type_of(DType type) { return row_of(type).file_type; }

}  // namespace reckon
