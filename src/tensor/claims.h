// Items of work that workers take as they get round to them: a queue for each worker's share, or for each memory node
// (base/memory_nodes.h), so that each reads what is near first, and helps the others when that is done.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace reckon {

class Claims {
 public:
  // Queue k holds items [ends[k - 1], ends[k]), from 0. At least one end. Not while anybody takes.
  void reset(std::span<const std::int64_t> ends) {
    if (ends.size() > room_) {
      queues_ = std::make_unique<Queue[]>(ends.size());
      room_ = ends.size();
    }
    used_ = ends.size();
    for (std::size_t k = 0; k < used_; ++k) {
      queues_[k].next.store(k == 0 ? 0 : ends[k - 1], std::memory_order_relaxed);
      queues_[k].end = ends[k];
    }
  }

  // Calls call(item) for the items that this worker gets, `run` in a row at a time, queue `home` (modulo the queues) first.
  // Any number of threads at once; together they get each item once.
  template <typename Call>
  void take(std::size_t home, std::int64_t run, Call&& call) {
    for (std::size_t k = 0; k < used_; ++k) {
      Queue& queue = queues_[(home + k) % used_];
      for (std::int64_t first = 0; (first = queue.next.fetch_add(run, std::memory_order_relaxed)) < queue.end;) {
        for (std::int64_t item = first; item < std::min(first + run, queue.end); ++item) call(item);
      }
    }
  }

 private:
  struct alignas(64) Queue {
    std::atomic<std::int64_t> next{0};
    std::int64_t end = 0;
  };
  std::unique_ptr<Queue[]> queues_;
  std::size_t room_ = 0, used_ = 0;
};

}  // namespace reckon
