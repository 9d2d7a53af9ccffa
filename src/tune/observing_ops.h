// Ops that pass every call on, and add up the squares of what is multiplied with each matrix. The forward pass needs no hook.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "tensor/ops.h"

namespace reckon {

class ObservingOps final : public Ops {
 public:
  struct Squares {
    std::int64_t rows = 0;
    std::vector<double> sums;  // of x², per input
  };

  explicit ObservingOps(Ops& ops) : ops_(ops) {}  // `ops` outlives this

  // By the address of the matrix.
  const std::map<const std::byte*, Squares>& squares() const noexcept { return squares_; }

  void linear(ConstMatrixView x, std::span<const LinearProduct> products) override {
    for (const LinearProduct& product : products) observe(product.weight, x);
    ops_.linear(x, products);
  }

  void embed(const WeightView& table, std::span<const std::int32_t> tokens, MatrixView out) override {
    ops_.embed(table, tokens, out);
  }
  void rms_norm(ConstMatrixView x, std::span<const float> weight, float epsilon, MatrixView y) override {
    ops_.rms_norm(x, weight, epsilon, y);
  }
  void rope_angles(std::span<const std::int32_t> positions, std::span<const double> frequencies, double magnitude,
                   MatrixView angles) override {
    ops_.rope_angles(positions, frequencies, magnitude, angles);
  }
  void rope(MatrixView x, ConstMatrixView angles, Pairing pairing, int head_dim) override {
    ops_.rope(x, angles, pairing, head_dim);
  }
  void norm_rope(MatrixView x, std::span<const float> weight, float epsilon, ConstMatrixView angles, Pairing pairing,
                 int head_dim) override {
    ops_.norm_rope(x, weight, epsilon, angles, pairing, head_dim);
  }
  void store_kv(ConstMatrixView k, ConstMatrixView v, const KvView& kv, int layer, std::span<const KvSlot> where) override {
    ops_.store_kv(k, v, kv, layer, where);
  }
  void attention(ConstMatrixView q, const KvView& kv, int layer, std::span<const AttentionRow> rows, float scale,
                 MatrixView out) override {
    ops_.attention(q, kv, layer, rows, scale, out);
  }
  void silu_multiply(ConstMatrixView gate, ConstMatrixView up, MatrixView out) override { ops_.silu_multiply(gate, up, out); }
  void route(ConstMatrixView logits, int used, bool renormalised, std::span<std::int32_t> experts,
             std::span<float> weights) override {
    ops_.route(logits, used, renormalised, experts, weights);
  }
  void gather(ConstMatrixView x, std::span<const std::int32_t> rows, MatrixView out) override { ops_.gather(x, rows, out); }
  void scatter_add(MatrixView x, std::span<const std::int32_t> rows, std::span<const float> scales, ConstMatrixView y) override {
    ops_.scatter_add(x, rows, scales, y);
  }
  void add(MatrixView x, ConstMatrixView y) override { ops_.add(x, y); }
  void add_norm(MatrixView x, ConstMatrixView y, std::span<const float> weight, float epsilon, MatrixView out) override {
    ops_.add_norm(x, y, weight, epsilon, out);
  }

 private:
  void observe(const WeightView& weight, ConstMatrixView x) {
    Squares& found = squares_[weight.data];
    found.sums.resize(static_cast<std::size_t>(x.cols));
    found.rows += x.rows;
    for (std::int64_t r = 0; r < x.rows; ++r) {
      const float* row = x.row(r);
      for (std::size_t i = 0; i < found.sums.size(); ++i) found.sums[i] += double{row[i]} * row[i];
    }
  }

  Ops& ops_;
  std::map<const std::byte*, Squares> squares_;
};

}  // namespace reckon
