// What the caches of a core hold, so that loops keep there what they read again. No result depends on them.
#pragma once

#include <cstdint>
#include <string>

namespace reckon {

struct CacheSizes {
  // Bytes that a core has for itself; a cache that cores share counts in equal parts.
  std::int64_t first = std::int64_t{32} << 10;  // first-level data cache
  std::int64_t second = std::int64_t{1} << 20;  // second level
};

// Of this machine's first processor, read once. What the system does not say is as in CacheSizes{}.
const CacheSizes& cache_sizes() noexcept;

// From a folder as Linux keeps it, /sys/devices/system/cpu/cpu0/cache: index*/level, type, size and shared_cpu_list.
CacheSizes cache_sizes_in(const std::string& folder) noexcept;

}  // namespace reckon
