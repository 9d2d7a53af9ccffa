// Parses one GGUF file (one part of a split model) out of untrusted bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "formats/gguf/metadata.h"

namespace reckon::gguf {

struct Part {
  std::uint32_t version = 0;
  std::uint64_t alignment = 0;
  Metadata metadata;
  std::vector<TensorInfo> tensors;  // views into the bytes that were parsed
};

// Throws Error bad_file or unsupported. Memory stays within a small multiple of bytes.size().
Part parse_part(std::span<const std::byte> bytes, const std::string& name);

}  // namespace reckon::gguf
