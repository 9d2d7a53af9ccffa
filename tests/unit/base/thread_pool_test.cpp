#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

TEST(ThreadPool, CallsEveryIndexExactlyOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (const int count : {0, 1, 2, 3, 64, 1001}) {
      std::vector<int> calls(static_cast<std::size_t>(count), 0);  // plain ints: two calls of one index would race (tsan)

      pool.parallel_for(count, [&](int i) { ++calls[static_cast<std::size_t>(i)]; });

      EXPECT_EQ(calls, std::vector<int>(static_cast<std::size_t>(count), 1)) << threads << " threads, " << count;
    }
  }
}

TEST(ThreadPool, IgnoresNegativeCounts) {
  ThreadPool pool(2);

  pool.parallel_for(-3, [](int) { FAIL(); });
}

TEST(ThreadPool, RunsAShortLoopOnTheCaller) {
  ThreadPool pool(3);
  std::thread::id worker;

  pool.parallel_for(1, [&](int) { worker = std::this_thread::get_id(); });

  EXPECT_EQ(worker, std::this_thread::get_id());
}

TEST(ThreadPool, UsesAllItsThreadsAtOnce) {
  ThreadPool pool(3);
  std::atomic<int> arrived{0};

  pool.parallel_for(3, [&](int) {  // returns only when three threads are inside
    ++arrived;
    while (arrived.load() < 3) std::this_thread::yield();
  });

  EXPECT_EQ(arrived.load(), 3);
}

TEST(ThreadPool, NumbersItsThreads) {
  ThreadPool pool(3);
  std::atomic<int> arrived{0};
  std::vector<int> numbers(3);

  pool.parallel_for(3, [&](int index) {
    numbers[static_cast<std::size_t>(index)] = ThreadPool::this_thread();
    for (++arrived; arrived < 3;) std::this_thread::yield();  // so that every thread takes one index
  });

  EXPECT_EQ(ThreadPool::this_thread(), 0);
  std::ranges::sort(numbers);
  EXPECT_EQ(numbers, (std::vector<int>{0, 1, 2}));
}

TEST(ThreadPool, ReturnsOnlyWhenItsWorkersHaveReturned) {
  ThreadPool pool(2);
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<bool> worker_inside{false};
  std::atomic<bool> worker_done{false};

  pool.parallel_for(2, [&](int) {  // the caller leaves as soon as the worker is inside; the worker takes its time
    if (std::this_thread::get_id() == caller) {
      while (!worker_inside.load()) std::this_thread::yield();
    } else {
      worker_inside = true;
      for (int i = 0; i < 200; ++i) std::this_thread::yield();
      worker_done = true;
    }
  });

  EXPECT_TRUE(worker_done.load());
}

TEST(ThreadPool, SurvivesManyShortLoops) {  // the hand-over between loops is where a pool goes wrong
  ThreadPool pool(4);
  std::vector<int> sums(7, 0);

  for (int loop = 0; loop < 5000; ++loop) {
    pool.parallel_for(7, [&](int i) { sums[static_cast<std::size_t>(i)] += loop; });
  }

  EXPECT_EQ(sums, std::vector<int>(7, 4999 * 5000 / 2));
}

TEST(ThreadPool, WakesSleepingWorkersAndStopsThem) {
  for (int round = 0; round < 20; ++round) {
    ThreadPool pool(3);
    std::atomic<int> calls{0};
    std::this_thread::yield();
    pool.parallel_for(8, [&](int) { ++calls; });
    EXPECT_EQ(calls.load(), 8);
  }
}

TEST(ThreadPool, RefusesAbsurdSizes) {
  EXPECT_THROW(ThreadPool(0), Error);
  EXPECT_THROW(ThreadPool(-1), Error);
  EXPECT_THROW(ThreadPool(1025), Error);
}

TEST(ThreadPool, PinsWorkersWhereThereIsOneForEveryProcessor) {
  cpu_set_t allowed;
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  const int processors = CPU_COUNT(&allowed);
  const auto widths = [&](int threads) {  // how many processors each thread of a pool may use
    std::vector<int> found(static_cast<std::size_t>(threads));
    std::atomic<int> arrived{0};
    ThreadPool pool(threads);
    pool.parallel_for(threads, [&](int index) {
      cpu_set_t own;
      sched_getaffinity(0, sizeof own, &own);
      found[static_cast<std::size_t>(index)] = CPU_COUNT(&own);
      for (++arrived; arrived < threads;) std::this_thread::yield();  // so that every thread takes one index
    });
    std::ranges::sort(found);
    return found;
  };
  std::vector<int> pinned(static_cast<std::size_t>(processors), 1);
  pinned.back() = processors;  // the caller
  EXPECT_EQ(widths(processors), pinned);
  EXPECT_EQ(widths(processors + 1), std::vector<int>(static_cast<std::size_t>(processors) + 1, processors));
}

}  // namespace
}  // namespace reckon
