// Writes GGUF v3. Keys are written in ascending order and tensors as they were added, so equal input gives equal bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/huge_memory.h"
#include "formats/gguf/metadata.h"
#include "kernels/dtype.h"

namespace reckon {

class GgufWriter {
 public:
  explicit GgufWriter(Metadata metadata = Metadata()) : metadata_(std::move(metadata)) {}

  // Adds or replaces. "general.alignment" (u32, a power of two >= 8, default 32) decides where tensors begin.
  void set(std::string key, MetadataValue value) { metadata_.set(std::move(key), std::move(value)); }

  // `dims[0]` is the contiguous dimension. `bytes` are viewed until the last write. Throws Error bad_argument if the reader
  // would refuse the tensor: name empty, longer than 64 bytes or taken, dimensions, or a size that does not match.
  void add_tensor(std::string name, DType type, std::vector<std::int64_t> dims, std::span<const std::byte> bytes);

  // A tensor whose bytes write(path, source) asks for when it gets there: a model need not be in memory at once. Throws as above.
  void declare_tensor(std::string name, DType type, std::vector<std::int64_t> dims);

  // Whole or not at all (base/unfinished_file.h), so that a reader never sees half a file. Throws Error bad_argument (keys or
  // alignment that the reader would refuse, a path that cannot be written).
  void write(const std::string& path) const;
  // The same; `source(i)` gives the bytes of the i-th tensor added, once each and in order, valid until the next call. What it
  // throws passes through, and leaves nothing on disk.
  using TensorSource = std::function<std::span<const std::byte>(std::size_t)>;
  void write(const std::string& path, const TensorSource& source) const;
  // Throws what write(path) would throw of the place, and leaves nothing there: for callers with long work to do before.
  static void check_place(const std::string& path);
  std::vector<std::byte> to_bytes() const;
  // The file in memory, as write(path, source) would leave it on disk, for GgufFile::take.
  HugeMemory to_memory(const TensorSource& source) const;
  std::uint64_t file_bytes() const;  // of the whole file

 private:
  struct Tensor {
    std::string name;
    DType type;
    std::vector<std::int64_t> dims;
    std::uint64_t size;                // bytes
    std::span<const std::byte> bytes;  // empty when declared only
  };
  std::string header() const;  // all that stands before the tensor data
  void write_tensors(std::ostream& out, const TensorSource& source) const;
  std::span<const std::byte> bytes_of(std::size_t index, const TensorSource& source) const;  // checked
  TensorSource held() const;                                                                 // the bytes given to add_tensor

  Metadata metadata_;
  std::vector<Tensor> tensors_;
  std::set<std::string> names_;  // of tensors_
};

}  // namespace reckon
