#include "formats/gguf/gguf_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstring>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/unfinished_file.h"
#include "formats/gguf/format.h"

namespace reckon {
namespace {

template <typename T>
void put(std::ostream& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.write(bytes, sizeof(T));
}

void put_string(std::ostream& out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void put_array(std::ostream& out, const MetadataArray& array, std::string_view key, int depth);

template <typename T>
void put_value(std::ostream& out, const T& value, std::string_view key, int depth) {
  if constexpr (std::same_as<T, bool>) {
    put<std::uint8_t>(out, value ? 1 : 0);
  } else if constexpr (std::same_as<T, MetadataArray>) {
    put_array(out, value, key, depth + 1);
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    put_string(out, value);
  } else {
    put(out, value);
  }
}

void put_array(std::ostream& out, const MetadataArray& array, std::string_view key, int depth) {
  if (depth > gguf::kMaxArrayDepth) {
    throw Error(ErrorCode::bad_argument, fmt::format("arrays are nested deeper than {} levels", gguf::kMaxArrayDepth),
                fmt::format("key {}", quote_bytes(key)));
  }
  put(out, static_cast<std::uint32_t>(array.element_type()));
  put<std::uint64_t>(out, array.size());
  std::visit(
      [&](const auto& items) {
        for (std::size_t i = 0; i < items.size(); ++i) {
          if constexpr (std::same_as<std::decay_t<decltype(items)>, std::vector<bool>>) {
            put_value(out, static_cast<bool>(items[i]), key, depth);
          } else {
            put_value(out, items[i], key, depth);
          }
        }
      },
      array.items);
}

void put_padding(std::ostream& out, std::uint64_t position, std::uint64_t alignment) {
  for (; position % alignment != 0; ++position) out.put('\0');
}

std::uint64_t alignment_of(const Metadata& metadata) {
  const MetadataValue* value = metadata.find(gguf::kAlignmentKey);
  if (value == nullptr) return gguf::kDefaultAlignment;
  const auto* alignment = std::get_if<std::uint32_t>(value);
  if (alignment == nullptr || !gguf::valid_alignment(*alignment)) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("expected a u32 that is a power of two and at least {}", gguf::kMinimumAlignment),
                fmt::format("key '{}'", gguf::kAlignmentKey));
  }
  return *alignment;
}

[[noreturn]] void refuse(const std::string& name, const std::string& message) {
  throw Error(ErrorCode::bad_argument, message, fmt::format("tensor {}", quote_bytes(name)));
}

std::int64_t checked_bytes(const std::string& name, DType type, const std::vector<std::int64_t>& dims) {
  if (dims.empty() || dims.size() > gguf::kMaxDims) {
    refuse(name, fmt::format("{} dimensions; expected 1 to {}", dims.size(), gguf::kMaxDims));
  }
  if (std::ranges::any_of(dims, [](std::int64_t dim) { return dim <= 0; })) refuse(name, "a dimension is not positive");
  std::int64_t bytes = row_bytes(type, dims[0]);
  for (std::size_t i = 1; i < dims.size(); ++i) {
    if (__builtin_mul_overflow(bytes, dims[i], &bytes)) refuse(name, "the dimensions make more than 2^63 bytes");
  }
  return bytes;
}

}  // namespace

void GgufWriter::declare_tensor(std::string name, DType type, std::vector<std::int64_t> dims) {
  if (name.empty() || name.size() > gguf::kMaxNameBytes) {
    refuse(name, fmt::format("the name has {} bytes; expected 1 to {}", name.size(), gguf::kMaxNameBytes));
  }
  const std::int64_t size = checked_bytes(name, type, dims);
  if (!names_.insert(name).second) refuse(name, "the name is taken");
  tensors_.push_back({std::move(name), type, std::move(dims), static_cast<std::uint64_t>(size), {}});
}

void GgufWriter::add_tensor(std::string name, DType type, std::vector<std::int64_t> dims, std::span<const std::byte> bytes) {
  declare_tensor(std::move(name), type, std::move(dims));
  Tensor& tensor = tensors_.back();
  if (std::cmp_equal(tensor.size, bytes.size())) {
    tensor.bytes = bytes;
    return;
  }
  const Tensor wrong = std::move(tensor);
  tensors_.pop_back();
  names_.erase(wrong.name);
  refuse(wrong.name,
         fmt::format("{} bytes were given; its dimensions and type {} make {}", bytes.size(), name_of(type), wrong.size));
}

