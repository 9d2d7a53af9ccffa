// Memory that ends where a page begins which nobody may touch: a kernel that reads or writes one byte too far crashes, in any
// build and for any instruction. Sanitizers see no more, and would make the vector kernels take minutes to compile.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <new>
#include <vector>

namespace reckon {

template <typename T>
struct GuardedAllocator {
  using value_type = T;

  GuardedAllocator() = default;
  template <typename U>
  explicit(false) GuardedAllocator(const GuardedAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) {
    const std::size_t kept = whole_pages(count);
    void* memory = mmap(nullptr, kept + page(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    if (mprotect(static_cast<std::byte*>(memory) + kept, page(), PROT_NONE) != 0) throw std::bad_alloc();
    return reinterpret_cast<T*>(static_cast<std::byte*>(memory) + kept - count * sizeof(T));
  }

  void deallocate(T* values, std::size_t count) noexcept {
    const std::size_t kept = whole_pages(count);
    munmap(reinterpret_cast<std::byte*>(values) + count * sizeof(T) - kept, kept + page());
  }

  bool operator==(const GuardedAllocator&) const = default;

 private:
  static std::size_t page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }
  static std::size_t whole_pages(std::size_t count) { return (count * sizeof(T) + page() - 1) / page() * page(); }
};

template <typename T>
using Guarded = std::vector<T, GuardedAllocator<T>>;

}  // namespace reckon
