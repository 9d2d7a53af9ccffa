// Every instruction set of this machine against the scalar twin, bit for bit, on odd sizes and misaligned memory; and the twin
// against formulas in f64.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "kernels/half.h"

namespace reckon {
namespace {

using Floats = std::vector<float>;

std::vector<Isa> wide_sets() {
  std::vector<Isa> sets;
  for (const Isa isa : kIsas) {
    if (isa != Isa::scalar && machine_has(isa)) sets.push_back(isa);
  }
  return sets;
}

Floats normals(std::mt19937& random, std::int64_t count, float deviation = 1.0f) {
  std::normal_distribution<float> normal(0.0f, deviation);
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

// Where a block's f16 fields lie; -1: none.
struct ScaleFields {
  int scale, min;
};
ScaleFields scale_fields(DType type) {
  switch (type) {
    case DType::q4_1:
    case DType::q5_1:
    case DType::q4_k:
    case DType::q5_k: return {0, 2};
    case DType::q2_k: return {80, 82};
    case DType::q3_k: return {108, -1};
    case DType::q6_k: return {208, -1};
    case DType::tq1_0: return {52, -1};
    case DType::tq2_0: return {64, -1};
    case DType::f32:
    case DType::mxfp4:
    case DType::nvfp4: return {-1, -1};
    default: return {0, -1};
  }
}

// Random blocks whose scales are small finite numbers.
std::vector<std::byte> random_rows(std::mt19937& random, DType type, std::int64_t rows, std::int64_t columns) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(rows * row_bytes(type, columns)));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  std::normal_distribution<float> normal(0.0f, 0.1f);
  const auto put = [&](std::byte* at) {
    const float value = normal(random);
    const std::uint16_t half = type == DType::bf16 ? f32_to_bf16(value) : f32_to_f16(value);
    std::memcpy(at, &half, 2);
  };
  const ScaleFields fields = scale_fields(type);
  for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(dtype_info(type).block_bytes)) {
    if (fields.scale >= 0) put(&bytes[at + static_cast<std::size_t>(fields.scale)]);
    if (fields.min >= 0) put(&bytes[at + static_cast<std::size_t>(fields.min)]);
    if (type == DType::mxfp4) bytes[at] = static_cast<std::byte>(120 + random() % 8);
    if (type == DType::f32) {
      const float value = normal(random);
      std::memcpy(&bytes[at], &value, 4);
    }
  }
  return bytes;
}

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

void expect_same_bits(const Floats& got, const Floats& want, const std::string& what) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(bits(got[i]), bits(want[i])) << what << " at " << i << ": " << got[i] << " and " << want[i];
  }
}

// Memory whose first byte lies one past an aligned address (weights), or one float past (activations).
template <typename T>
std::vector<T> shifted(const std::vector<T>& values) {
  std::vector<T> moved(values.size() + 1);
  std::copy(values.begin(), values.end(), moved.begin() + 1);
  return moved;
}

Floats run_linear(const KernelTable& table, DType type, const std::vector<std::byte>& weight, const Floats& bias, const Floats& x,
                  std::int64_t rows, std::int64_t inputs, std::int64_t outputs) {
  const std::vector<std::byte> moved_weight = shifted(weight);
  const Floats moved_x = shifted(x);
  Floats y(static_cast<std::size_t>(rows * outputs) + 1), scratch(static_cast<std::size_t>(linear_scratch(inputs)) + 1);
  table.linear[block_index(type)](LinearArguments{.weight = moved_weight.data() + 1,
                                                  .weight_stride = row_bytes(type, inputs),
                                                  .inputs = inputs,
                                                  .outputs = outputs,
                                                  .bias = bias.empty() ? nullptr : bias.data(),
                                                  .x = moved_x.data() + 1,
                                                  .x_stride = inputs,
                                                  .rows = rows,
                                                  .y = y.data() + 1,
                                                  .y_stride = outputs,
                                                  .scratch = scratch.data() + 1});
  y.erase(y.begin());
  return y;
}

TEST(UnpackKernels, GiveTheBitsOfTheScalarCodecOnRandomBlocks) {
  std::mt19937 random(1);
  for (const BlockCodec& codec : block_codecs()) {
    const std::int64_t columns = codec.elements == 1 ? 77 : 4 * codec.elements;
    std::vector<std::byte> row(static_cast<std::size_t>(row_bytes(codec.type, columns)));
    for (int round = 0; round < 200; ++round) {
      for (std::byte& byte : row) byte = static_cast<std::byte>(random());
      const std::vector<std::byte> moved = shifted(row);
      Floats want(static_cast<std::size_t>(columns)), got(want.size() + 1);
      codec.decode_row(row.data(), columns, want.data());
      for (const Isa isa : wide_sets()) {
        kernels(isa).unpack_row[block_index(codec.type)](moved.data() + 1, columns, got.data() + 1);
        for (std::size_t i = 0; i < want.size(); ++i) {
          const bool both_nan = std::isnan(got[i + 1]) && std::isnan(want[i]);
          ASSERT_TRUE(both_nan || bits(got[i + 1]) == bits(want[i])) << name_of(codec.type) << ' ' << name_of(isa) << ' ' << i;
        }
      }
    }
  }
}

