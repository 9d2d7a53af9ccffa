// The op interface on the CPU: checks shapes, splits the work over a thread pool, calls the kernels of the widest instruction
// set the machine has (kernels/dispatch.h). Results are the same bits on every instruction set and thread count.
#pragma once

#include <cstdint>
#include <memory>

#include "tensor/ops.h"

namespace reckon {

class ThreadPool;

// Scratch memory per worker is owned here and grows to the largest shape seen. Several may live in one process; each needs a
// pool that no one else uses during its calls.
class CpuOps final : public Ops {
 public:
  // Multiply-adds below which an op stays on the calling thread, because sharing it out takes microseconds.
  static constexpr std::int64_t kWorthSharing = 1 << 18;

  // `pool` must outlive this. Tests of small models share out less than is worth it.
  explicit CpuOps(ThreadPool& pool, std::int64_t worth_sharing = kWorthSharing);
  ~CpuOps() override;

  void embed(const WeightView& table, std::span<const std::int32_t> tokens, MatrixView out) override;
  using Ops::linear;
  void linear(ConstMatrixView x, std::span<const LinearProduct> products) override;
  void rms_norm(ConstMatrixView x, std::span<const float> weight, float epsilon, MatrixView y) override;
  void rope_angles(std::span<const std::int32_t> positions, std::span<const double> frequencies, double magnitude,
                   MatrixView angles) override;
  void rope(MatrixView x, ConstMatrixView angles, Pairing pairing, int head_dim) override;
  void norm_rope(MatrixView x, std::span<const float> weight, float epsilon, ConstMatrixView angles, Pairing pairing,
                 int head_dim) override;
  void store_kv(ConstMatrixView k, ConstMatrixView v, const KvView& kv, int layer, std::span<const KvSlot> where) override;
  void attention(ConstMatrixView q, const KvView& kv, int layer, std::span<const AttentionRow> rows, float scale,
                 MatrixView out) override;
  void route(ConstMatrixView logits, int used, bool renormalised, std::span<std::int32_t> experts,
             std::span<float> weights) override;
  void gather(ConstMatrixView x, std::span<const std::int32_t> rows, MatrixView out) override;
  void scatter_add(MatrixView x, std::span<const std::int32_t> rows, std::span<const float> scales, ConstMatrixView y) override;
  void silu_multiply(ConstMatrixView gate, ConstMatrixView up, MatrixView out) override;
  void add(MatrixView x, ConstMatrixView y) override;
  void add_norm(MatrixView x, ConstMatrixView y, std::span<const float> weight, float epsilon, MatrixView out) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reckon
