// A lock that is granted in the order in which it was asked for, so that two loops which take it again and again alternate.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace reckon {

class Turns {  // for std::scoped_lock; any thread
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    const std::uint64_t mine = asked_++;
    next_.wait(guard, [&] { return served_ == mine; });
  }
  void unlock() {
    {
      const std::scoped_lock guard(mutex_);
      ++served_;
    }
    next_.notify_all();
  }

 private:
  std::mutex mutex_;  // guards the two below
  std::uint64_t asked_ = 0;
  std::uint64_t served_ = 0;
  std::condition_variable next_;
};

}  // namespace reckon
