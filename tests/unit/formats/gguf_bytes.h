// Hand-made GGUF bytes for tests: puts fields down one by one, right or wrong, independently of the writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::test {

class GgufBytes {
 public:
  template <typename T>
  GgufBytes& put(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    text_.append(raw, sizeof(T));
    return *this;
  }
  GgufBytes& raw(std::string_view bytes) {
    text_ += bytes;
    return *this;
  }
  GgufBytes& u32(std::uint32_t value) { return put(value); }
  GgufBytes& u64(std::uint64_t value) { return put(value); }
  GgufBytes& string(std::string_view text) { return u64(text.size()).raw(text); }

  GgufBytes& header(std::uint64_t tensors, std::uint64_t keys) { return raw("GGUF").u32(3).u64(tensors).u64(keys); }
  GgufBytes& key(std::string_view name, std::uint32_t type) { return string(name).u32(type); }
  GgufBytes& tensor(std::string_view name, const std::vector<std::uint64_t>& dims, std::uint32_t type, std::uint64_t offset) {
    string(name).u32(static_cast<std::uint32_t>(dims.size()));
    for (const std::uint64_t dim : dims) u64(dim);
    return u32(type).u64(offset);
  }
  GgufBytes& pad(std::size_t alignment = 32) {
    return raw(std::string((alignment - text_.size() % alignment) % alignment, '\0'));
  }
  GgufBytes& data(std::size_t bytes) { return raw(std::string(bytes, '\x5a')); }

  std::size_t size() const { return text_.size(); }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(text_)); }

 private:
  std::string text_;
};

}  // namespace reckon::test
