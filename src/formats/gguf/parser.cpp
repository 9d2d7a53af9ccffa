#include "formats/gguf/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "formats/gguf/byte_reader.h"
#include "formats/gguf/format.h"

namespace reckon::gguf {
namespace {

constexpr std::uint64_t kMinKeyBytes = 8 + 1 + 4 + 1;                 // length, one character, type, one byte
constexpr std::uint64_t kMinTensorInfoBytes = 8 + 1 + 4 + 8 + 4 + 8;  // length, one character, n_dims, one dim, type, offset

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(c));
  return text;
}

// What people most often hand over instead of a GGUF file.
std::string_view hint_for(std::string_view head) {
  if (head.starts_with("PK")) return "; it looks like a zip archive or a PyTorch checkpoint";
  if (head.starts_with("lmgg") || head.starts_with("fmgg") || head.starts_with("tjgg")) {
    return "; it is an older GGML file: convert the original model to GGUF";
  }
  if (head.size() > 8 && head[8] == '{') return "; it looks like a safetensors file: give the folder that holds it";
  return "";
}

void check_magic(std::span<const std::byte> bytes, ByteReader& reader) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16));
  if (head.starts_with(kMagic)) {
    reader.take(kMagic.size(), "magic");
    return;
  }
  const std::string_view found = head.substr(0, kMagic.size());
  reader.fail("magic", 0,
              fmt::format("not a GGUF file: it begins with {} ({}), a GGUF file begins with 'GGUF' (47 47 55 46){}",
                          quote_bytes(found), hexadecimal(found), hint_for(head)));
}

std::uint32_t read_version(ByteReader& reader) {
  const std::uint64_t start = reader.offset();
  const auto version = reader.read<std::uint32_t>("version");
  if (version == 2 || version == kVersion) return version;
  std::string message = fmt::format("version {} is unknown; known are 2 and 3", version);
  if (version == 1) message = "version 1 is not read; known are 2 and 3: convert the original model again with a current tool";
  if ((version & 0xffff) == 0 && version != 0) {
    message = "the file is big-endian; only little-endian files are read: convert the original model on a little-endian machine";
  }
  reader.fail("version", start, message, ErrorCode::unsupported);
}

// Bytes of the smallest element of a type, for checking a count before anything is reserved.
std::uint64_t minimum_bytes(ValueType type) {
  switch (type) {
    case ValueType::u8:
    case ValueType::i8:
    case ValueType::boolean: return 1;
    case ValueType::u16:
    case ValueType::i16: return 2;
    case ValueType::u32:
    case ValueType::i32:
    case ValueType::f32: return 4;
    case ValueType::string:
    case ValueType::u64:
    case ValueType::i64:
    case ValueType::f64: return 8;
    case ValueType::array: return 12;
  }
  return 1;
}

ValueType read_value_type(ByteReader& reader, std::string_view field) {
  const std::uint64_t start = reader.offset();
  const auto id = reader.read<std::uint32_t>(field);
  if (id >= kValueTypes) reader.fail(field, start, fmt::format("value type {} is unknown; known are 0..{}", id, kValueTypes - 1));
  return static_cast<ValueType>(id);
}

bool read_bool(ByteReader& reader, std::string_view field) {
  const std::uint64_t start = reader.offset();
  const auto byte = reader.read<std::uint8_t>(field);
  if (byte > 1) reader.fail(field, start, fmt::format("bool is {}; expected 0 or 1", byte));
  return byte == 1;
}

template <typename T>
std::vector<T> read_numbers(ByteReader& reader, std::string_view field, std::uint64_t count) {
  const std::byte* data = reader.take(count * sizeof(T), field);  // no overflow: count * sizeof(T) <= remaining()
  std::vector<T> numbers(count);
  if (count > 0) std::memcpy(numbers.data(), data, count * sizeof(T));
  return numbers;
}

MetadataArray read_array(ByteReader& reader, std::string_view field, int depth);

