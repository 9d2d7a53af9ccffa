// The pages of one sequence, in order, and how many of their slots are filled. Forking copies page ids and counts, never
// contents; a partly filled page that is shared is copied when one side first writes into it (copy on write).
// Source: PagedAttention, arXiv:2309.06180, section 4.3-4.4.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kv/page_account.h"
#include "kv/page_pool.h"

namespace reckon {

class BlockTable {  // same thread rule as PagePool; gives its pages back in the destructor, which needs the lock too
 public:
  // `pool` outlives the table; `account` may be null (pages that belong to nobody's receipt).
  BlockTable(PagePool& pool, std::shared_ptr<PageAccount> account);
  ~BlockTable();
  BlockTable(BlockTable&& other) noexcept;
  BlockTable& operator=(BlockTable&& other) noexcept;

  BlockTable fork() const;  // same filled pages, same length, same account; reserved empty pages stay with this one

  // Makes slots [length, length + count) writable: allocates pages, and copies the last page if it is shared and partly filled.
  // Returns false, with nothing changed, when the pool has too few free pages (`pages_needed` says how many it takes).
  bool reserve(std::int64_t count);
  std::int64_t pages_needed(std::int64_t count) const;
  // Declares `count` reserved slots filled. A page that a fork could share is never written again without a new reserve().
  void commit(std::int64_t count);
  // Starts with shared full pages (a prefix-cache hit): retains each. Only on an empty table. length = pages * slots_per_page.
  void adopt(std::span<const PageId> pages);
  // Forgets all slots from `length` on, which is at most what is filled, and gives back the pages behind them.
  void truncate(std::int64_t length);
  void clear();                   // gives every page back; length 0
  bool ends_in_own_page() const;  // give_back_own would free a page
  void give_back_own();           // gives back the pages at its end that nobody else holds; what is shared stays (preemption)

  std::span<const PageId> pages() const noexcept { return pages_; }
  std::int64_t length() const noexcept { return length_; }

 private:
  bool next_slot_is_shared() const;  // the next slot to fill lies in a partly filled page that others hold too
  void copy_last_page();
  void hold(std::span<const PageId> pages);
  void drop() noexcept;
  PagePool* pool_;
  std::shared_ptr<PageAccount> account_;
  std::vector<PageId> pages_;
  std::int64_t length_ = 0;
};

}  // namespace reckon
