#include "base/profile.h"

#include <utility>

namespace reckon {

void Profile::add(std::string_view name, double seconds) {
  const std::scoped_lock lock(mutex_);
  auto found = entries_.find(name);
  if (found == entries_.end()) found = entries_.emplace(name, Entry{}).first;
  found->second.seconds += seconds;
  ++found->second.calls;
}

Profile::Entries Profile::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(entries_, {});
}

}  // namespace reckon
