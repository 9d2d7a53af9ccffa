#include "formats/gguf/byte_reader.h"

#include <fmt/format.h>

namespace reckon::gguf {

const std::byte* ByteReader::take(std::uint64_t count, std::string_view field) {
  if (count > remaining()) {
    fail(field, offset_,
         fmt::format("needs {} bytes but the file ends after {}; it is truncated or damaged", count, remaining()));
  }
  const std::byte* data = bytes_.data() + offset_;
  offset_ += count;
  return data;
}

std::string_view ByteReader::read_string(std::string_view field) {
  const std::uint64_t start = offset_;
  const auto length = read<std::uint64_t>(field);
  if (length > remaining()) {
    fail(field, start, fmt::format("string of {} bytes; only {} remain in the file", length, remaining()));
  }
  return {reinterpret_cast<const char*>(take(length, field)), length};
}

std::uint64_t ByteReader::read_count(std::string_view field, std::uint64_t item_bytes) {
  const std::uint64_t start = offset_;
  const auto count = read<std::uint64_t>(field);
  if (count > remaining() / item_bytes) {
    fail(field, start,
         fmt::format("count of {}; the remaining {} bytes hold at most {}", count, remaining(), remaining() / item_bytes));
  }
  return count;
}

void ByteReader::fail(std::string_view field, std::uint64_t offset, const std::string& message, ErrorCode code) const {
  throw Error(code, message, fmt::format("{}: {} (offset {:#x})", source_, field, offset));
}

}  // namespace reckon::gguf
