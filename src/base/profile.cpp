#include "base/profile.h"

#include <cassert>
#include <utility>

namespace reckon {

void Profile::charge() {
  const double now = clock_();
  if (!open_.empty()) open_.back()->seconds += now - charged_until_;
  charged_until_ = now;
}

void Profile::enter(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  // Found before the clock is read: looking up is the cost of measuring, and no part of what is entered.
  auto found = entries_.find(name);
  if (found == entries_.end()) found = entries_.emplace(name, Entry{}).first;
  charge();
  open_.push_back(&found->second);
}

void Profile::leave() {
  const std::scoped_lock lock(mutex_);
  assert(!open_.empty());
  charge();
  ++open_.back()->calls;
  open_.pop_back();
}

Profile::Entries Profile::take() {
  const std::scoped_lock lock(mutex_);
  charge();
  Entries taken;
  for (auto& [name, entry] : entries_) {  // which stay where they are: open scopes point to them
    const Entry since = std::exchange(entry, {});
    if (since.calls > 0 || since.seconds > 0) taken.emplace(name, since);
  }
  return taken;
}

}  // namespace reckon
