// Fixed-size, reference-counted pages of key/value storage inside one reserved address range.
// Source: PagedAttention, Kwon et al. 2023, arXiv:2309.06180, section 4. A page holds `slots_per_page` token slots of all layers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/huge_memory.h"

namespace reckon {

using PageId = std::uint32_t;

struct PagePoolOptions {
  std::int64_t page_bytes = 0;  // of one page, all layers
  int slots_per_page = 16;
  std::int64_t pages = 0;  // the limit; address space is reserved at once, memory is touched page by page
};

// Callers serialise all calls (the engine holds its lock); page contents may be read and written without the lock by whoever
// holds a reference, but written only while the count is 1.
class PagePool {
 public:
  // Throws Error bad_argument for sizes <= 0, out_of_resources when the address range cannot be reserved.
  explicit PagePool(const PagePoolOptions& options);
  PagePool(const PagePool&) = delete;
  PagePool& operator=(const PagePool&) = delete;

  std::optional<PageId> allocate();  // count 1; nothing when every page is in use. The lowest free id first
  void retain(PageId page);
  void release(PageId page);  // at count 0 the page is free again
  std::uint32_t references(PageId page) const;

  std::byte* base() const noexcept { return memory_.data(); }  // page p begins at base() + p * page_bytes
  std::span<std::byte> bytes(PageId page) const;
  std::int64_t page_bytes() const noexcept { return options_.page_bytes; }
  int slots_per_page() const noexcept { return options_.slots_per_page; }
  std::int64_t capacity() const noexcept { return limit_; }
  std::int64_t in_use() const noexcept { return in_use_; }
  std::int64_t available() const noexcept { return limit_ > in_use_ ? limit_ - in_use_ : 0; }
  // From now on, at most so many pages: 1 to as many as it was made with. More may be in use until they are given back.
  void limit(std::int64_t pages) noexcept { limit_ = std::clamp<std::int64_t>(pages, 1, options_.pages); }

 private:
  PagePoolOptions options_;
  HugeMemory memory_;
  std::vector<std::uint32_t> references_;  // of every page that was ever in use; grows up to `pages`
  std::vector<PageId> free_;               // a min-heap, so that a run's page ids do not depend on earlier runs' order
  std::int64_t in_use_ = 0;
  std::int64_t limit_;
};

}  // namespace reckon
