#include "base/thread_pool.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace reckon {
namespace {

// Ops of one layer follow each other within microseconds, and waking a sleeper costs some 50: so wait awake a little first.
constexpr auto kSpin = std::chrono::microseconds(20);

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

}  // namespace

// A loop is published by raising `generation`; every worker takes part in every loop and leaves it by lowering `busy`.
// So when `busy` is back at zero no worker can still touch `next`, and the caller may publish the next loop.
// Both are changed with sequential consistency: a notifier skips the system call when it sees no sleeper, and only a total
// order of "change, look for sleepers" and "announce sleep, look for change" rules out that both miss each other.
struct ThreadPool::State {
  std::atomic<std::uint32_t> generation{0};
  std::atomic<std::uint32_t> busy{0};
  std::atomic<bool> stopping{false};
  // Written by the caller before `generation` is raised, read by workers after they saw it raised.
  int count = 0;
  Call call = nullptr;
  void* context = nullptr;
  alignas(64) std::atomic<std::int64_t> next{0};  // its own cache line: all workers write it; wide, as it overshoots count
  alignas(64) std::vector<std::thread> workers;

  void claim_indices() {
    for (std::int64_t i = 0; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) call(context, static_cast<int>(i));
  }

  void work() {
    for (std::uint32_t seen = 0;;) {
      seen = wait_for_change(generation, seen);
      if (stopping.load(std::memory_order_relaxed)) return;
      claim_indices();
      if (busy.fetch_sub(1) == 1) busy.notify_one();
    }
  }

  void stop() noexcept {
    stopping.store(true, std::memory_order_relaxed);
    generation.fetch_add(1);
    generation.notify_all();
    for (std::thread& worker : workers) worker.join();
  }
};

ThreadPool::ThreadPool(int threads) : threads_(threads) {
  if (threads < 1 || threads > 1024) {
    throw Error(ErrorCode::bad_argument, std::to_string(threads) + " threads asked for; expected 1..1024", "threads");
  }
  state_ = std::make_unique<State>();
  try {
    for (int i = 1; i < threads; ++i) state_->workers.emplace_back([state = state_.get()] { state->work(); });
  } catch (const std::system_error&) {
    state_->stop();  // a joinable std::thread must not be destroyed
    throw Error(ErrorCode::out_of_resources, "the system refuses to start " + std::to_string(threads) + " threads", "threads");
  }
}

ThreadPool::~ThreadPool() { state_->stop(); }

void ThreadPool::run(int count, Call call, void* context) {
  State& state = *state_;
  if (count <= 1 || state.workers.empty()) {
    for (int i = 0; i < count; ++i) call(context, i);
    return;
  }
  state.count = count;
  state.call = call;
  state.context = context;
  state.next.store(0, std::memory_order_relaxed);
  state.busy.store(static_cast<std::uint32_t>(state.workers.size()), std::memory_order_relaxed);
  state.generation.fetch_add(1);
  state.generation.notify_all();
  state.claim_indices();
  for (std::uint32_t left = state.busy.load(std::memory_order_acquire); left != 0;) left = wait_for_change(state.busy, left);
}

}  // namespace reckon
