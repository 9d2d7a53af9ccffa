// Storing keys and values, and attention over them: every instruction set of this machine against the scalar twin, bit for bit.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/dispatch.h"
#include "kernels/half.h"
#include "unit/kernels/kernel_testing.h"

namespace reckon {
namespace {

// One KV head in pages of its own: keys, values, and what they are stored as.
struct KvPages {
  KvPages(const KvType& kv_type, int head_dim_, int slots_, int pages)
      : type(kv_type),
        head_dim(head_dim_),
        slots(slots_),
        scale_offset((std::int64_t{type.element_bytes} * head_dim * slots + 3) / 4 * 4),
        part_bytes(scale_offset + std::int64_t{type.scale_bytes} * slots),
        bytes(static_cast<std::size_t>(2 * part_bytes * pages), std::byte{0xFF}) {}

  std::byte* page(std::uint32_t id) { return bytes.data() + 2 * part_bytes * id; }

  // Rows [0, where.size()) of k and v [rows, head_dim].
  void store(Isa isa, const Floats& k, const Floats& v, const std::vector<KvSlot>& where) {
    Floats scratch(k.size());
    kernel(isa).store({.k = k.data(),
                       .v = v.data(),
                       .k_stride = head_dim,
                       .v_stride = head_dim,
                       .where = where.data(),
                       .rows = static_cast<int>(where.size()),
                       .head_dim = head_dim,
                       .slots_per_page = slots,
                       .keys = page(where[0].page),
                       .values = page(where[0].page) + part_bytes,
                       .scale_offset = scale_offset,
                       .scratch = scratch.data()});
  }

  void fill(Isa isa, std::mt19937& random) {
    const auto pages = static_cast<std::uint32_t>(bytes.size() / static_cast<std::size_t>(2 * part_bytes));
    for (std::uint32_t id = 0; id < pages; ++id) {
      for (int slot = 0; slot < slots; ++slot) store(isa, normals(random, head_dim), normals(random, head_dim), {{id, slot}});
    }
  }

  const KvKernels& kernel(Isa isa) const { return kernels(isa).kv[static_cast<std::size_t>(kv_type_index(type.type))]; }

  KvType type;
  int head_dim, slots;
  std::int64_t scale_offset, part_bytes;
  Guarded<std::byte> bytes;
};

TEST(KvStoreKernels, GiveTheScalarBytesForEveryKindOfValue) {
  std::mt19937 random(7);
  for (const KvType& type : kKvTypes) {
    for (const auto& [head_dim, slots] : {std::pair{64, 16}, {50, 17}, {3, 5}, {33, 64}}) {
      for (int round = 0; round < 200; ++round) {
        Floats k = normals(random, 5 * head_dim), v(k.size());
        // Anything: half of these are below 1, and some are subnormal or NaN.
        for (float& value : v) value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (round % 8 == 0) v[1] = std::numeric_limits<float>::infinity();
        for (float& value : k) value *= std::ldexp(1.00049f, round - 140);
        std::vector<KvSlot> where;
        for (int r = 0; r < 5; ++r) where.push_back({0, static_cast<std::int32_t>(random()) & 0x7FFFFFFF});
        for (KvSlot& slot : where) slot.slot %= slots;
        KvPages want(type, head_dim, slots, 1);
        want.store(Isa::scalar, k, v, where);
        for (const Isa isa : wide_sets()) {
          KvPages got(type, head_dim, slots, 1);
          got.store(isa, k, v, where);
          ASSERT_EQ(got.bytes, want.bytes) << type.name << " " << name_of(isa) << " round " << round;
        }
      }
    }
  }
}

TEST(KvStoreKernels, RoundHalvesAsTheSoftwareDoes) {
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    Floats values;
    for (int c = 0; c < 20; ++c) {
      const float any = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
      values.push_back(c % 2 == 0 && !std::isnan(any) ? any
                                                      : f16_to_f32(static_cast<std::uint16_t>(random() % 0x7C00)) * 1.00049f);
    }
    for (const bool f16 : {true, false}) {
      KvPages pages(*find_kv_type(f16 ? DType::f16 : DType::bf16), 20, 1, 1);
      pages.store(kernels().isa, values, values, {{0, 0}});
      for (std::size_t c = 0; c < values.size(); ++c) {
        std::uint16_t half;
        std::memcpy(&half, pages.bytes.data() + pages.part_bytes + 2 * c, 2);
        ASSERT_EQ(half, f16 ? f32_to_f16(values[c]) : f32_to_bf16(values[c])) << values[c];
      }
    }
  }
}

TEST(KvStoreKernels, KeepInt8WithinHalfAStepOfTheLargestMagnitude) {
  std::mt19937 random(11);
  const int head_dim = 40, slots = 20;
  KvPages pages(*find_kv_type(DType::i8), head_dim, slots, 1);
  const auto stored = [&](int slot, int column, bool key) {
    const int first = slot / 16 * 16, run = std::min(16, slots - first);
    const std::byte* part = pages.bytes.data() + (key ? 0 : pages.part_bytes);
    float scale;
    std::memcpy(&scale, part + pages.scale_offset + 4 * slot, 4);
    const int at = key ? first * head_dim + column * run + slot - first : slot * head_dim + column;
    return scale * static_cast<float>(static_cast<std::int8_t>(part[at]));
  };
  for (const float size : {1.0f, 1e-20f, 1e-38f, 1e30f, 0.0f}) {
    for (int slot = 0; slot < slots; ++slot) {
      Floats k = normals(random, head_dim, size), v = normals(random, head_dim, size);
      v[7] = 9 * size;
      pages.store(kernels().isa, k, v, {{0, slot}});
      for (const bool key : {true, false}) {
        const Floats& values = key ? k : v;
        float largest = 0;
        for (const float value : values) largest = std::max(largest, std::fabs(value));
        const float step = largest < 1e-30f ? 2 * largest : largest / 127;  // what is smaller becomes zeros
        for (int c = 0; c < head_dim; ++c) {
          ASSERT_NEAR(stored(slot, c, key), values[static_cast<std::size_t>(c)], 0.501 * step) << slot << " " << c << " " << size;
        }
      }
      ASSERT_EQ(stored(slot, 7, false), size < 1e-30f ? 0.0f : v[7] / 127 * 127);
    }
  }
}

TEST(KvStoreKernels, MakeAnInt8VectorThatHoldsNoNumberNotANumber) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    for (const std::size_t at : {0U, 15U, 19U}) {
      KvPages pages(*find_kv_type(DType::i8), 20, 1, 1);
      Floats k(20, 1.0f);
      k[at] = bad;
      pages.store(kernels().isa, k, Floats(20, 1.0f), {{0, 0}});

      float key_scale, value_scale;
      std::memcpy(&key_scale, pages.bytes.data() + pages.scale_offset, 4);
      std::memcpy(&value_scale, pages.bytes.data() + pages.part_bytes + pages.scale_offset, 4);
      EXPECT_TRUE(std::isnan(key_scale)) << bad << " at " << at;
      EXPECT_EQ(value_scale, 1.0f / 127);
    }
  }
}

