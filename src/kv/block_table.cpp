#include "kv/block_table.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace reckon {

BlockTable::BlockTable(PagePool& pool, std::shared_ptr<PageAccount> account) : pool_(&pool), account_(std::move(account)) {}

BlockTable::~BlockTable() { drop(); }

BlockTable::BlockTable(BlockTable&& other) noexcept
    : pool_(other.pool_),
      account_(std::move(other.account_)),
      pages_(std::exchange(other.pages_, {})),
      length_(std::exchange(other.length_, 0)) {}

BlockTable& BlockTable::operator=(BlockTable&& other) noexcept {
  if (this == &other) return *this;
  drop();
  pool_ = other.pool_;
  account_ = std::move(other.account_);
  pages_ = std::exchange(other.pages_, {});
  length_ = std::exchange(other.length_, 0);
  return *this;
}

BlockTable BlockTable::fork() const {
  const std::int64_t slots = pool_->slots_per_page();
  BlockTable copy(*pool_, account_);
  copy.hold(pages().first(static_cast<std::size_t>((length_ + slots - 1) / slots)));
  copy.length_ = length_;
  return copy;
}

bool BlockTable::next_slot_is_shared() const {
  const std::int64_t slots = pool_->slots_per_page();
  return length_ % slots != 0 && pool_->references(pages_[static_cast<std::size_t>(length_ / slots)]) > 1;
}

std::int64_t BlockTable::pages_needed(std::int64_t count) const {
  if (count <= 0) return 0;
  const std::int64_t slots = pool_->slots_per_page();
  const std::int64_t total = (length_ + count + slots - 1) / slots;
  const std::int64_t fresh = std::max<std::int64_t>(0, total - static_cast<std::int64_t>(pages_.size()));
  return fresh + (next_slot_is_shared() ? 1 : 0);
}

bool BlockTable::reserve(std::int64_t count) {
  std::int64_t needed = pages_needed(count);
  if (needed > pool_->available()) return false;
  if (needed == 0) return true;
  if (next_slot_is_shared()) {
    copy_last_page();
    --needed;
  }
  for (; needed > 0; --needed) {
    pages_.push_back(*pool_->allocate());
    if (account_) account_->add(pages_.back());
  }
  return true;
}

void BlockTable::copy_last_page() {
  PageId& last = pages_[static_cast<std::size_t>(length_ / pool_->slots_per_page())];
  const PageId copy = *pool_->allocate();
  std::ranges::copy(pool_->bytes(last), pool_->bytes(copy).begin());
  pool_->release(last);
  if (account_) account_->remove(last);  // before add: the two are never both ours, and the peak must not say so
  if (account_) account_->add(copy);
  last = copy;
}

void BlockTable::commit(std::int64_t count) {
  assert(count >= 0 && length_ + count <= static_cast<std::int64_t>(pages_.size()) * pool_->slots_per_page());
  length_ += count;
}

void BlockTable::adopt(std::span<const PageId> pages) {
  assert(pages_.empty() && length_ == 0);
  hold(pages);
  length_ = static_cast<std::int64_t>(pages.size()) * pool_->slots_per_page();
}

void BlockTable::hold(std::span<const PageId> pages) {
  pages_.assign(pages.begin(), pages.end());
  for (const PageId page : pages_) {
    pool_->retain(page);
    if (account_) account_->add(page);
  }
}

void BlockTable::truncate(std::int64_t length) {
  assert(length >= 0 && length <= length_);
  const std::int64_t slots = pool_->slots_per_page();
  for (const auto kept = static_cast<std::size_t>((length + slots - 1) / slots); pages_.size() > kept; pages_.pop_back()) {
    pool_->release(pages_.back());
    if (account_) account_->remove(pages_.back());
  }
  length_ = length;
}

void BlockTable::clear() {
  drop();
  pages_.clear();
  length_ = 0;
}

bool BlockTable::ends_in_own_page() const { return !pages_.empty() && pool_->references(pages_.back()) == 1; }

void BlockTable::give_back_own() {
  while (ends_in_own_page()) {
    pool_->release(pages_.back());
    if (account_) account_->remove(pages_.back());
    pages_.pop_back();
  }
  length_ = std::min(length_, static_cast<std::int64_t>(pages_.size()) * pool_->slots_per_page());
}

void BlockTable::drop() noexcept {
  for (const PageId page : pages_) {
    pool_->release(page);
    if (account_) account_->remove(page);
  }
}

}  // namespace reckon
