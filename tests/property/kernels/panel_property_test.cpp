// Products of int8 activations with packed weights: for any type, shape and split of the batch, every instruction set gives the
// scalar bits, and these are the product of what the codecs decode with the rounded activations.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "kernels/half.h"

namespace reckon {
namespace {

std::vector<DType> packed_types() {
  std::vector<DType> types;
  for (const BlockCodec& codec : block_codecs()) {
    if (kernels(Isa::scalar).panels[block_index(codec.type)].pack != nullptr) types.push_back(codec.type);
  }
  return types;
}

struct Problem {
  DType type{};
  std::int64_t rows = 0, inputs = 0, outputs = 0, y_stride = 0;
  std::vector<std::byte> weight{};
  std::vector<float> x{}, bias{};
};

bool decodes_to_moderate_numbers(const BlockCodec& codec, const std::byte* block) {
  std::vector<float> values(static_cast<std::size_t>(codec.elements));
  codec.decode_row(block, codec.elements, values.data());
  return std::ranges::all_of(values, [](float value) { return std::fabs(value) < 1e6f; });
}

// Random bits, so that every code, scale and minimum occurs; again where a scale is no number.
std::vector<std::byte> random_blocks(const BlockCodec& codec, std::int64_t count, std::mt19937& random) {
  std::vector<std::byte> blocks(static_cast<std::size_t>(count * codec.bytes));
  for (std::int64_t b = 0; b < count; ++b) {
    std::byte* block = blocks.data() + b * codec.bytes;
    do {
      for (int i = 0; i < codec.bytes; ++i) block[i] = static_cast<std::byte>(random() & 255u);
    } while (!decodes_to_moderate_numbers(codec, block));
  }
  return blocks;
}

Problem any_problem(DType type) {
  Problem p;
  p.type = type;
  const BlockCodec& codec = block_codecs()[static_cast<std::size_t>(block_index(type))];
  p.rows = *rc::gen::inRange<std::int64_t>(1, 22);
  p.inputs = *rc::gen::inRange<std::int64_t>(1, 2048 / codec.elements + 3) * codec.elements;
  p.outputs = *rc::gen::inRange<std::int64_t>(1, 40);
  p.y_stride = p.outputs + *rc::gen::inRange<std::int64_t>(0, 20);
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  p.weight = random_blocks(codec, p.outputs * p.inputs / codec.elements, random);
  std::normal_distribution<float> normal;
  p.x.resize(static_cast<std::size_t>(p.rows * p.inputs));
  for (float& value : p.x) value = normal(random);
  if (*rc::gen::arbitrary<bool>()) p.bias.resize(static_cast<std::size_t>(p.outputs), 0.5f);
  return p;
}

std::vector<ActivationBlock> rounded(const Problem& p, const KernelTable& table) {
  const std::int64_t blocks = activation_blocks(p.inputs);
  std::vector<ActivationBlock> x(static_cast<std::size_t>(p.rows * blocks));
  for (std::int64_t r = 0; r < p.rows; ++r) {
    table.quantise_activations(p.x.data() + r * p.inputs, p.inputs, x.data() + r * blocks);
  }
  return x;
}

// Rows [0, split) and [split, rows) in two calls, packed and multiplied by `table`.
std::vector<float> product(const Problem& p, const KernelTable& table, std::int64_t split) {
  const PanelKernels& kernel = table.panels[block_index(p.type)];
  const std::int64_t stride = row_bytes(p.type, p.inputs), width = table.panel_outputs;
  const std::int64_t panels = (p.outputs + width - 1) / width, blocks = p.inputs / dtype_info(p.type).block_elements;
  std::vector<std::byte> packed(static_cast<std::size_t>(panels * width * blocks * kernel.block_bytes));
  for (std::int64_t i = 0; i < panels; ++i) {
    const auto rows = static_cast<int>(std::min(width, p.outputs - i * width));
    kernel.pack(p.weight.data() + i * width * stride, stride, rows, blocks,
                packed.data() + i * width * blocks * kernel.block_bytes);
  }
  const std::vector<ActivationBlock> x = rounded(p, table);
  std::vector<float> y(static_cast<std::size_t>(p.rows * p.y_stride));
  for (const auto& [begin, end] : {std::pair{std::int64_t{0}, split}, std::pair{split, p.rows}}) {
    if (begin == end) continue;
    kernel.linear(PanelArguments{.panels = packed.data(),
                                 .blocks = blocks,
                                 .first_panel = 0,
                                 .end_panel = panels,
                                 .outputs = p.outputs,
                                 .bias = p.bias.empty() ? nullptr : p.bias.data(),
                                 .x = x.data() + begin * activation_blocks(p.inputs),
                                 .x_stride = activation_blocks(p.inputs),
                                 .rows = end - begin,
                                 .y = y.data() + begin * p.y_stride,
                                 .y_stride = p.y_stride});
  }
  return y;
}

RC_GTEST_PROP(PanelKernels, GiveTheScalarBitsForAnyShapeAndSplit, ()) {
  const Problem problem = any_problem(*rc::gen::elementOf(packed_types()));
  const std::vector<float> want = product(problem, kernels(Isa::scalar), problem.rows);
  for (const Isa isa : kIsas) {
    if (!machine_has(isa)) continue;
    const std::int64_t split = *rc::gen::inRange<std::int64_t>(0, problem.rows + 1);
    const std::vector<float> got = product(problem, kernels(isa), split);
    RC_ASSERT(std::memcmp(got.data(), want.data(), want.size() * sizeof(float)) == 0);
  }
}

TEST(PanelKernels, MultiplyWhatTheCodecDecodes) {
  for (const DType type : packed_types()) {
    const bool holds = rc::check(std::string(name_of(type)), [type] {
      const Problem p = any_problem(type);
      const std::vector<ActivationBlock> x = rounded(p, kernels(Isa::scalar));
      const std::vector<float> got = product(p, kernels(Isa::scalar), p.rows);
      std::vector<float> weight(static_cast<std::size_t>(p.inputs));
      const std::int64_t stride = row_bytes(type, p.inputs);
      for (std::int64_t o = 0; o < p.outputs; ++o) {
        dequantize_row(type, std::span(p.weight).subspan(static_cast<std::size_t>(o * stride), static_cast<std::size_t>(stride)),
                       weight);
        for (std::int64_t r = 0; r < p.rows; ++r) {
          double sum = p.bias.empty() ? 0.0 : p.bias[static_cast<std::size_t>(o)], magnitude = std::fabs(sum);
          for (std::int64_t i = 0; i < p.inputs; ++i) {
            const ActivationBlock& block = x[static_cast<std::size_t>(r * activation_blocks(p.inputs) + i / kActivationBlock)];
            const double term = double{block.scale} * block.quant[i % kActivationBlock] * weight[static_cast<std::size_t>(i)];
            sum += term;
            magnitude += std::fabs(term);
          }
          // Minima and products are added in other groups than here, and may cancel: hence the size of what went in.
          RC_ASSERT(std::fabs(got[static_cast<std::size_t>(r * p.y_stride + o)] - sum) <= 1e-5 * magnitude + 1e-3);
        }
      }
    });
    EXPECT_TRUE(holds) << name_of(type);
  }
}

TEST(PanelKernels, RoundActivationsAlikeOnEveryInstructionSet) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const std::int64_t inputs : {1, 31, 32, 256, 300, 576}) {
    Problem p{.type = DType::q8_0, .rows = 1, .inputs = inputs};
    p.x.resize(static_cast<std::size_t>(inputs));
    for (float& value : p.x) value = normal(random);
    const std::vector<ActivationBlock> want = rounded(p, kernels(Isa::scalar));

    for (std::int64_t i = 0; i < inputs; ++i) {
      const ActivationBlock& block = want[static_cast<std::size_t>(i / kActivationBlock)];
      EXPECT_NEAR(block.scale * static_cast<float>(block.quant[i % kActivationBlock]), p.x[static_cast<std::size_t>(i)],
                  0.5001f * block.scale);
    }
    for (const Isa isa : kIsas) {
      if (!machine_has(isa)) continue;
      const std::vector<ActivationBlock> got = rounded(p, kernels(isa));
      EXPECT_EQ(std::memcmp(got.data(), want.data(), want.size() * sizeof(ActivationBlock)), 0) << name_of(isa) << inputs;
    }
  }
}

TEST(PanelKernels, CarryNanAndInfinityIntoTheProduct) {
  for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (const Isa isa : kIsas) {
      if (!machine_has(isa)) continue;
      Problem p{.type = DType::q8_0, .rows = 2, .inputs = 64, .outputs = 3, .y_stride = 3};
      p.weight.resize(static_cast<std::size_t>(3 * row_bytes(DType::q8_0, 64)), std::byte{0x21});
      p.x.resize(128, 1.0f);
      p.x[70] = poison;

      const std::vector<float> y = product(p, kernels(isa), 2);

      EXPECT_TRUE(std::isfinite(y[0])) << name_of(isa);
      EXPECT_TRUE(std::isnan(y[3])) << name_of(isa);
    }
  }
}

}  // namespace
}  // namespace reckon
