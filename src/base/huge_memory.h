// Zeroed memory for data that is read from end to end again and again: in huge pages where the system allows them, so that a
// pass over gigabytes does not wait for address translation.
#pragma once

#include <cstddef>

namespace reckon {

class HugeMemory {
 public:
  HugeMemory() = default;
  // `bytes` may be 0. Pages get their place when they are first written. Throws Error out_of_resources.
  explicit HugeMemory(std::size_t bytes);
  ~HugeMemory();
  HugeMemory(HugeMemory&& other) noexcept;
  HugeMemory& operator=(HugeMemory&& other) noexcept;
  HugeMemory(const HugeMemory&) = delete;
  HugeMemory& operator=(const HugeMemory&) = delete;

  std::byte* data() const noexcept { return data_; }  // aligned to 2 MiB
  std::size_t size() const noexcept { return size_; }

 private:
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace reckon
