#include "base/thread_pool.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/profile.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace reckon {
namespace {

// Ops of one layer follow each other within microseconds, and waking a sleeper costs some 50: so wait awake a little first.
constexpr auto kSpin = std::chrono::microseconds(20);

thread_local int number_in_pool = 0;

void pause_cpu() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Spins for kSpin while `word` holds `old`, then sleeps in the kernel until it changes. Returns the new value.
std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t old) {
  const auto deadline = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < 32; ++i) {
      const std::uint32_t now = word.load(std::memory_order_acquire);
      if (now != old) return now;
      pause_cpu();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  std::uint32_t now = old;
  while ((now = word.load(std::memory_order_acquire)) == old) word.wait(old, std::memory_order_acquire);
  return now;
}

// Where a pool has one thread for every processor it may use, workers stay on their own, and the caller's is left to the caller:
// a worker that the system moved would find its caches cold. Smaller pools are left to the system, because two of one process
// would otherwise share some processors and leave others idle.
void pin(std::vector<std::thread>& workers) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  if (CPU_COUNT(&allowed) != static_cast<int>(workers.size()) + 1) return;
  std::size_t next = 0;
  bool callers = true;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE && next < workers.size(); ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || std::exchange(callers, false)) continue;
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(cpu, &own);
    pthread_setaffinity_np(workers[next++].native_handle(), sizeof own, &own);  // a wish, as with huge pages
  }
}

}  // namespace

// A loop is published by storing `claims`; whoever lowers it owns the index it lowered it from. The caller goes on when every
// index is done, without waiting for workers that claimed none: on a busy machine a worker may be off its processor for
// milliseconds. A worker that comes late finds nothing to claim, or the next loop, which it joins: the upper half of `claims`
// numbers the loops, so a claim never mixes two. `call`, `context` and `count` are read only after a successful claim, and stay
// as they are until that claim is done.
// `generation` and `done` are changed with sequential consistency: a notifier skips the system call when it sees no sleeper, and
// only a total order of "change, look for sleepers" and "announce sleep, look for change" rules out that both miss each other.
struct ThreadPool::State {
  std::atomic<std::uint32_t> generation{0};
  std::atomic<bool> stopping{false};
  int count = 0;
  Call call = nullptr;
  void* context = nullptr;
  std::uint32_t loops = 0;                           // published so far; caller only
  alignas(64) std::atomic<std::uint64_t> claims{0};  // upper half: number of the loop; lower half: indices left
  alignas(64) std::atomic<std::uint32_t> done{0};    // indices of this loop whose call has returned
  alignas(64) std::vector<std::thread> workers;

  void publish(int indices, Call body, void* argument) {
    count = indices;
    call = body;
    context = argument;
    done.store(0, std::memory_order_relaxed);
    claims.store((std::uint64_t{++loops} << 32) | static_cast<std::uint32_t>(indices), std::memory_order_release);
    generation.fetch_add(1);
    generation.notify_all();
  }

  void claim_indices() {
    std::uint64_t now = claims.load(std::memory_order_acquire);
    while (static_cast<std::uint32_t>(now) != 0) {
      if (!claims.compare_exchange_weak(now, now - 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
      // Read `count` now: once our index is done, the caller may publish the next loop.
      const auto all = static_cast<std::uint32_t>(count);
      call(context, static_cast<int>(all - static_cast<std::uint32_t>(now)));
      if (done.fetch_add(1) + 1 == all) done.notify_one();
      now = claims.load(std::memory_order_acquire);
    }
  }

  void work(int number) {
    number_in_pool = number;
    for (std::uint32_t seen = 0;;) {
      seen = wait_for_change(generation, seen);
      if (stopping.load(std::memory_order_relaxed)) return;
      claim_indices();
    }
  }

  void stop() noexcept {
    stopping.store(true, std::memory_order_relaxed);
    generation.fetch_add(1);
    generation.notify_all();
    for (std::thread& worker : workers) worker.join();
  }
};

int threads_or_processors(int wanted) noexcept {
  return wanted != 0 ? wanted : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int threads) : threads_(threads) {
  if (threads < 1 || threads > 1024) {
    throw Error(ErrorCode::bad_argument, std::to_string(threads) + " threads asked for; expected 1..1024", "threads");
  }
  state_ = std::make_unique<State>();
  try {
    for (int i = 1; i < threads; ++i) state_->workers.emplace_back([state = state_.get(), i] { state->work(i); });
  } catch (const std::system_error&) {
    state_->stop();  // a joinable std::thread must not be destroyed
    throw Error(ErrorCode::out_of_resources, "the system refuses to start " + std::to_string(threads) + " threads", "threads");
  }
  pin(state_->workers);
}

int ThreadPool::this_thread() noexcept { return number_in_pool; }

ThreadPool::~ThreadPool() { state_->stop(); }

void ThreadPool::run(int count, Call call, void* context) {
  State& state = *state_;
  if (count <= 1 || state.workers.empty()) {
    for (int i = 0; i < count; ++i) call(context, i);
    return;
  }
  {
    const ProfileScope scope(profile_, "wake workers");
    state.publish(count, call, context);
  }
  state.claim_indices();
  const ProfileScope scope(profile_, "wait for workers");
  const auto all = static_cast<std::uint32_t>(count);
  for (std::uint32_t done = state.done.load(std::memory_order_acquire); done != all;) done = wait_for_change(state.done, done);
}

}  // namespace reckon
