// A read-only memory-mapped file. The mapping lives as long as the object; views into it must not outlive it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace reckon {

class MappedFile {
 public:
  // Maps the whole of `path`. Throws Error not_found (no such file), bad_file (a directory, unreadable, empty).
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
  // Lets go of the memory behind those whole pages of `part` that lie in this mapping; they stay readable, from the file.
  void release(std::span<const std::byte> part) const noexcept;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace reckon
