// Where the time of one thread goes: seconds and calls by name. At every moment the innermost open scope is charged, and nothing
// else, so the lines add up to all the time that some scope was open. For people who tune; without one nothing is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace reckon {

class Profile {  // scopes belong to one thread at a time; take() from any
 public:
  struct Entry {
    double seconds = 0;      // without those of scopes within
    std::int64_t calls = 0;  // scopes that have ended
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  explicit Profile(Clock clock = monotonic_seconds) : clock_(std::move(clock)) {}

  void enter(std::string_view name);
  void leave();    // the scope that was entered last
  Entries take();  // what was charged since the last time, open scopes up to now

 private:
  void charge();  // the time since the last call, to the innermost open scope

  Clock clock_;
  std::mutex mutex_;  // guards the three below
  Entries entries_;
  std::vector<Entry*> open_;  // in entries_, the innermost last
  double charged_until_ = 0;
};

// Open as long as it lives; nothing where `profile` is null, which outlives it.
class ProfileScope {
 public:
  ProfileScope(Profile* profile, std::string_view name) : profile_(profile) {
    if (profile_ != nullptr) profile_->enter(name);
  }
  ~ProfileScope() {
    if (profile_ != nullptr) profile_->leave();
  }
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

 private:
  Profile* profile_;
};

}  // namespace reckon
