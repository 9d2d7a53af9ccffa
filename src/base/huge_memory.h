// Zeroed memory for data that is read from end to end again and again: in huge pages where the system allows them, so that a
// pass over gigabytes does not wait for address translation, and spread over all memory nodes, so that it does not wait for one.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace reckon {

class HugeMemory {
 public:
  HugeMemory() = default;
  // Reserves the addresses; memory is taken when it is first written. `bytes` may be 0. Throws Error out_of_resources: the
  // address space is limited; `purpose` says for what it was and what to do.
  explicit HugeMemory(std::size_t bytes, const std::string& purpose);
  ~HugeMemory();
  HugeMemory(HugeMemory&& other) noexcept;
  HugeMemory& operator=(HugeMemory&& other) noexcept;
  HugeMemory(const HugeMemory&) = delete;
  HugeMemory& operator=(const HugeMemory&) = delete;

  // Gives those whole pages of `part` that lie in here back to the system: they read as zeros from now on.
  void release(std::span<const std::byte> part) const noexcept;

  std::byte* data() const noexcept { return data_; }  // aligned to 2 MiB
  std::size_t size() const noexcept { return size_; }

 private:
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace reckon
