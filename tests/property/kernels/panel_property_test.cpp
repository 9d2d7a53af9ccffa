// Products of activations with packed weights: for any type, shape and split of the batch, every instruction set gives the scalar
// bits, and these are the product of what the codecs decode with the activations as they were rounded.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "kernels/half.h"
#include "unit/kernels/guarded.h"

namespace reckon {
namespace {

std::vector<DType> packed_types() {
  std::vector<DType> types;
  for (const BlockCodec& codec : block_codecs()) {
    if (kernels(Isa::scalar).panels[block_index(codec.type)].pack != nullptr) types.push_back(codec.type);
  }
  return types;
}

struct PanelProblem {
  DType type{};
  std::int64_t rows = 0, inputs = 0, outputs = 0, y_stride = 0;
  CacheRoom room{};
  Guarded<std::byte> weight{};
  Guarded<float> x{}, bias{};
};

bool decodes_to_moderate_numbers(const BlockCodec& codec, const std::byte* block) {
  std::vector<float> values(static_cast<std::size_t>(codec.elements));
  codec.decode_row(block, codec.elements, values.data());
  return std::ranges::all_of(values, [](float value) { return std::fabs(value) < 1e6f; });
}

// Random bits, so that every code, scale and minimum occurs; again where a scale is no number.
Guarded<std::byte> random_blocks(const BlockCodec& codec, std::int64_t count, std::mt19937& random) {
  Guarded<std::byte> blocks(static_cast<std::size_t>(count * codec.bytes));
  for (std::int64_t b = 0; b < count; ++b) {
    std::byte* block = blocks.data() + b * codec.bytes;
    do {
      for (int i = 0; i < codec.bytes; ++i) block[i] = static_cast<std::byte>(random() & 255u);
    } while (!decodes_to_moderate_numbers(codec, block));
  }
  return blocks;
}

PanelProblem any_problem(DType type) {
  PanelProblem p;
  p.type = type;
  const BlockCodec& codec = block_codecs()[static_cast<std::size_t>(block_index(type))];
  // Every third has rows enough for panels to be unpacked first, with AVX-512 or with any instruction set.
  const bool many = *rc::gen::inRange(0, 3) == 0;
  p.rows = many ? *rc::gen::inRange<std::int64_t>(30, 140) : *rc::gen::inRange<std::int64_t>(1, 22);
  p.inputs = *rc::gen::inRange<std::int64_t>(1, (many ? 768 : 2048) / codec.elements + 3) * codec.elements;
  p.outputs = *rc::gen::inRange<std::int64_t>(1, 40);
  p.y_stride = p.outputs + *rc::gen::inRange<std::int64_t>(0, 20);
  // Of any machine, from caches that hold nothing to those that hold everything.
  p.room = {.weights = *rc::gen::inRange<std::int64_t>(0, 1 << 16), .activations = *rc::gen::inRange<std::int64_t>(0, 1 << 16)};
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  p.weight = random_blocks(codec, p.outputs * p.inputs / codec.elements, random);
  std::normal_distribution<float> normal;
  p.x.resize(static_cast<std::size_t>(p.rows * p.inputs));
  for (float& value : p.x) value = normal(random);
  if (*rc::gen::arbitrary<bool>()) p.bias.resize(static_cast<std::size_t>(p.outputs), 0.5f);
  return p;
}

struct alignas(64) Line {
  std::byte bytes[64];
};

// The rows' activations as the type's panels meet them.
Guarded<Line> activations(const PanelProblem& p, const KernelTable& table) {
  const ActivationKernel& kernel = table.activations[static_cast<int>(table.panels[block_index(p.type)].activations)];
  const std::int64_t lines = activation_blocks(p.inputs) * kernel.block_bytes / static_cast<std::int64_t>(sizeof(Line));
  Guarded<Line> x(static_cast<std::size_t>(p.rows * lines));
  for (std::int64_t r = 0; r < p.rows; ++r) kernel.make(p.x.data() + r * p.inputs, p.inputs, x.data() + r * lines);
  return x;
}

// What they stand for, [rows, inputs].
std::vector<float> rounded(const PanelProblem& p) {
  const Guarded<Line> lines = activations(p, kernels(Isa::scalar));
  const bool int8 = kernels(Isa::scalar).panels[block_index(p.type)].activations == ActivationKind::int8;
  const auto* codes = reinterpret_cast<const ActivationBlock*>(lines.data());
  const auto* floats = reinterpret_cast<const FloatBlock*>(lines.data());
  std::vector<float> x;
  for (std::int64_t r = 0; r < p.rows; ++r) {
    for (std::int64_t i = 0; i < p.inputs; ++i) {
      const std::int64_t block = r * activation_blocks(p.inputs) + i / kActivationBlock, at = i % kActivationBlock;
      x.push_back(int8 ? codes[block].scale * static_cast<float>(codes[block].quant[at]) : floats[block].value[at]);
    }
  }
  return x;
}

// Rows [0, split) and [split, rows) in two calls, packed and multiplied by `table`.
Guarded<float> panel_product(const PanelProblem& p, const KernelTable& table, std::int64_t split) {
  const PanelKernels& kernel = table.panels[block_index(p.type)];
  const std::int64_t stride = row_bytes(p.type, p.inputs), width = table.panel_outputs;
  const std::int64_t panels = (p.outputs + width - 1) / width, blocks = kernel.blocks(p.inputs);
  Guarded<std::byte> packed(static_cast<std::size_t>(panels * width * blocks * kernel.block_bytes));
  for (std::int64_t i = 0; i < panels; ++i) {
    const auto rows = static_cast<int>(std::min(width, p.outputs - i * width));
    kernel.pack(p.weight.data() + i * width * stride, stride, rows, p.inputs,
                packed.data() + i * width * blocks * kernel.block_bytes);
  }
  const Guarded<Line> x = activations(p, table);
  const auto row_lines = static_cast<std::int64_t>(x.size()) / p.rows;
  Guarded<float> y(static_cast<std::size_t>(p.rows * p.y_stride));
  for (const auto& [begin, end] : {std::pair{std::int64_t{0}, split}, std::pair{split, p.rows}}) {
    if (begin == end) continue;
    kernel.linear(PanelArguments{.panels = packed.data(),
                                 .blocks = blocks,
                                 .first_panel = 0,
                                 .end_panel = panels,
                                 .outputs = p.outputs,
                                 .bias = p.bias.empty() ? nullptr : p.bias.data(),
                                 .x = x.data() + begin * row_lines,
                                 .x_stride = activation_blocks(p.inputs),
                                 .rows = end - begin,
                                 .y = y.data() + begin * p.y_stride,
                                 .y_stride = p.y_stride,
                                 .room = p.room});
  }
  return y;
}

RC_GTEST_PROP(PanelKernels, GiveTheScalarBitsForAnyShapeAndSplit, ()) {
  const PanelProblem problem = any_problem(*rc::gen::elementOf(packed_types()));
  const Guarded<float> want = panel_product(problem, kernels(Isa::scalar), problem.rows);
  for (const Isa isa : kIsas) {
    if (!machine_has(isa)) continue;
    const std::int64_t split = *rc::gen::inRange<std::int64_t>(0, problem.rows + 1);
    const Guarded<float> got = panel_product(problem, kernels(isa), split);
    RC_ASSERT(std::memcmp(got.data(), want.data(), want.size() * sizeof(float)) == 0);
  }
}

TEST(PanelKernels, MultiplyWhatTheCodecDecodes) {
  for (const DType type : packed_types()) {
    const bool holds = rc::check(std::string(name_of(type)), [type] {
      const PanelProblem p = any_problem(type);
      const std::vector<float> x = rounded(p);
      const Guarded<float> got = panel_product(p, kernels(Isa::scalar), p.rows);
      std::vector<float> weight(static_cast<std::size_t>(p.inputs));
      const std::int64_t stride = row_bytes(type, p.inputs);
      for (std::int64_t o = 0; o < p.outputs; ++o) {
        dequantize_row(type, std::span(p.weight).subspan(static_cast<std::size_t>(o * stride), static_cast<std::size_t>(stride)),
                       weight);
        for (std::int64_t r = 0; r < p.rows; ++r) {
          double sum = p.bias.empty() ? 0.0 : p.bias[static_cast<std::size_t>(o)], magnitude = std::fabs(sum);
          for (std::int64_t i = 0; i < p.inputs; ++i) {
            const double term = double{x[static_cast<std::size_t>(r * p.inputs + i)]} * weight[static_cast<std::size_t>(i)];
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

bool same(const Guarded<Line>& a, const Guarded<Line>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Line)) == 0;
}

TEST(PanelKernels, RoundActivationsAlikeOnEveryInstructionSet) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const std::int64_t inputs : {1, 31, 32, 256, 300, 576}) {
    PanelProblem p{.type = DType::q8_0, .rows = 1, .inputs = inputs};
    p.x.resize(static_cast<std::size_t>(inputs));
    for (float& value : p.x) value = normal(random);
    const Guarded<Line> want = activations(p, kernels(Isa::scalar));
    const std::vector<float> x = rounded(p);
    const auto* blocks = reinterpret_cast<const ActivationBlock*>(want.data());

    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], p.x[i], 0.5001f * blocks[i / kActivationBlock].scale);
    for (const Isa isa : kIsas) {
      if (!machine_has(isa)) continue;
      EXPECT_TRUE(same(activations(p, kernels(isa)), want)) << name_of(isa) << inputs;
    }
  }
}

// Any bits that are a number below 2^(most - 126), and of the subnormal, the tiny and the largest ones more than chance would
// give.
float any_float(std::mt19937& random, std::uint32_t most = 254) {
  constexpr std::uint32_t kExponents[] = {0, 1, 60, 70, 71, 72, 127, 140, 253, 254};
  const auto bits = static_cast<std::uint32_t>(random());
  const std::uint32_t exponent = random() % 2 == 0 ? kExponents[random() % std::size(kExponents)] : (bits >> 23 & 255u);
  return std::bit_cast<float>((bits & 0x807FFFFFu) | std::min(exponent, most) << 23);
}

TEST(PanelKernels, RoundActivationsToBf16AsTheCodecDoes) {
  std::mt19937 random(4);
  PanelProblem p{.type = DType::bf16, .rows = 3, .inputs = 3000};
  p.x.resize(9000);
  for (float& value : p.x) value = any_float(random);

  const std::vector<float> x = rounded(p);

  for (std::size_t i = 0; i < x.size(); ++i) {
    const float want = std::fabs(p.x[i]) < 0x1p-56f ? 0.0f : bf16_to_f32(f32_to_bf16(p.x[i]));
    EXPECT_EQ(x[i], want) << p.x[i];
  }
  const Guarded<Line> floats = activations(p, kernels(Isa::scalar));
  for (const Isa isa : kIsas) {
    if (!machine_has(isa)) continue;
    const Guarded<Line> got = activations(p, kernels(isa));
    if (kernels(isa).activations[static_cast<int>(ActivationKind::bf16)].block_bytes == sizeof(FloatBlock)) {
      EXPECT_TRUE(same(got, floats)) << name_of(isa);
      continue;
    }
    const auto* blocks = reinterpret_cast<const Bf16Block*>(got.data());
    for (std::int64_t i = 0; i < p.rows * p.inputs; ++i) {
      const std::int64_t block = i / p.inputs * activation_blocks(p.inputs) + i % p.inputs / kActivationBlock;
      const std::uint16_t half = blocks[block].value[i % p.inputs % kActivationBlock];
      EXPECT_EQ(half, std::bit_cast<std::uint32_t>(x[static_cast<std::size_t>(i)]) >> 16) << name_of(isa) << ' ' << i;
    }
  }
}

// Where sums of products could be subnormal, which some instructions flush and others do not.
RC_GTEST_PROP(PanelKernels, GiveTheScalarBitsForTinyAndHugeBf16, ()) {
  PanelProblem p = any_problem(DType::bf16);
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  const std::uint32_t most = *rc::gen::element(72u, 100u, 183u);  // with the last one no sum becomes infinite yet
  for (float& value : p.x) value = any_float(random, most);
  for (std::size_t i = 0; i < p.weight.size(); i += 2) {
    const std::uint16_t half = f32_to_bf16(any_float(random, most));
    std::memcpy(p.weight.data() + i, &half, sizeof half);
  }
  p.bias.clear();
  const Guarded<float> want = panel_product(p, kernels(Isa::scalar), p.rows);
  for (const Isa isa : kIsas) {
    if (!machine_has(isa)) continue;
    const Guarded<float> got = panel_product(p, kernels(isa), p.rows);
    RC_ASSERT(std::memcmp(got.data(), want.data(), want.size() * sizeof(float)) == 0);
  }
}

TEST(PanelKernels, CarryNanAndInfinityIntoTheProduct) {
  for (const DType type : {DType::q8_0, DType::bf16, DType::f16, DType::f32}) {
    for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      for (const Isa isa : kIsas) {
        if (!machine_has(isa)) continue;
        PanelProblem p{.type = type, .rows = 2, .inputs = 64, .outputs = 3, .y_stride = 3};
        p.weight.resize(static_cast<std::size_t>(3 * row_bytes(type, 64)), std::byte{0x21});
        p.x.resize(128, 1.0f);
        p.x[70] = poison;

        const Guarded<float> y = panel_product(p, kernels(isa), 2);

        EXPECT_TRUE(std::isfinite(y[0])) << name_of(isa) << name_of(type);
        EXPECT_FALSE(std::isfinite(y[3])) << name_of(isa) << name_of(type);
      }
    }
  }
}

}  // namespace
}  // namespace reckon