template <typename T>
T read_elements(ByteReader& reader, std::string_view field, std::uint64_t count, int depth) {
  T items;
  items.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    if constexpr (std::same_as<T, StringArray>) {
      items.push_back(reader.read_string(field));
    } else if constexpr (std::same_as<T, std::vector<bool>>) {
      items.push_back(read_bool(reader, field));
    } else {
      items.push_back(read_array(reader, field, depth + 1));
    }
  }
  return items;
}

MetadataArray read_array(ByteReader& reader, std::string_view field, int depth) {
  if (depth > kMaxArrayDepth) {
    reader.fail(field, reader.offset(), fmt::format("arrays are nested deeper than {} levels", kMaxArrayDepth));
  }
  const ValueType type = read_value_type(reader, field);
  const std::uint64_t count = reader.read_count(field, minimum_bytes(type));
  switch (type) {
    case ValueType::u8: return {read_numbers<std::uint8_t>(reader, field, count)};
    case ValueType::i8: return {read_numbers<std::int8_t>(reader, field, count)};
    case ValueType::u16: return {read_numbers<std::uint16_t>(reader, field, count)};
    case ValueType::i16: return {read_numbers<std::int16_t>(reader, field, count)};
    case ValueType::u32: return {read_numbers<std::uint32_t>(reader, field, count)};
    case ValueType::i32: return {read_numbers<std::int32_t>(reader, field, count)};
    case ValueType::f32: return {read_numbers<float>(reader, field, count)};
    case ValueType::boolean: return {read_elements<std::vector<bool>>(reader, field, count, depth)};
    case ValueType::string: return {read_elements<StringArray>(reader, field, count, depth)};
    case ValueType::array: return {read_elements<std::vector<MetadataArray>>(reader, field, count, depth)};
    case ValueType::u64: return {read_numbers<std::uint64_t>(reader, field, count)};
    case ValueType::i64: return {read_numbers<std::int64_t>(reader, field, count)};
    case ValueType::f64: return {read_numbers<double>(reader, field, count)};
  }
  throw Error(ErrorCode::internal, "value type without a reader", "gguf");
}

MetadataValue read_value(ByteReader& reader, std::string_view field) {
  switch (read_value_type(reader, field)) {
    case ValueType::u8: return reader.read<std::uint8_t>(field);
    case ValueType::i8: return reader.read<std::int8_t>(field);
    case ValueType::u16: return reader.read<std::uint16_t>(field);
    case ValueType::i16: return reader.read<std::int16_t>(field);
    case ValueType::u32: return reader.read<std::uint32_t>(field);
    case ValueType::i32: return reader.read<std::int32_t>(field);
    case ValueType::f32: return reader.read<float>(field);
    case ValueType::boolean: return read_bool(reader, field);
    case ValueType::string: return std::string(reader.read_string(field));
    case ValueType::array: return read_array(reader, field, 1);
    case ValueType::u64: return reader.read<std::uint64_t>(field);
    case ValueType::i64: return reader.read<std::int64_t>(field);
    case ValueType::f64: return reader.read<double>(field);
  }
  throw Error(ErrorCode::internal, "value type without a reader", "gguf");
}

std::uint64_t read_header_count(ByteReader& reader, std::string_view field, std::uint64_t limit) {
  const std::uint64_t start = reader.offset();
  const auto count = reader.read<std::uint64_t>(field);
  if (count > limit) reader.fail(field, start, fmt::format("{} is beyond any real file; the limit is {}", count, limit));
  return count;
}

void check_header_count(const ByteReader& reader, std::string_view field, std::uint64_t start, std::uint64_t count,
                        std::uint64_t item_bytes) {
  const std::uint64_t fitting = reader.remaining() / item_bytes;
  if (count > fitting) {
    reader.fail(field, start,
                fmt::format("{} cannot fit: the remaining {} bytes hold at most {}", count, reader.remaining(), fitting));
  }
}

Metadata read_metadata(ByteReader& reader, std::uint64_t count, const std::string& name) {
  Metadata metadata(name);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t start = reader.offset();
    const std::string which = fmt::format("key {} of {}", i + 1, count);
    const std::string_view key = reader.read_string(which);
    if (key.empty() || key.size() > kMaxKeyBytes) {
      reader.fail(which, start, fmt::format("the key has {} bytes; expected 1 to {}", key.size(), kMaxKeyBytes));
    }
    const std::string field = fmt::format("key {}", quote_bytes(key));
    if (metadata.contains(key)) reader.fail(field, start, "the key occurs twice");
    metadata.set(std::string(key), read_value(reader, field));
  }
  return metadata;
}

