// Weights of plain types in panels: where each of them lies, and products with them beside products with quantised ones.
#include "tensor/packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "base/huge_memory.h"
#include "base/memory_nodes.h"
#include "base/thread_pool.h"
#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "tensor/cpu_ops.h"

namespace reckon {
namespace {

struct Matrix {
  Matrix(DType type, std::int64_t outputs, std::int64_t inputs, ThreadPool& pool)
      : weight(static_cast<std::size_t>(outputs * row_bytes(type, inputs))),
        values(static_cast<std::size_t>(outputs * inputs)),
        stored{type, outputs, inputs, weight.data()},
        panels(static_cast<std::size_t>(packed_bytes(stored)), "panels") {
    std::mt19937 random(9);
    std::normal_distribution<float> normal;
    for (float& value : values) value = normal(random);
    quantize_row(type, values, weight);
    dequantize_row(type, weight, values);
    packed = pack(stored, panels.data(), pool);
  }
  std::vector<std::byte> weight;
  std::vector<float> values;  // decoded
  WeightView stored, packed;
  HugeMemory panels;
};

class Packing : public testing::Test {
 protected:
  ThreadPool pool{2};
  CpuOps ops{pool};
};

TEST_F(Packing, FillsUpTheLastPanelAndBlockWithZeros) {
  const std::int64_t outputs = 37, inputs = 45, width = kernels().panel_outputs;
  const std::int64_t panels = (outputs + width - 1) / width;
  for (const DType type : {DType::f32, DType::f16, DType::bf16}) {
    const auto element = static_cast<std::int64_t>(row_bytes(type, 1));
    const Matrix matrix(type, outputs, inputs, pool);

    EXPECT_EQ(packed_bytes(matrix.stored), panels * width * 64 * element) << name_of(type);
    for (std::int64_t o = 0; o < panels * width; ++o) {
      for (std::int64_t i = 0; i < 64; ++i) {
        // Outputs lie side by side: elements of one input, or with BF16 pairs of two inputs.
        const std::int64_t group = type == DType::bf16 ? 2 : 1;
        const std::int64_t at = o / width * width * 64 + (i / group * width + o % width) * group + i % group;
        const bool inside = o < outputs && i < inputs;
        std::byte want[4] = {};
        if (inside) std::memcpy(want, matrix.weight.data() + (o * inputs + i) * element, static_cast<std::size_t>(element));
        EXPECT_EQ(std::memcmp(matrix.panels.data() + at * element, want, static_cast<std::size_t>(element)), 0)
            << name_of(type) << " output " << o << " input " << i;
      }
    }
  }
}

TEST_F(Packing, RoundsHalvesAndFloatsToBf16OnTheWay) {
  const std::int64_t outputs = 37, inputs = 45;
  for (const DType type : {DType::f32, DType::f16}) {
    const Matrix matrix(type, outputs, inputs, pool);
    std::vector<std::byte> rounded(static_cast<std::size_t>(row_bytes(DType::bf16, inputs) * outputs));
    quantize_row(DType::bf16, matrix.values, rounded);
    const WeightView by_hand{DType::bf16, outputs, inputs, rounded.data()};
    const auto bytes = static_cast<std::size_t>(packed_bytes(by_hand));
    const HugeMemory want(bytes, "panels"), got(bytes, "panels");
    pack(by_hand, want.data(), pool);

    const WeightView packed = pack(matrix.stored, got.data(), pool, {}, DType::bf16);

    EXPECT_EQ(packed.type, DType::bf16);
    EXPECT_EQ(packed.data, nullptr) << "nobody may read halves as bf16";
    EXPECT_EQ(std::memcmp(got.data(), want.data(), bytes), 0) << name_of(type);
  }
}

TEST_F(Packing, TinyBf16WeightsBecomeZero) {
  const std::vector<float> values = {0x1p-56f, -0x1p-56f, 0x1.fep-57f, -0x1.fep-57f, 0x1p-130f, -0.0f};
  std::vector<std::byte> weight(12);
  quantize_row(DType::bf16, values, weight);
  const WeightView view{DType::bf16, 1, 6, weight.data()};
  const HugeMemory panels(static_cast<std::size_t>(packed_bytes(view)), "panels");

  pack(view, panels.data(), pool);

  const auto pair = [&](int index) {
    std::uint32_t word;
    std::memcpy(&word, panels.data() + 4 * index * kernels().panel_outputs, sizeof word);
    return word;
  };
  EXPECT_EQ(pair(0), 0xA3802380u);
  EXPECT_EQ(pair(1), 0u);
  EXPECT_EQ(pair(2), 0u);
}

// Rows enough are shared out by rows, in parts of a few or of whole tiles, among workers that divide neither rows nor parts.
TEST_F(Packing, RowsKeepTheirBitsHoweverTheyAreSharedOut) {
  const std::int64_t most = 301, inputs = 512, outputs = 170;
  std::vector<float> x(static_cast<std::size_t>(most * inputs)), bias(static_cast<std::size_t>(outputs));
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (float& value : x) value = normal(random);
  for (float& value : bias) value = normal(random);
  ThreadPool one{1}, three{3}, five{5};
  CpuOps alone(one), thirds(three), fifths(five);
  for (const DType type : {DType::q4_0, DType::q8_0, DType::bf16, DType::f16}) {
    const Matrix matrix(type, outputs, inputs, pool);
    for (const WeightView& weight : {matrix.packed, matrix.stored}) {
      std::vector<float> want(static_cast<std::size_t>(most * outputs)), got(want.size());
      alone.linear(weight, bias, {x.data(), most, inputs}, {want.data(), most, outputs});
      for (const std::int64_t rows : {2, 7, 8, 9, 15, 16, 23, 31, 32, 40, 64, 97, 301}) {
        for (CpuOps* device : {&ops, &thirds, &fifths}) {
          std::ranges::fill(got, 0.5f);
          device->linear(weight, bias, {x.data(), rows, inputs}, {got.data(), rows, outputs});
          const auto written = static_cast<std::size_t>(rows * outputs);
          ASSERT_EQ(std::memcmp(got.data(), want.data(), written * sizeof(float)), 0) << name_of(type) << ", " << rows << " rows";
          ASSERT_TRUE(std::ranges::all_of(std::span(got).subspan(written), [](float v) { return v == 0.5f; }))
              << name_of(type) << ", " << rows << " rows";
        }
      }
    }
  }
}

TEST_F(Packing, ProductsOfAllKindsShareOneCall) {
  const std::int64_t rows = 11, inputs = 288, outputs = 70;
  std::vector<float> x(static_cast<std::size_t>(rows * inputs));
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  for (float& value : x) value = normal(random);
  for (const bool exact : {true, false}) {
    const Matrix matrices[] = {{DType::f16, outputs, inputs, pool},
                               {DType::q8_0, outputs, inputs, pool},
                               {DType::bf16, outputs, inputs, pool},
                               {DType::f32, outputs, inputs, pool}};
    std::vector<std::vector<float>> together(4, std::vector<float>(static_cast<std::size_t>(rows * outputs)));
    std::vector<LinearProduct> products;
    for (std::size_t m = 0; m < 4; ++m) {
      products.push_back({exact ? matrices[m].stored : matrices[m].packed, {}, {together[m].data(), rows, outputs}});
    }

    ops.linear({x.data(), rows, inputs}, products);

    for (std::size_t m = 0; m < 4; ++m) {
      std::vector<float> alone(together[m].size());
      ops.linear(products[m].weight, {}, {x.data(), rows, inputs}, {alone.data(), rows, outputs});
      EXPECT_EQ(std::memcmp(alone.data(), together[m].data(), alone.size() * sizeof(float)), 0) << m;
      const DType type = matrices[m].stored.type;
      const bool rounds = !exact && (type == DType::q8_0 || type == DType::bf16);
      double largest = 0;
      for (std::int64_t i = 0; i < rows * outputs; ++i) {
        double sum = 0;
        for (std::int64_t k = 0; k < inputs; ++k) {
          sum += double{x[static_cast<std::size_t>(i / outputs * inputs + k)]} *
                 matrices[m].values[static_cast<std::size_t>(i % outputs * inputs + k)];
        }
        largest = std::max(largest, std::abs(alone[static_cast<std::size_t>(i)] - sum));
      }
      EXPECT_LE(largest, rounds ? 1.0 : 1e-4) << name_of(type);
      EXPECT_EQ(largest > 1e-3, rounds) << name_of(type) << ": rounded activations show, and nothing else does";
    }
  }
}

TEST_F(Packing, WhereTheMemoryLiesChangesNoBit) {
  const std::int64_t rows = 3, inputs = 2048, outputs = 4096;  // 8 MiB of panels: pieces on every node of the map
  std::vector<float> x(static_cast<std::size_t>(rows * inputs));
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  for (float& value : x) value = normal(random);
  const Matrix matrix(DType::q8_0, outputs, inputs, pool), other(DType::q4_0, 96, inputs, pool);
  const NodeMap map(matrix.panels.data(), {1, 0, 3, 1, 0});
  WeightView near = matrix.packed;
  near.nodes = &map;
  std::vector<std::vector<float>> anywhere(2), placed(2);

  for (const bool by_node : {false, true}) {
    auto& y = by_node ? placed : anywhere;
    y = {std::vector<float>(static_cast<std::size_t>(rows * outputs)), std::vector<float>(static_cast<std::size_t>(rows * 96))};
    const LinearProduct products[] = {{by_node ? near : matrix.packed, {}, {y[0].data(), rows, outputs}},
                                      {other.packed, {}, {y[1].data(), rows, 96}}};
    ops.linear({x.data(), rows, inputs}, products);
  }

  EXPECT_EQ(placed, anywhere);
}

}  // namespace
}  // namespace reckon
