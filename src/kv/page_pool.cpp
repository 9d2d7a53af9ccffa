#include "kv/page_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>

#include "base/error.h"

namespace reckon {
namespace {

std::size_t checked_range(const PagePoolOptions& options) {
  if (options.page_bytes <= 0 || options.slots_per_page <= 0 || options.pages <= 0) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("page_bytes {}, slots_per_page {} and pages {} must all be above 0", options.page_bytes,
                            options.slots_per_page, options.pages),
                "page pool");
  }
  std::size_t bytes = 0;
  if (options.pages > std::numeric_limits<PageId>::max() ||
      __builtin_mul_overflow(static_cast<std::size_t>(options.page_bytes), static_cast<std::size_t>(options.pages), &bytes)) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("{} pages of {} bytes of keys and values are more than can be addressed; give less, as 512MiB",
                            options.pages, options.page_bytes),
                "--kv-bytes");
  }
  return bytes;
}

}  // namespace

PagePool::PagePool(const PagePoolOptions& options)
    : options_(options),
      memory_(checked_range(options),
              "keys and values; give less with --kv-bytes (as 512MiB), or raise the limit on address space (ulimit -v)"),
      limit_(options.pages) {}

std::optional<PageId> PagePool::allocate() {
  if (available() == 0) return std::nullopt;
  PageId page = 0;
  if (free_.empty()) {  // every page that was ever in use still is
    page = static_cast<PageId>(references_.size());
    references_.push_back(1);
  } else {
    std::ranges::pop_heap(free_, std::greater{});
    page = free_.back();
    free_.pop_back();
    references_[page] = 1;
  }
  ++in_use_;
  return page;
}

void PagePool::retain(PageId page) {
  assert(references(page) > 0);
  ++references_[page];
}

void PagePool::release(PageId page) {
  assert(references(page) > 0);
  if (--references_[page] > 0) return;
  free_.push_back(page);
  std::ranges::push_heap(free_, std::greater{});
  --in_use_;
}

std::uint32_t PagePool::references(PageId page) const { return page < references_.size() ? references_[page] : 0; }

std::span<std::byte> PagePool::bytes(PageId page) const {
  assert(page < options_.pages);
  return {base() + page * options_.page_bytes, static_cast<std::size_t>(options_.page_bytes)};
}

}  // namespace reckon