struct AttentionShape {
  int group, head_dim, slots, length;
};

// Some on the edges of what kernels take at once, and thirty of any kind.
std::vector<AttentionShape> attention_shapes(std::mt19937& random) {
  std::vector<AttentionShape> shapes = {{1, 16, 4, 1},     {2, 8, 4, 9},     {4, 64, 16, 33},   {5, 40, 16, 16}, {7, 24, 3, 10},
                                        {8, 128, 32, 170}, {2, 64, 16, 150}, {1, 32, 100, 250}, {3, 50, 17, 40}};
  const auto up_to = [&random](unsigned most) { return 1 + static_cast<int>(random() % most); };
  for (int i = 0; i < 30; ++i) shapes.push_back({up_to(8), up_to(160), up_to(96), up_to(300)});
  return shapes;
}

TEST(AttentionKernels, GiveTheScalarBitsOnOddShapes) {
  std::mt19937 random(8);
  for (const auto& [group, head_dim, slots, length] : attention_shapes(random)) {
    SCOPED_TRACE(testing::Message() << group << " heads of " << head_dim << ", pages of " << slots << ", " << length << " slots");
    const int page_count = (length + slots - 1) / slots + 1;
    std::vector<std::uint32_t> pages;
    for (int p = 0; p + 1 < page_count; ++p) pages.push_back(static_cast<std::uint32_t>(page_count - 1 - p));
    std::vector<std::uint32_t> others = pages;  // a fork that shares all but the last page
    others.back() = 0;
    const std::vector<AttentionRow> rows = {{length, pages.data()},  {length, pages.data()},
                                            {length, others.data()}, {(length + 1) / 2, pages.data()},
                                            {length, pages.data()},  {length > 1 ? length - 1 : 1, others.data()}};
    const std::int64_t row_floats = std::int64_t{group} * head_dim;
    const Floats q = normals(random, static_cast<std::int64_t>(rows.size()) * row_floats);
    for (const KvType& type : kKvTypes) {
      KvPages cache(type, head_dim, slots, page_count);
      cache.fill(Isa::scalar, random);
      const auto run = [&](Isa isa, std::size_t first, std::size_t count) {
        Floats out(count * static_cast<std::size_t>(row_floats));
        Floats scratch(static_cast<std::size_t>(attention_scratch(static_cast<int>(count), group, slots)));
        cache.kernel(isa).attention({.q = q.data() + static_cast<std::int64_t>(first) * row_floats,
                                     .out = out.data(),
                                     .q_stride = row_floats,
                                     .out_stride = row_floats,
                                     .row = rows.data() + first,
                                     .rows = static_cast<int>(count),
                                     .group = group,
                                     .head_dim = head_dim,
                                     .base = cache.bytes.data(),
                                     .page_bytes = 2 * cache.part_bytes,
                                     .key_offset = 0,
                                     .value_offset = cache.part_bytes,
                                     .scale_offset = cache.scale_offset,
                                     .slots_per_page = slots,
                                     .scale = 0.3f,
                                     .scratch = scratch.data()});
        return out;
      };
      for (const Isa isa : wide_sets()) {
        const Floats together = run(isa, 0, rows.size());
        expect_same_bits(together, run(Isa::scalar, 0, rows.size()), std::string(type.name) + " " + std::string(name_of(isa)));
        for (std::size_t r = 0; r < rows.size(); ++r) {  // whoever else reads the same pages
          const auto begin = together.begin() + static_cast<std::ptrdiff_t>(r) * row_floats;
          expect_same_bits(run(isa, r, 1), Floats(begin, begin + row_floats), "alone");
        }
      }
    }
  }
}

}  // namespace
}  // namespace reckon
