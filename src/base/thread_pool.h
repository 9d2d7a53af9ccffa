// A fixed set of worker threads for data-parallel loops inside one step of the engine.
// The calling thread works too. No allocation per loop. How indices fall on workers never changes a result: a loop body
// must write only what its own index owns, and must not add up across indices.
#pragma once

#include <memory>
#include <type_traits>

#include "base/turns.h"

namespace reckon {

class Profile;

// The number of threads that an option means: `wanted`, or one per processor for 0.
int threads_or_processors(int wanted) noexcept;

class ThreadPool {
 public:
  // `threads` counts the caller: 1 means no extra thread. Throws Error bad_argument unless 1 <= threads <= 1024.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const noexcept { return threads_; }

  // Which of its pool's threads the calling one is: 0 unless a pool started it. Loops that want to find their data in the caches
  // of the thread that wrote it share work out by this; indices of parallel_for go to whoever comes first.
  static int this_thread() noexcept;

  // Held by whoever uses the pool, where several share it.
  Turns& turns() noexcept { return turns_; }

  // Calls body(i) for every i in [0, count), spread over the workers; returns when all have returned.
  // One caller at a time. `body` must not throw and must not call parallel_for of the same pool.
  template <typename Body>
  void parallel_for(int count, Body&& body) {
    using Plain = std::remove_reference_t<Body>;
    run(
        count, [](void* context, int index) { (*static_cast<Plain*>(context))(index); },
        const_cast<void*>(static_cast<const void*>(std::addressof(body))));
  }

 private:
  using Call = void (*)(void*, int);
  void run(int count, Call call, void* context);

  struct State;
  int threads_;
  friend class ProfiledPool;
  Profile* profile_ = nullptr;
  Turns turns_;
  std::unique_ptr<State> state_;
};

// As long as it lives, the caller's time that is no work goes to `profile`: waking workers, and waiting for them at the end of a
// loop. Null: nowhere. For whoever holds the turn, who lets it end before the turn does; `profile` outlives it.
class ProfiledPool {
 public:
  ProfiledPool(ThreadPool& pool, Profile* profile) noexcept : pool_(pool) { pool_.profile_ = profile; }
  ~ProfiledPool() { pool_.profile_ = nullptr; }
  ProfiledPool(const ProfiledPool&) = delete;
  ProfiledPool& operator=(const ProfiledPool&) = delete;

 private:
  ThreadPool& pool_;
};

}  // namespace reckon
