// Where the time of a piece of work goes: seconds and calls by name. For people who tune; without one nothing is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace reckon {

class Profile {  // all members from any thread
 public:
  struct Entry {
    double seconds = 0;
    std::int64_t calls = 0;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  void add(std::string_view name, double seconds);
  Entries take();  // what was added since the last time

 private:
  std::mutex mutex_;
  Entries entries_;
};

// Adds its own lifetime to `profile`, unless that is null. Scopes of one profile should not nest: a second would count twice.
class ProfileScope {
 public:
  ProfileScope(Profile* profile, std::string name)
      : profile_(profile), name_(std::move(name)), begin_(profile == nullptr ? 0 : monotonic_seconds()) {}
  ~ProfileScope() {
    if (profile_ != nullptr) profile_->add(name_, monotonic_seconds() - begin_);
  }
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

 private:
  Profile* profile_;
  std::string name_;
  double begin_;
};

}  // namespace reckon
