// What one request holds: how many distinct pages its sequences refer to now, and the most there ever were.
// A page shared by 64 branches counts once. The receipt's peak_kv_bytes comes from here.
#pragma once

#include <atomic>
#include <cstdint>
#include <unordered_map>

#include "kv/page_pool.h"

namespace reckon {

class PageAccount {  // same thread rule as PagePool, but for peak_pages(): any thread
 public:
  void add(PageId page);
  void remove(PageId page);

  std::int64_t pages() const noexcept { return static_cast<std::int64_t>(holders_.size()); }
  std::int64_t peak_pages() const noexcept { return peak_; }

 private:
  std::unordered_map<PageId, std::uint32_t> holders_;  // page -> block tables of this request that list it
  std::atomic<std::int64_t> peak_ = 0;
};

}  // namespace reckon