std::string GgufWriter::header() const {
  const std::uint64_t alignment = alignment_of(metadata_);
  std::ostringstream out;
  out.write(gguf::kMagic.data(), static_cast<std::streamsize>(gguf::kMagic.size()));
  put(out, gguf::kVersion);
  put<std::uint64_t>(out, tensors_.size());
  put<std::uint64_t>(out, metadata_.size());
  for (const auto& [key, value] : metadata_.values()) {
    if (key.empty() || key.size() > gguf::kMaxKeyBytes) {
      throw Error(ErrorCode::bad_argument, fmt::format("the key has {} bytes; expected 1 to {}", key.size(), gguf::kMaxKeyBytes),
                  fmt::format("key {}", quote_bytes(key)));
    }
    put_string(out, key);
    put(out, static_cast<std::uint32_t>(type_of(value)));
    std::visit([&, &name = key](const auto& held) { put_value(out, held, name, 0); }, value);
  }
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors_) {
    put_string(out, tensor.name);
    put<std::uint32_t>(out, static_cast<std::uint32_t>(tensor.dims.size()));
    for (const std::int64_t dim : tensor.dims) put<std::uint64_t>(out, static_cast<std::uint64_t>(dim));
    put<std::uint32_t>(out, static_cast<std::uint32_t>(tensor.type));
    put<std::uint64_t>(out, offset);
    offset = gguf::align_up(offset + tensor.size, alignment);
  }
  put_padding(out, static_cast<std::uint64_t>(out.tellp()), alignment);
  return std::move(out).str();
}

std::span<const std::byte> GgufWriter::bytes_of(std::size_t index, const TensorSource& source) const {
  const std::span<const std::byte> bytes = source(index);
  const Tensor& tensor = tensors_[index];
  if (bytes.size() == tensor.size) return bytes;
  throw Error(ErrorCode::internal, fmt::format("{} bytes came for {} declared", bytes.size(), tensor.size), tensor.name);
}

void GgufWriter::write_tensors(std::ostream& out, const TensorSource& source) const {
  const std::uint64_t alignment = alignment_of(metadata_);
  for (std::size_t i = 0; i < tensors_.size() && out; ++i) {
    const std::span<const std::byte> bytes = bytes_of(i, source);
    errno = 0;
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    put_padding(out, bytes.size(), alignment);
  }
}

GgufWriter::TensorSource GgufWriter::held() const {
  return [this](std::size_t i) { return tensors_[i].bytes; };
}

void GgufWriter::write(const std::string& path) const { write(path, held()); }

void GgufWriter::check_place(const std::string& path) { const UnfinishedFile file(path); }

void GgufWriter::write(const std::string& path, const TensorSource& source) const {
  const std::string head = header();  // refuses bad keys before anything is on disk
  UnfinishedFile file(path);
  file.out().write(head.data(), static_cast<std::streamsize>(head.size()));
  write_tensors(file.out(), source);
  file.finish();
}

std::uint64_t GgufWriter::file_bytes() const {
  std::uint64_t size = header().size();
  for (const Tensor& tensor : tensors_) size += gguf::align_up(tensor.size, alignment_of(metadata_));
  return size;
}

HugeMemory GgufWriter::to_memory(const TensorSource& source) const {
  const std::string head = header();
  HugeMemory memory(file_bytes(), "a model in memory; raise the limit on address space (ulimit -v)");
  std::memcpy(memory.data(), head.data(), head.size());
  std::byte* to = memory.data() + head.size();
  for (std::size_t i = 0; i < tensors_.size(); ++i) {  // what lies between tensors is zero already
    const std::span<const std::byte> bytes = bytes_of(i, source);
    std::ranges::copy(bytes, to);
    to += gguf::align_up(bytes.size(), alignment_of(metadata_));
  }
  return memory;
}

std::vector<std::byte> GgufWriter::to_bytes() const {
  std::ostringstream out;
  out << header();
  write_tensors(out, held());
  const std::string text = std::move(out).str();
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

}  // namespace reckon
