// GGUF models (v2 and v3, little-endian), memory-mapped: metadata is copied out, tensors are views into the mapping.
// Source: GGUF v3, specs card 1.1. A model split over files named "…-00001-of-0000N.gguf" is opened by its first file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/huge_memory.h"
#include "formats/gguf/metadata.h"
#include "kernels/dtype.h"

namespace reckon {

struct TensorInfo {
  std::string name;
  DType type = DType::f32;
  std::vector<std::int64_t> dims;   // 1 to 4, each > 0; dims[0] is contiguous: {in, out} is `out` rows of `in` values
  std::uint64_t offset = 0;         // bytes from the start of its file's tensor data, a multiple of the alignment
  std::span<const std::byte> data;  // row_bytes(type, dims[0]) times rows(); belongs to the GgufFile

  std::int64_t elements() const noexcept;
  std::int64_t rows() const noexcept;  // product of dims[1..]
};

// Immutable after opening; const calls from any thread. Movable; views stay valid when it moves, and die with it.
class GgufFile {
 public:
  // Maps and checks `path` and, if it is the first of a split model, the other files. Everything that a later reader relies on
  // is checked here: sizes, types, offsets, alignment, overlaps, duplicates. Costs time and memory proportional to the header.
  // Throws Error not_found, bad_file or unsupported (version 1, big-endian), with the byte offset and the field.
  static GgufFile open(const std::string& path);

  // The same on bytes that the caller keeps alive. `name` stands for the path in messages. A part of a split model is refused.
  static GgufFile parse(std::span<const std::byte> bytes, std::string name);

  // The same on memory that becomes the file's own.
  static GgufFile take(HugeMemory bytes, std::string name);

  GgufFile(GgufFile&&) noexcept;
  GgufFile& operator=(GgufFile&&) noexcept;
  ~GgufFile();

  const std::string& name() const noexcept;  // path, or the name given to parse()
  std::uint32_t version() const noexcept;
  std::uint64_t alignment() const noexcept;
  std::uint64_t file_bytes() const noexcept;                            // of all files together
  const Metadata& metadata() const noexcept;                            // of the first file
  std::span<const TensorInfo> tensors() const noexcept;                 // in file order
  const TensorInfo* find_tensor(std::string_view name) const noexcept;  // null if there is none
  const TensorInfo& tensor(std::string_view name) const;                // throws Error bad_file if there is none

  // Gives the memory of `data`, a part of the file that has been used up, back to the system. Reading it again costs a read of
  // the file after open(), gives zeros after take(). Does nothing after parse().
  void release(std::span<const std::byte> data) const noexcept;
  bool rereads() const noexcept;  // whether what was released is still there to be read: after open() and parse()

 private:
  struct Contents;
  explicit GgufFile(std::unique_ptr<Contents> contents) noexcept;
  std::unique_ptr<Contents> contents_;
};

}  // namespace reckon