std::uint64_t read_alignment(const Metadata& metadata) {
  const MetadataValue* value = metadata.find(kAlignmentKey);
  if (value == nullptr) return kDefaultAlignment;
  const auto* alignment = std::get_if<std::uint32_t>(value);
  if (alignment == nullptr) metadata.fail(kAlignmentKey, fmt::format("has type {}; expected u32", describe_type(*value)));
  if (!valid_alignment(*alignment)) {
    metadata.fail(kAlignmentKey, fmt::format("is {}; expected a power of two from {} to 2^31", *alignment, kMinimumAlignment));
  }
  return *alignment;
}

struct PlacedTensor {
  TensorInfo info;
  std::uint64_t header_offset = 0;  // where its description begins, for messages
  std::uint64_t bytes = 0;
};

std::string field_of(const TensorInfo& tensor) { return fmt::format("tensor {}", quote_bytes(tensor.name)); }

std::vector<std::int64_t> read_dims(ByteReader& reader, std::string_view field) {
  std::uint64_t start = reader.offset();
  const auto count = reader.read<std::uint32_t>(field);
  if (count == 0 || count > kMaxDims) reader.fail(field, start, fmt::format("{} dimensions; expected 1 to {}", count, kMaxDims));
  std::vector<std::int64_t> dims(count);
  std::int64_t elements = 1;
  for (std::int64_t& dim : dims) {
    start = reader.offset();
    const auto stored = reader.read<std::uint64_t>(field);
    if (stored == 0) reader.fail(field, start, "a dimension is 0; expected at least 1");
    if (!std::in_range<std::int64_t>(stored) || __builtin_mul_overflow(elements, static_cast<std::int64_t>(stored), &elements)) {
      reader.fail(field, start, fmt::format("dimension {} makes more than 2^63 elements", stored));
    }
    dim = static_cast<std::int64_t>(stored);
  }
  return dims;
}

// Bytes of the whole tensor; the caller has made sure that its elements fit 63 bits.
std::uint64_t tensor_bytes(const ByteReader& reader, const TensorInfo& tensor, std::uint64_t header_offset) {
  const DTypeInfo& type = dtype_info(tensor.type);
  if (tensor.dims[0] % type.block_elements != 0) {
    reader.fail(field_of(tensor), header_offset,
                fmt::format("rows of {} elements; {} needs a multiple of {}", tensor.dims[0], type.name, type.block_elements));
  }
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(tensor.elements() / type.block_elements, type.block_bytes, &bytes)) {
    reader.fail(field_of(tensor), header_offset,
                fmt::format("{} {} elements make more than 2^63 bytes", tensor.elements(), type.name));
  }
  return static_cast<std::uint64_t>(bytes);
}

PlacedTensor read_tensor_info(ByteReader& reader, std::string_view which) {
  PlacedTensor placed;
  placed.header_offset = reader.offset();
  TensorInfo& tensor = placed.info;
  const std::string_view name = reader.read_string(which);
  if (name.empty() || name.size() > kMaxNameBytes) {
    reader.fail(which, placed.header_offset, fmt::format("the name has {} bytes; expected 1 to {}", name.size(), kMaxNameBytes));
  }
  tensor.name = name;
  const std::string field = field_of(tensor);
  tensor.dims = read_dims(reader, field);
  const std::uint64_t type_offset = reader.offset();
  const auto type = reader.read<std::uint32_t>(field);
  const DTypeInfo* known = find_dtype(type);
  if (known == nullptr) reader.fail(field, type_offset, explain_unknown_dtype(type));
  tensor.type = known->type;
  tensor.offset = reader.read<std::uint64_t>(field);
  placed.bytes = tensor_bytes(reader, tensor, placed.header_offset);
  return placed;
}

