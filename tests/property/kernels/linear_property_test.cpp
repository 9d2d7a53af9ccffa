// For any shape, strides and split of the batch: every instruction set gives the scalar bits, and so does every split.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "unit/kernels/guarded.h"

namespace reckon {
namespace {

struct Problem {
  DType type;
  std::int64_t rows, inputs, outputs, x_stride, y_stride;
  Guarded<std::byte> weight;
  Guarded<float> x;
};

Problem any_problem() {
  Problem p{};
  p.type = *rc::gen::element(DType::f32, DType::f16, DType::bf16, DType::q8_0, DType::q4_0);
  p.rows = *rc::gen::inRange<std::int64_t>(1, 24);
  p.inputs = *rc::gen::inRange<std::int64_t>(1, 12) * (dtype_info(p.type).block_elements == 1 ? 13 : 32);
  p.outputs = *rc::gen::inRange<std::int64_t>(1, 24);
  p.x_stride = p.inputs + *rc::gen::inRange<std::int64_t>(0, 20);
  p.y_stride = p.outputs + *rc::gen::inRange<std::int64_t>(0, 20);
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  std::normal_distribution<float> normal;
  std::vector<float> weight(static_cast<std::size_t>(p.inputs * p.outputs));
  for (float& value : weight) value = normal(random);
  p.weight.resize(static_cast<std::size_t>(row_bytes(p.type, p.inputs * p.outputs)));
  quantize_row(p.type, weight, p.weight);
  p.x.resize(static_cast<std::size_t>(p.rows * p.x_stride));
  for (float& value : p.x) value = normal(random);
  return p;
}

// Rows [0, first) and [first, rows) in two calls; the result's gaps between rows stay zero.
Guarded<float> product(const Problem& p, const KernelTable& table, std::int64_t first) {
  Guarded<float> y(static_cast<std::size_t>(p.rows * p.y_stride)), scratch(static_cast<std::size_t>(linear_scratch(p.inputs)));
  for (const auto& [begin, end] : {std::pair{std::int64_t{0}, first}, std::pair{first, p.rows}}) {
    if (begin == end) continue;
    table.linear[block_index(p.type)](LinearArguments{.weight = p.weight.data(),
                                                      .weight_stride = row_bytes(p.type, p.inputs),
                                                      .inputs = p.inputs,
                                                      .outputs = p.outputs,
                                                      .bias = nullptr,
                                                      .x = p.x.data() + begin * p.x_stride,
                                                      .x_stride = p.x_stride,
                                                      .rows = end - begin,
                                                      .y = y.data() + begin * p.y_stride,
                                                      .y_stride = p.y_stride,
                                                      .scratch = scratch.data()});
  }
  return y;
}

RC_GTEST_PROP(LinearKernels, GiveTheScalarBitsForAnyShapeAndSplit, ()) {
  const Problem problem = any_problem();
  const Guarded<float> want = product(problem, kernels(Isa::scalar), problem.rows);
  for (const Isa isa : kIsas) {
    if (!machine_has(isa)) continue;
    const std::int64_t split = *rc::gen::inRange<std::int64_t>(0, problem.rows + 1);
    const Guarded<float> got = product(problem, kernels(isa), split);
    RC_ASSERT(std::memcmp(got.data(), want.data(), want.size() * sizeof(float)) == 0);
  }
}

}  // namespace
}  // namespace reckon
