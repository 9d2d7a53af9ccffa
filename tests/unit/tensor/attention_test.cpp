// Attention over pages against a plain softmax in f64, and against itself: other page tables, batches and threads, same bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kernels/half.h"
#include "tensor/cpu_ops.h"

namespace reckon {
namespace {

using Floats = std::vector<float>;

Floats drawn_normals(std::mt19937& random, std::int64_t count) {
  std::normal_distribution<float> normal;
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

// A store of pages full of NaN, so that reading a slot nobody wrote shows.
struct Cache {
  Cache(const KvLayout& shape, std::int64_t page_count)
      : memory(static_cast<std::size_t>(shape.page_bytes() * page_count), std::byte{0xFF}),
        view{shape, memory.data(), page_count} {}
  std::vector<std::byte> memory;
  KvView view;
};

struct Shape {
  int heads, kv_heads, head_dim, slots;
};

// The K and V of a sequence, [length, kv_heads * head_dim] each.
struct Sequence {
  Sequence(std::mt19937& random, const Shape& shape, int tokens)
      : length(tokens),
        cols(shape.kv_heads * shape.head_dim),
        k(drawn_normals(random, length * cols)),
        v(drawn_normals(random, length * cols)) {}
  std::int64_t length, cols;
  Floats k, v;
};

void store(Ops& ops, Cache& cache, int layer, const Sequence& sequence, std::int64_t first, std::int64_t count,
           const std::vector<std::uint32_t>& pages) {
  std::vector<KvSlot> where;
  const int slots = cache.view.layout.slots_per_page;
  for (std::int64_t t = first; t < first + count; ++t) {
    where.push_back({pages[static_cast<std::size_t>(t / slots)], static_cast<std::int32_t>(t % slots)});
  }
  ops.store_kv({sequence.k.data() + first * sequence.cols, count, sequence.cols},
               {sequence.v.data() + first * sequence.cols, count, sequence.cols}, cache.view, layer, where);
}

// What a head's key or value becomes when it is stored.
std::vector<double> rounded(DType type, const float* values, int head_dim) {
  float largest = 0;
  for (int c = 0; c < head_dim; ++c) largest = std::max(largest, std::fabs(values[c]));
  std::vector<double> stored;
  for (int c = 0; c < head_dim; ++c) {
    switch (type) {
      case DType::f16: stored.push_back(f16_to_f32(f32_to_f16(values[c]))); break;
      case DType::bf16: stored.push_back(bf16_to_f32(f32_to_bf16(values[c]))); break;
      case DType::i8: stored.push_back(std::nearbyint(values[c] * (127 / largest)) * (largest / 127)); break;
      default: stored.push_back(values[c]);
    }
  }
  return stored;
}

std::vector<double> plain_attention(const Shape& shape, const float* q, const Sequence& sequence, int length, double scale,
                                    DType type) {
  std::vector<double> out;
  for (int head = 0; head < shape.heads; ++head) {
    const std::int64_t column = std::int64_t{head} * shape.kv_heads / shape.heads * shape.head_dim;
    std::vector<double> weights;
    for (int t = 0; t < length; ++t) {
      const std::vector<double> key = rounded(type, &sequence.k[t * sequence.cols + column], shape.head_dim);
      double score = 0;
      for (int c = 0; c < shape.head_dim; ++c) score += q[head * shape.head_dim + c] * key[c];
      weights.push_back(score * scale);
    }
    const double largest = *std::ranges::max_element(weights);
    for (double& weight : weights) weight = std::exp(weight - largest);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> values(static_cast<std::size_t>(shape.head_dim));
    for (int t = 0; t < length; ++t) {
      const std::vector<double> value = rounded(type, &sequence.v[t * sequence.cols + column], shape.head_dim);
      for (int c = 0; c < shape.head_dim; ++c) values[c] += weights[t] / sum * value[c];
    }
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

std::vector<DType> types() {
  std::vector<DType> all;
  for (const KvType& type : kKvTypes) all.push_back(type.type);
  return all;
}

class AttentionTest : public testing::Test {
 protected:
  ThreadPool one_thread{1};
  ThreadPool three_threads{3};
  CpuOps ops{one_thread};
  CpuOps parallel{three_threads};
  std::mt19937 random{5};
};

TEST_F(AttentionTest, EqualsAPlainSoftmaxAtEveryLengthAroundPageBounds) {
  for (const DType type : types()) {
    for (const Shape& shape : {Shape{4, 2, 16, 4}, Shape{6, 2, 10, 3}, Shape{8, 8, 64, 16}, Shape{9, 1, 33, 8}}) {
      const int tokens = 150;  // more than two units of the reduction
      const int page_count = (tokens + shape.slots - 1) / shape.slots;
      Cache cache({type, 2, shape.kv_heads, shape.head_dim, shape.slots}, page_count + 2);
      std::vector<std::uint32_t> pages(static_cast<std::size_t>(page_count));
      std::iota(pages.rbegin(), pages.rend(), 1U);
      std::swap(pages.front(), pages[pages.size() / 2]);
      const Sequence sequence(random, shape, tokens);
      store(ops, cache, 1, sequence, 0, tokens, pages);
      const std::int64_t cols = shape.heads * shape.head_dim;
      const Floats q = drawn_normals(random, tokens * cols);
      std::vector<AttentionRow> rows;
      for (int t = 0; t < tokens; ++t) rows.push_back({t + 1, pages.data()});
      Floats out(q.size());

      ops.attention({q.data(), tokens, cols}, cache.view, 1, rows, 0.25f, {out.data(), tokens, cols});

      for (int t = 0; t < tokens; ++t) {
        const auto want = plain_attention(shape, &q[t * cols], sequence, t + 1, 0.25, type);
        for (std::int64_t c = 0; c < cols; ++c) ASSERT_NEAR(out[t * cols + c], want[c], 2e-6) << "token " << t << " column " << c;
      }
    }
  }
}

TEST_F(AttentionTest, GivesTheSameBitsTokenByTokenInABatchOnThreadsAndOnOtherPages) {
  const Shape shape{8, 2, 48, 16};
  const int tokens = 155;
  const std::int64_t cols = shape.heads * shape.head_dim;
  const Sequence sequence(random, shape, tokens);
  const Floats q = drawn_normals(random, tokens * cols);
  const std::vector<std::uint32_t> pages = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<std::uint32_t> other_pages = {6, 2, 5, 0, 3, 11, 10, 9, 8, 7};
  for (const DType type : types()) {
    const KvLayout layout{type, 1, shape.kv_heads, shape.head_dim, shape.slots};
    Cache whole(layout, 12), stepwise(layout, 12);

    Floats batch(q.size());
    store(parallel, whole, 0, sequence, 0, tokens, pages);
    std::vector<AttentionRow> rows;
    for (int t = 0; t < tokens; ++t) rows.push_back({t + 1, pages.data()});
    parallel.attention({q.data(), tokens, cols}, whole.view, 0, rows, 0.144f, {batch.data(), tokens, cols});

    Floats alone(static_cast<std::size_t>(cols));
    for (int t = 0; t < tokens; ++t) {  // the cache holds nothing yet of what comes after t
      store(ops, stepwise, 0, sequence, t, 1, other_pages);
      const AttentionRow row{t + 1, other_pages.data()};
      ops.attention({q.data() + t * cols, 1, cols}, stepwise.view, 0, {&row, 1}, 0.144f, {alone.data(), 1, cols});
      ASSERT_EQ(std::memcmp(alone.data(), &batch[t * cols], alone.size() * sizeof(float)), 0) << name_of(type) << " token " << t;
    }
  }
}

TEST_F(AttentionTest, GivesTheSameBitsWhateverTheSizeOfPages) {
  const int tokens = 150;  // more than two units of the reduction
  for (const DType type : types()) {
    const Shape shape{6, 2, 40, 0};
    const std::int64_t cols = shape.heads * shape.head_dim;
    const Sequence sequence(random, shape, tokens);
    const Floats q = drawn_normals(random, tokens * cols);
    Floats expected;
    for (const int slots : kPageSlots) {
      const int page_count = (tokens + slots - 1) / slots;
      Cache cache({type, 1, shape.kv_heads, shape.head_dim, slots}, page_count);
      std::vector<std::uint32_t> pages(static_cast<std::size_t>(page_count));
      std::iota(pages.rbegin(), pages.rend(), 0U);
      store(ops, cache, 0, sequence, 0, tokens, pages);
      std::vector<AttentionRow> rows;
      for (int t = 0; t < tokens; ++t) rows.push_back({t + 1, pages.data()});
      Floats out(q.size());

      ops.attention({q.data(), tokens, cols}, cache.view, 0, rows, 0.3f, {out.data(), tokens, cols});

      if (expected.empty()) expected = out;
      for (int t = 0; t < tokens; ++t) {
        ASSERT_EQ(std::memcmp(&out[t * cols], &expected[t * cols], static_cast<std::size_t>(cols) * sizeof(float)), 0)
            << name_of(type) << ", token " << t << ", pages of " << slots;
      }
    }
  }
}

TEST_F(AttentionTest, ForksShareThePagesOfTheirPrefix) {
  const Shape shape{4, 2, 16, 4};
  const std::int64_t cols = shape.heads * shape.head_dim;
  const Sequence left(random, shape, 10);
  Sequence right = left;  // the same first 8 tokens, another end
  const Sequence other(random, shape, 10);
  std::copy(other.k.begin() + 8 * right.cols, other.k.end(), right.k.begin() + 8 * right.cols);
  std::copy(other.v.begin() + 8 * right.cols, other.v.end(), right.v.begin() + 8 * right.cols);
  const std::vector<std::uint32_t> left_pages = {2, 0, 1}, right_pages = {2, 0, 3};
  const Floats q = drawn_normals(random, 2 * cols);
  for (const DType type : types()) {
    Cache cache({type, 1, shape.kv_heads, shape.head_dim, shape.slots}, 4);
    store(ops, cache, 0, left, 0, 10, left_pages);
    store(ops, cache, 0, right, 8, 2, right_pages);
    Floats out(q.size());

    const std::vector<AttentionRow> rows = {{10, left_pages.data()}, {10, right_pages.data()}};
    ops.attention({q.data(), 2, cols}, cache.view, 0, rows, 0.25f, {out.data(), 2, cols});

    const auto want_left = plain_attention(shape, q.data(), left, 10, 0.25, type);
    const auto want_right = plain_attention(shape, q.data() + cols, right, 10, 0.25, type);
    for (std::int64_t c = 0; c < cols; ++c) {
      EXPECT_NEAR(out[c], want_left[c], 2e-6) << name_of(type);
      EXPECT_NEAR(out[cols + c], want_right[c], 2e-6) << name_of(type);
    }
  }
}

TEST_F(AttentionTest, FindsEverythingOfASlotInItsPage) {
  const Shape shape{4, 2, 16, 4};
  const std::int64_t cols = shape.heads * shape.head_dim;
  const Sequence sequence(random, shape, 10);
  const Floats q = drawn_normals(random, cols);
  const std::vector<std::uint32_t> pages = {2, 0, 1}, copies = {2, 3, 1};
  for (const DType type : types()) {
    Cache cache({type, 2, shape.kv_heads, shape.head_dim, shape.slots}, 4);
    for (const int layer : {0, 1}) store(ops, cache, layer, sequence, 0, 10, pages);
    const std::int64_t bytes = cache.view.layout.page_bytes();
    std::memcpy(cache.view.page(3), cache.view.page(0), static_cast<std::size_t>(bytes));  // as a write to a shared page does
    std::memset(cache.view.page(0), 0xFF, static_cast<std::size_t>(bytes));
    Floats out(q.size());

    const AttentionRow row{10, copies.data()};
    ops.attention({q.data(), 1, cols}, cache.view, 1, {&row, 1}, 0.25f, {out.data(), 1, cols});

    const auto want = plain_attention(shape, q.data(), sequence, 10, 0.25, type);
    for (std::int64_t c = 0; c < cols; ++c) EXPECT_NEAR(out[c], want[c], 2e-6) << name_of(type);
  }
}

TEST_F(AttentionTest, SaysNotANumberWhereAKeyOrValueIsNone) {
  const Shape shape{1, 1, 16, 4};
  const std::vector<std::uint32_t> pages = {0, 1, 2};
  const Floats q = drawn_normals(random, 16);
  for (const DType type : types()) {
    for (const bool key : {true, false}) {
      Sequence sequence(random, shape, 9);
      (key ? sequence.k : sequence.v)[5 * 16 + 3] = std::numeric_limits<float>::quiet_NaN();
      Cache cache({type, 1, 1, 16, 4}, 3);
      store(ops, cache, 0, sequence, 0, 9, pages);
      Floats before(16), with(16);

      const AttentionRow five{5, pages.data()}, nine{9, pages.data()};
      ops.attention({q.data(), 1, 16}, cache.view, 0, {&five, 1}, 0.25f, {before.data(), 1, 16});
      ops.attention({q.data(), 1, 16}, cache.view, 0, {&nine, 1}, 0.25f, {with.data(), 1, 16});

      for (const float value : before) EXPECT_TRUE(std::isfinite(value)) << name_of(type) << ": it comes after these five";
      EXPECT_TRUE(std::isnan(with[3])) << name_of(type) << (key ? " key" : " value");
      EXPECT_TRUE(!key || std::isnan(with[0])) << name_of(type);
    }
  }
}

TEST_F(AttentionTest, StaysFiniteForScoresOfAnySize) {
  const Shape shape{1, 1, 16, 4};
  Sequence sequence(random, shape, 9);
  for (float& value : sequence.k) value *= 1000.0f;
  Cache cache({DType::f32, 1, 1, 16, 4}, 3);
  const std::vector<std::uint32_t> pages = {0, 1, 2};
  store(ops, cache, 0, sequence, 0, 9, pages);
  const Floats q = drawn_normals(random, 16);
  Floats out(16);

  const AttentionRow row{9, pages.data()};
  ops.attention({q.data(), 1, 16}, cache.view, 0, {&row, 1}, 1.0f, {out.data(), 1, 16});

  const auto want = plain_attention(shape, q.data(), sequence, 9, 1.0, DType::f32);
  for (std::size_t c = 0; c < 16; ++c) EXPECT_NEAR(out[c], want[c], 1e-3);
}

TEST_F(AttentionTest, RefusesPagesSlotsAndLayersOutsideTheView) {
  Cache cache({DType::f16, 1, 1, 16, 4}, 2);
  Floats q(16), out(16);
  const auto attend = [&](int layer, int length, std::vector<std::uint32_t> pages) {
    const AttentionRow row{length, pages.data()};
    ops.attention({q.data(), 1, 16}, cache.view, layer, {&row, 1}, 1.0f, {out.data(), 1, 16});
  };
  EXPECT_THROW(attend(1, 1, {0}), Error);
  EXPECT_THROW(attend(0, 0, {0}), Error);
  EXPECT_THROW(attend(0, 5, {0, 2}), Error);
  const auto put = [&](KvSlot slot) { ops.store_kv({q.data(), 1, 16}, {q.data(), 1, 16}, cache.view, 0, {&slot, 1}); };
  EXPECT_THROW(put({2, 0}), Error);
  EXPECT_THROW(put({0, 4}), Error);
  EXPECT_THROW(put({0, -1}), Error);
  EXPECT_NO_THROW(put({1, 3}));
}

}  // namespace
}  // namespace reckon
