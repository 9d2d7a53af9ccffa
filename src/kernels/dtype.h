// Element and block types of tensors: ids, names and sizes of every ggml type (the "ggml_type" field of a GGUF tensor).
// A row is a whole number of blocks; a block is `block_elements` values in `block_bytes` bytes. Decoding lives in the codecs.
// Source: specs card 1.2; ids and layouts as in ggml's public headers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace reckon {

enum class DType : std::uint32_t {
  f32 = 0,
  f16 = 1,
  q4_0 = 2,
  q4_1 = 3,
  q5_0 = 6,
  q5_1 = 7,
  q8_0 = 8,
  q8_1 = 9,
  q2_k = 10,
  q3_k = 11,
  q4_k = 12,
  q5_k = 13,
  q6_k = 14,
  q8_k = 15,
  iq2_xxs = 16,
  iq2_xs = 17,
  iq3_xxs = 18,
  iq1_s = 19,
  iq4_nl = 20,
  iq3_s = 21,
  iq2_s = 22,
  iq4_xs = 23,
  i8 = 24,
  i16 = 25,
  i32 = 26,
  i64 = 27,
  f64 = 28,
  iq1_m = 29,
  bf16 = 30,
  tq1_0 = 34,
  tq2_0 = 35,
  mxfp4 = 39,
  nvfp4 = 40,
  q1_0 = 41,
  q2_0 = 42,
};

struct DTypeInfo {
  DType type;
  std::string_view name;  // as ggml writes it: "Q4_K"
  int block_elements;
  int block_bytes;
};

// Every known type, by ascending id.
std::span<const DTypeInfo> dtypes() noexcept;

// The row of an id read from a file; null if the id is withdrawn or was never given out.
const DTypeInfo* find_dtype(std::uint32_t id) noexcept;
// The row of a type; a DType outside the enumeration is a fault of the program (Error internal).
const DTypeInfo& dtype_info(DType type);
// The row of a name, ignoring case ("q4_k"); null if there is none.
const DTypeInfo* find_dtype(std::string_view name) noexcept;

std::string_view name_of(DType type);

// Why find_dtype(id) is null, for an error message: "block type 77 is unknown; known are 0..42" or
// "block type 4 (Q4_2) was withdrawn from the format …".
std::string explain_unknown_dtype(std::uint32_t id);

// Bytes of one row of `columns` elements. Throws Error bad_argument if columns is negative, not a multiple of the block,
// or if the size does not fit 63 bits.
std::int64_t row_bytes(DType type, std::int64_t columns);

}  // namespace reckon
