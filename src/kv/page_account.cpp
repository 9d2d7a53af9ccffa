#include "kv/page_account.h"

#include <algorithm>
#include <cassert>

namespace reckon {

void PageAccount::add(PageId page) {
  ++holders_[page];
  peak_ = std::max(peak_.load(), pages());
}

void PageAccount::remove(PageId page) {
  const auto holder = holders_.find(page);
  assert(holder != holders_.end());
  if (--holder->second == 0) holders_.erase(holder);
}

}  // namespace reckon
