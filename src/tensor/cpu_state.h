// What the files of CpuOps share: checks of arguments, a worker's memory, and how an op's work is shared out.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/memory_nodes.h"
#include "base/thread_pool.h"
#include "kernels/cpu/activations.h"
#include "tensor/claims.h"
#include "tensor/cpu_ops.h"

namespace reckon {

template <typename... Values>
void require(bool holds, const char* op, fmt::format_string<const Values&...> message, const Values&... values) {
  if (!holds) throw Error(ErrorCode::bad_argument, fmt::format(message, values...), op);
}

inline void require_shape(ConstMatrixView view, const char* op, const char* name, std::int64_t rows, std::int64_t cols) {
  require(view.rows == rows && view.cols == cols, op, "{} is [{}, {}], expected [{}, {}]", name, view.rows, view.cols, rows,
          cols);
  require(view.stride >= view.cols, op, "{} has stride {} below its {} columns", name, view.stride, view.cols);
}

// What else takes as long as that many multiply-adds (bench/kernels, AVX-512, to the next power of two).
inline constexpr std::int64_t kCostOfElement = 16;  // load, a few operations, store
inline constexpr std::int64_t kCostOfSilu = 32;
inline constexpr std::int64_t kCostOfSine = 512;

// Memory of one worker or use, aligned so that no vector of a panel straddles two cache lines.
class Scratch {
 public:
  float* reserve(std::int64_t floats) {
    const auto needed = static_cast<std::size_t>(floats) + kAlignment / sizeof(float);
    if (memory_.size() < needed) memory_.resize(needed);
    return data();
  }
  float* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    const std::size_t floats = (kAlignment - address % kAlignment) % kAlignment / sizeof(float);
    return memory_.data() + floats;
  }

 private:
  static constexpr std::size_t kAlignment = 64;
  std::vector<float> memory_;
};

struct CpuOps::State {
  State(ThreadPool& workers, std::int64_t least_work)
      : pool(workers), worth_sharing(least_work), scratch(static_cast<std::size_t>(workers.threads())) {}

  // Calls body(item, scratch) for every item. `cost` is the whole work in multiply-adds of `linear`, of which a core does some
  // thirty in a nanosecond: work below `worth_sharing` stays on the calling thread. Which worker
  // gets an item cannot change its result. Items ascend with rows, and each worker begins with its share of them, the same from
  // op to op: what it wrote is in its own caches, and fetching it from another core's takes longer than most ops do.
  template <typename Body>
  void split(std::int64_t items, std::int64_t cost, std::int64_t scratch_floats, Body&& body) {
    const std::int64_t workers = pool.threads();
    ends.resize(static_cast<std::size_t>(workers));
    for (std::int64_t k = 0; k < workers; ++k) ends[static_cast<std::size_t>(k)] = items * (k + 1) / workers;
    take_turns(cost, scratch_floats, Home::worker, body);
  }

  // The same for items in queues that end at `ends`: a worker begins with its memory node's, or with one of its own number's
  // share.
  enum class Home { worker, node };
  template <typename Body>
  void take_turns(std::int64_t cost, std::int64_t scratch_floats, Home home, Body&& body) {
    const std::int64_t items = ends.back();
    if (pool.threads() == 1 || items <= 1 || cost < worth_sharing) {
      float* floats = scratch[0].reserve(scratch_floats);
      for (std::int64_t item = 0; item < items; ++item) body(item, floats);
      return;
    }
    // Items of a few nanoseconds are claimed several at a time, so that claiming does not cost more than the work.
    constexpr std::int64_t kWorthClaiming = 1 << 13;
    const std::int64_t run = std::max<std::int64_t>(1, kWorthClaiming * items / std::max<std::int64_t>(cost, 1));
    for (Scratch& memory : scratch) memory.reserve(scratch_floats);  // here, because a worker must not throw
    claims.reset(ends);
    pool.parallel_for(pool.threads(), [&](int index) {
      float* floats = scratch[static_cast<std::size_t>(index)].reserve(scratch_floats);
      const std::size_t first = home == Home::node ? static_cast<std::size_t>(current_node()) : queue_of_this_thread();
      claims.take(first, run, [&](std::int64_t item) { body(item, floats); });
    });
  }
  std::size_t queue_of_this_thread() const noexcept {
    return static_cast<std::size_t>(ThreadPool::this_thread()) * ends.size() / static_cast<std::size_t>(pool.threads());
  }

  // What one claim of `store_kv` stores: rows [first, first + count), all into one page, so that no two workers write to a line.
  struct Run {
    std::int64_t first = 0;
    int count = 0;
  };
  void collect_runs(std::span<const KvSlot> where);

  // What one claim of `linear` computes: outputs [first, end) of a product, for rows [row, row_end).
  struct Piece {
    std::int32_t product = 0;
    std::int32_t node = 0;  // that its weights lie on
    std::int64_t first = 0, end = 0;
    std::int64_t row = 0, row_end = 0;
  };
  void prepare(ConstMatrixView x, std::size_t kind);
  Home cut(std::int64_t rows, std::span<const LinearProduct> products);
  void cut_rows(std::int64_t row, std::int64_t row_end, std::int64_t workers, std::span<const LinearProduct> products);
  bool sort_by_node(std::span<const LinearProduct> products);
  void multiply_packed(const LinearProduct& product, const Piece& piece);
  static void multiply_stored(ConstMatrixView x, const LinearProduct& product, const Piece& piece, float* scratch);

  ThreadPool& pool;
  std::int64_t worth_sharing;
  std::vector<Scratch> scratch;                       // one per worker
  std::array<Scratch, kActivationKinds> activations;  // of `linear`, [rows, activation_blocks(inputs)] of each form needed
  std::vector<Piece> pieces;
  std::vector<std::int64_t> ends;  // of the queues of the op at hand
  Claims claims;
  std::vector<Run> runs;
};

}  // namespace reckon
