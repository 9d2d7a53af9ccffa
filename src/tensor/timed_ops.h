// Ops that pass every call on in a scope of a profile; products with matrices by shape.
#pragma once

#include <fmt/format.h>

#include "base/profile.h"
#include "tensor/ops.h"

namespace reckon {

class TimedOps final : public Ops {
 public:
  TimedOps(Ops& ops, Profile& profile) : ops_(ops), profile_(&profile) {}  // both outlive this

  void embed(const WeightView& table, std::span<const std::int32_t> tokens, MatrixView out) override {
    const ProfileScope scope(profile_, "embed");
    ops_.embed(table, tokens, out);
  }
  void linear(ConstMatrixView x, std::span<const LinearProduct> products) override {
    std::int64_t outputs = 0;
    for (const LinearProduct& product : products) outputs += product.weight.rows;
    const ProfileScope scope(profile_, fmt::format("linear {} -> {}", x.cols, outputs));
    ops_.linear(x, products);
  }
  void rms_norm(ConstMatrixView x, std::span<const float> weight, float epsilon, MatrixView y) override {
    const ProfileScope scope(profile_, "rms_norm");
    ops_.rms_norm(x, weight, epsilon, y);
  }
  void rope_angles(std::span<const std::int32_t> positions, std::span<const double> frequencies, double magnitude,
                   MatrixView angles) override {
    const ProfileScope scope(profile_, "rope_angles");
    ops_.rope_angles(positions, frequencies, magnitude, angles);
  }
  void rope(MatrixView x, ConstMatrixView angles, Pairing pairing, int head_dim) override {
    const ProfileScope scope(profile_, "rope");
    ops_.rope(x, angles, pairing, head_dim);
  }
  void norm_rope(MatrixView x, std::span<const float> weight, float epsilon, ConstMatrixView angles, Pairing pairing,
                 int head_dim) override {
    const ProfileScope scope(profile_, "norm_rope");
    ops_.norm_rope(x, weight, epsilon, angles, pairing, head_dim);
  }
  void store_kv(ConstMatrixView k, ConstMatrixView v, const KvView& kv, int layer, std::span<const KvSlot> where) override {
    const ProfileScope scope(profile_, "store_kv");
    ops_.store_kv(k, v, kv, layer, where);
  }
  void attention(ConstMatrixView q, const KvView& kv, int layer, std::span<const AttentionRow> rows, float scale,
                 MatrixView out) override {
    const ProfileScope scope(profile_, "attention");
    ops_.attention(q, kv, layer, rows, scale, out);
  }
  void route(ConstMatrixView logits, int used, bool renormalised, std::span<std::int32_t> experts,
             std::span<float> weights) override {
    const ProfileScope scope(profile_, "route");
    ops_.route(logits, used, renormalised, experts, weights);
  }
  void gather(ConstMatrixView x, std::span<const std::int32_t> rows, MatrixView out) override {
    const ProfileScope scope(profile_, "gather");
    ops_.gather(x, rows, out);
  }
  void scatter_add(MatrixView x, std::span<const std::int32_t> rows, std::span<const float> scales, ConstMatrixView y) override {
    const ProfileScope scope(profile_, "scatter_add");
    ops_.scatter_add(x, rows, scales, y);
  }
  void silu_multiply(ConstMatrixView gate, ConstMatrixView up, MatrixView out) override {
    const ProfileScope scope(profile_, "silu_multiply");
    ops_.silu_multiply(gate, up, out);
  }
  void add(MatrixView x, ConstMatrixView y) override {
    const ProfileScope scope(profile_, "add");
    ops_.add(x, y);
  }
  void add_norm(MatrixView x, ConstMatrixView y, std::span<const float> weight, float epsilon, MatrixView out) override {
    const ProfileScope scope(profile_, "add_norm");
    ops_.add_norm(x, y, weight, epsilon, out);
  }

 private:
  Ops& ops_;
  Profile* profile_;
};

}  // namespace reckon
