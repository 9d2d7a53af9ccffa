// A cursor over untrusted little-endian bytes: every read is checked against what is left, every failure names file, field
// and byte offset.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace reckon::gguf {

static_assert(std::endian::native == std::endian::little, "fields are copied as they lie in the file");

class ByteReader {
 public:
  // `bytes` and `source` (the file's name) outlive the reader.
  ByteReader(std::span<const std::byte> bytes, std::string_view source) : bytes_(bytes), source_(source) {}

  std::uint64_t offset() const noexcept { return offset_; }
  std::uint64_t remaining() const noexcept { return bytes_.size() - offset_; }
  std::string_view source() const noexcept { return source_; }

  template <typename T>
  T read(std::string_view field) {
    T value;
    std::memcpy(&value, take(sizeof(T), field), sizeof(T));
    return value;
  }

  // `count` is checked against the rest of the file; the caller's buffer is therefore never larger than the file.
  const std::byte* take(std::uint64_t count, std::string_view field);
  // u64 length, bytes. The view is into the file.
  std::string_view read_string(std::string_view field);
  // u64 count of items of at least `item_bytes` bytes each.
  std::uint64_t read_count(std::string_view field, std::uint64_t item_bytes);

  [[noreturn]] void fail(std::string_view field, std::uint64_t offset, const std::string& message,
                         ErrorCode code = ErrorCode::bad_file) const;

 private:
  std::span<const std::byte> bytes_;
  std::string_view source_;
  std::uint64_t offset_ = 0;
};

}  // namespace reckon::gguf