std::vector<std::size_t> order_of(const std::vector<PlacedTensor>& tensors, auto less) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return less(tensors[a].info, tensors[b].info); });
  return order;
}

void refuse_duplicate_names(const ByteReader& reader, const std::vector<PlacedTensor>& tensors) {
  const auto order = order_of(tensors, [](const TensorInfo& a, const TensorInfo& b) { return a.name < b.name; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const PlacedTensor& tensor = tensors[order[i]];
    if (tensor.info.name == tensors[order[i - 1]].info.name) {
      reader.fail(field_of(tensor.info), tensor.header_offset, "the name occurs twice");
    }
  }
}

void refuse_overlaps(const ByteReader& reader, const std::vector<PlacedTensor>& tensors) {
  const auto order = order_of(tensors, [](const TensorInfo& a, const TensorInfo& b) { return a.offset < b.offset; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const PlacedTensor& before = tensors[order[i - 1]];
    const PlacedTensor& tensor = tensors[order[i]];
    if (tensor.info.offset < before.info.offset + before.bytes) {  // ends are within the file, so the sum is exact
      reader.fail(field_of(tensor.info), tensor.header_offset,
                  fmt::format("its data at {:#x} overlaps tensor {} at {:#x} ({} bytes)", tensor.info.offset,
                              quote_bytes(before.info.name), before.info.offset, before.bytes));
    }
  }
}

// The aligned start of the data may lie past the end of a file without tensors; that is legal (vocabulary-only files).
void place_data(const ByteReader& reader, std::span<const std::byte> bytes, std::uint64_t alignment,
                std::vector<PlacedTensor>& tensors) {
  const std::uint64_t data_start = align_up(reader.offset(), alignment);
  const std::uint64_t data_bytes = bytes.size() - std::min<std::uint64_t>(data_start, bytes.size());
  for (PlacedTensor& tensor : tensors) {
    const std::uint64_t offset = tensor.info.offset;
    if (offset % alignment != 0) {
      reader.fail(field_of(tensor.info), tensor.header_offset,
                  fmt::format("data offset {:#x} is not a multiple of the alignment {}", offset, alignment));
    }
    if (offset > data_bytes || tensor.bytes > data_bytes - offset) {
      reader.fail(field_of(tensor.info), tensor.header_offset,
                  fmt::format("{} bytes at data offset {:#x} end beyond the file, whose tensor data has {} bytes (from {:#x}); "
                              "it is truncated or damaged",
                              tensor.bytes, offset, data_bytes, data_start));
    }
    tensor.info.data = bytes.subspan(data_start + offset, tensor.bytes);
  }
}

}  // namespace

Part parse_part(std::span<const std::byte> bytes, const std::string& name) {
  ByteReader reader(bytes, name);
  Part part;
  check_magic(bytes, reader);
  part.version = read_version(reader);
  const std::uint64_t tensors_at = reader.offset();
  const std::uint64_t tensor_count = read_header_count(reader, "tensor_count", kMaxTensors);
  const std::uint64_t keys_at = reader.offset();
  const std::uint64_t key_count = read_header_count(reader, "kv_count", kMaxKeys);
  check_header_count(reader, "tensor_count", tensors_at, tensor_count, kMinTensorInfoBytes);
  check_header_count(reader, "kv_count", keys_at, key_count, kMinKeyBytes);

  part.metadata = read_metadata(reader, key_count, name);
  part.alignment = read_alignment(part.metadata);

  check_header_count(reader, "tensor_count", tensors_at, tensor_count, kMinTensorInfoBytes);
  std::vector<PlacedTensor> tensors;
  tensors.reserve(tensor_count);
  for (std::uint64_t i = 0; i < tensor_count; ++i) {
    tensors.push_back(read_tensor_info(reader, fmt::format("tensor {} of {}", i + 1, tensor_count)));
  }
  refuse_duplicate_names(reader, tensors);
  place_data(reader, bytes, part.alignment, tensors);
  refuse_overlaps(reader, tensors);

  part.tensors.reserve(tensors.size());
  for (PlacedTensor& tensor : tensors) part.tensors.push_back(std::move(tensor.info));
  return part;
}

}  // namespace reckon::gguf
