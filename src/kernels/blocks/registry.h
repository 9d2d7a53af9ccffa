// The block types that kernels compute on. To add one: its file here, its include and its name in BlockList; the scalar codec
// and the kernels of every instruction set follow. A test compares this folder with the list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/blocks/bf16.h"
#include "kernels/blocks/f16.h"
#include "kernels/blocks/f32.h"
#include "kernels/blocks/iq4_nl.h"
#include "kernels/blocks/iq4_xs.h"
#include "kernels/blocks/mxfp4.h"
#include "kernels/blocks/nvfp4.h"
#include "kernels/blocks/q2_k.h"
#include "kernels/blocks/q3_k.h"
#include "kernels/blocks/q4_0.h"
#include "kernels/blocks/q4_1.h"
#include "kernels/blocks/q4_k.h"
#include "kernels/blocks/q5_0.h"
#include "kernels/blocks/q5_1.h"
#include "kernels/blocks/q5_k.h"
#include "kernels/blocks/q6_k.h"
#include "kernels/blocks/q8_0.h"
#include "kernels/blocks/tq1_0.h"
#include "kernels/blocks/tq2_0.h"
#include "kernels/dtype.h"

namespace reckon {

template <typename... Blocks>
struct TypeList {
  static constexpr int size = sizeof...(Blocks);
};
using BlockList = TypeList<blocks::F32, blocks::F16, blocks::BF16, blocks::Q8_0, blocks::Q4_0, blocks::Q4_1, blocks::Q5_0,
                           blocks::Q5_1, blocks::Q2_K, blocks::Q3_K, blocks::Q4_K, blocks::Q5_K, blocks::Q6_K, blocks::IQ4_NL,
                           blocks::IQ4_XS, blocks::TQ1_0, blocks::TQ2_0, blocks::MXFP4, blocks::NVFP4>;

// A row of the table, in the order of BlockList; plain C++, no instruction set needed.
struct BlockCodec {
  DType type;
  int elements;
  int bytes;
  void (*decode_row)(const std::byte* row, std::int64_t columns, float* out);  // columns: a multiple of elements
  // importance [columns] or null; null function where there is no quantiser. Trusts its input: use quantize_row on a file's.
  void (*encode_row)(const float* in, const float* importance, std::int64_t columns, std::byte* row);
  bool weighs;  // encode_row makes use of importance
};
std::span<const BlockCodec> block_codecs() noexcept;

// Position in BlockList, or -1 for a type that nothing computes on.
int block_index(DType type) noexcept;

// Decodes out.size() elements. Throws Error unsupported for a type without a codec, bad_argument if `row` has another size than
// row_bytes(type, out.size()).
void dequantize_row(DType type, std::span<const std::byte> row, std::span<float> out);
// The reverse, rounding as specs card 1.3 says. `importance` is empty or has in.size() weights, finite and not negative: then
// the quantiser minimises sum of importance[i] * (in[i] - decoded[i])², where the type leaves it a choice (Q4_0, Q5_0, Q5_1,
// the K types, TQ2_0; the others ignore it). Throws as above; unsupported also where there is no quantiser; bad_argument for NaN,
// infinities and values beyond a block's scales, except in F32, F16 and BF16, which round them as IEEE says.
void quantize_row(DType type, std::span<const float> in, std::span<std::byte> row, std::span<const float> importance = {});

}  // namespace reckon