TEST(LinearKernels, GiveTheScalarBitsForEveryTypeAndShape) {
  std::mt19937 random(2);
  for (const BlockCodec& codec : block_codecs()) {
    for (const auto& [rows, blocks_or_inputs, outputs] :
         {std::tuple{1, 1, 1}, {1, 3, 5}, {2, 2, 4}, {3, 1, 7}, {4, 2, 9}, {5, 3, 6}, {7, 1, 11}, {13, 2, 8}}) {
      const std::int64_t inputs = codec.elements == 1 ? blocks_or_inputs * 19 : blocks_or_inputs * codec.elements;
      const auto weight = random_rows(random, codec.type, outputs, inputs);
      const Floats x = normals(random, rows * inputs);
      const Floats bias = outputs % 2 == 0 ? Floats{} : normals(random, outputs);
      const Floats want = run_linear(kernels(Isa::scalar), codec.type, weight, bias, x, rows, inputs, outputs);
      for (const Isa isa : wide_sets()) {
        const Floats got = run_linear(kernels(isa), codec.type, weight, bias, x, rows, inputs, outputs);
        expect_same_bits(got, want, std::string(name_of(codec.type)) + " " + std::string(name_of(isa)));
      }
    }
  }
}

TEST(LinearKernels, AgreeWithAnF64ProductOfTheDecodedWeights) {
  std::mt19937 random(3);
  for (const BlockCodec& codec : block_codecs()) {
    const std::int64_t rows = 6, inputs = 512, outputs = 10;
    const auto weight = random_rows(random, codec.type, outputs, inputs);
    const Floats x = normals(random, rows * inputs), bias = normals(random, outputs);
    const Floats y = run_linear(kernels(), codec.type, weight, bias, x, rows, inputs, outputs);
    Floats decoded(static_cast<std::size_t>(outputs * inputs));
    codec.decode_row(weight.data(), outputs * inputs, decoded.data());
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t o = 0; o < outputs; ++o) {
        double sum = bias[o], magnitude = 1;
        for (std::int64_t i = 0; i < inputs; ++i) {
          const double product = double{x[r * inputs + i]} * decoded[o * inputs + i];
          sum += product;
          magnitude += std::fabs(product);
        }
        EXPECT_NEAR(y[r * outputs + o], sum, 1e-6 * magnitude) << name_of(codec.type);
      }
    }
  }
}

TEST(LinearKernels, GiveARowTheSameBitsAloneAndInAnyBatch) {
  std::mt19937 random(4);
  for (const BlockCodec& codec : block_codecs()) {
    const std::int64_t rows = 21, inputs = codec.elements == 1 ? 83 : 512, outputs = 13;
    const auto weight = random_rows(random, codec.type, outputs, inputs);
    const Floats x = normals(random, rows * inputs);
    const Floats all = run_linear(kernels(), codec.type, weight, {}, x, rows, inputs, outputs);
    for (std::int64_t r = 0; r < rows; ++r) {
      const Floats row(x.begin() + r * inputs, x.begin() + (r + 1) * inputs);
      const Floats alone = run_linear(kernels(), codec.type, weight, {}, row, 1, inputs, outputs);
      expect_same_bits(alone, Floats(all.begin() + r * outputs, all.begin() + (r + 1) * outputs),
                       std::string(name_of(codec.type)));
    }
  }
}

TEST(LinearKernels, KeepRowBlocksApartInWideMatrices) {  // more rows than one cache block holds
  std::mt19937 random(5);
  const std::int64_t rows = 70, inputs = 4096, outputs = 6;
  const auto weight = random_rows(random, DType::q8_0, outputs, inputs);
  const Floats x = normals(random, rows * inputs);
  const Floats want = run_linear(kernels(Isa::scalar), DType::q8_0, weight, {}, x, rows, inputs, outputs);
  for (const Isa isa : wide_sets()) {
    expect_same_bits(run_linear(kernels(isa), DType::q8_0, weight, {}, x, rows, inputs, outputs), want, "q8_0");
  }
}

TEST(ExpKernel, HasSmallErrorAndTheSameBitsEverywhere) {
  Floats x;
  for (float value = -90.0f; value < 90.0f; value += 0.00731f) x.push_back(value);
  for (const float value : {0.0f, -0.0f, -87.0f, -87.00001f, 88.0f, 1e30f, -1e30f, std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(), 1e-30f}) {
    x.push_back(value);
  }
  Floats want(x.size());
  kernels(Isa::scalar).exp(x.data(), static_cast<std::int64_t>(x.size()), want.data());

  for (const Isa isa : wide_sets()) {
    Floats got(x.size());
    kernels(isa).exp(x.data(), static_cast<std::int64_t>(x.size()), got.data());
    expect_same_bits(got, want, std::string(name_of(isa)));
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] < -87.0f) {
      EXPECT_EQ(want[i], 0.0f) << x[i];
    } else {
      const double exact = std::exp(std::min(double{x[i]}, 88.0));
      const float rounded = static_cast<float>(exact);
      const double ulp = double{std::nextafter(rounded, INFINITY)} - rounded;
      EXPECT_LE(std::fabs(want[i] - exact), 1.5 * ulp) << x[i];
    }
  }
  float nan = std::numeric_limits<float>::quiet_NaN();
  kernels().exp(&nan, 1, &nan);
  EXPECT_TRUE(std::isnan(nan));
}

TEST(ElementwiseKernels, GiveTheScalarBitsOnOddSizes) {
  std::mt19937 random(6);
  const KernelTable& twin = kernels(Isa::scalar);
  for (const Isa isa : wide_sets()) {
    const KernelTable& table = kernels(isa);
    for (const std::int64_t n : {1, 2, 8, 15, 16, 17, 48, 65, 300}) {
      const Floats a = normals(random, n, 5.0f), b = normals(random, n);
      Floats got(a.size()), want(a.size());
      table.rms_norm(a.data(), b.data(), 1e-5f, n, got.data());
      twin.rms_norm(a.data(), b.data(), 1e-5f, n, want.data());
      expect_same_bits(got, want, "rms_norm");
      table.silu_multiply(a.data(), b.data(), n, got.data());
      twin.silu_multiply(a.data(), b.data(), n, want.data());
      expect_same_bits(got, want, "silu_multiply");
      got = want = a;
      table.add(got.data(), b.data(), n);
      twin.add(want.data(), b.data(), n);
      expect_same_bits(got, want, "add");
      for (const int head_dim : {2, 8, 34, 64}) {
        const int pairs = head_dim / 2 - (head_dim > 8 ? 3 : 0);
        const Floats angles = normals(random, 2 * pairs), x = normals(random, 3 * head_dim);
        got = want = x;
        table.rope_adjacent(got.data(), angles.data(), 3, head_dim, pairs);
        twin.rope_adjacent(want.data(), angles.data(), 3, head_dim, pairs);
        expect_same_bits(got, want, "rope_adjacent");
        table.rope_half_split(got.data(), angles.data(), 3, head_dim, pairs);
        twin.rope_half_split(want.data(), angles.data(), 3, head_dim, pairs);
        expect_same_bits(got, want, "rope_half_split");
      }
    }
  }
}

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
  std::vector<std::byte> bytes;
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

TEST(AttentionKernels, GiveTheScalarBitsOnOddShapes) {
  std::mt19937 random(8);
  for (const auto& [group, head_dim, slots, length] : {std::tuple{1, 16, 4, 1},
                                                       {2, 8, 4, 9},
                                                       {4, 64, 16, 33},
                                                       {5, 40, 16, 16},
                                                       {7, 24, 3, 10},
                                                       {8, 128, 32, 170},
                                                       {2, 64, 16, 150},
                                                       {1, 32, 100, 250},
                                                       {3, 50, 17, 40}}) {
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

TEST(Dispatch, ComputesOnTheSetThatWasAskedFor) {
  const Isa before = kernels().isa;

  use_isa(Isa::scalar);

  EXPECT_EQ(kernels().isa, Isa::scalar);
  use_isa(before);
  EXPECT_EQ(kernels().isa, before);
}

TEST(Dispatch, RefusesSetsThatThisMachineLacks) {
  EXPECT_TRUE(machine_has(kernels().isa));
  EXPECT_FALSE(machine_has(Isa::neon) && machine_has(Isa::avx2));
  for (const Isa isa : kIsas) {
    if (machine_has(isa)) {
      EXPECT_EQ(kernels(isa).isa, isa);
      continue;
    }
    try {
      kernels(isa);
      FAIL() << name_of(isa) << " was given out";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
    }
  }
}

TEST(Dispatch, KnowsSetsByNameAndNamesThemInErrors) {
  for (const Isa isa : kIsas) EXPECT_EQ(isa_named(name_of(isa)), isa);
  try {
    isa_named("sse9");
    FAIL() << "an unknown name was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_EQ(std::string(error.what()),
              "RECKON_ISA: 'sse9' is no instruction set; known are scalar, avx2, avx512, avx512_bf16, neon");
  }
}

}  // namespace
}  // namespace reckon
