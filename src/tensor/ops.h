// The op interface: everything a model's forward pass asks of a device. One implementation per device (cpu_ops.h).
// Shapes are checked here, once; kernels below trust them. A row's result never depends on the other rows of the call,
// on the number of rows, or on the number of threads (invariant 1): every sum runs in a fixed order.
#pragma once

#include <cstdint>
#include <span>

#include "tensor/kv_view.h"
#include "tensor/view.h"

namespace reckon {

// Which elements of a head RoPE rotates together: (x[2i], x[2i+1]) or (x[i], x[i + r/2]), r rotary dimensions.
enum class Pairing { adjacent, half_split };

// One matrix that activations are multiplied with, and where the result goes.
struct LinearProduct {
  WeightView weight;
  std::span<const float> bias;
  MatrixView y;
};

// All calls come from one thread at a time (the engine's); an implementation spreads each over its own workers and returns when
// the result is there. No allocation per call once the largest shape was seen. Views must stay valid during the call; an output
// must not overlap an input unless said below. Throws Error bad_argument for shapes or ids that cannot be, unsupported for a
// weight or KV type without a kernel.
class Ops {
 public:
  virtual ~Ops() = default;

  // out[r] = table[tokens[r]]; table [vocabulary, width], out [tokens.size(), width].
  virtual void embed(const WeightView& table, std::span<const std::int32_t> tokens, MatrixView out) = 0;

  // For each product: y = x · weightᵀ + bias; x [rows, inputs], weight [outputs, inputs], bias [outputs] or empty,
  // y [rows, outputs]. Where a weight has panels, x is rounded to int8 in blocks of 256 (kernels/cpu/activations.h), once for
  // all products of the call.
  virtual void linear(ConstMatrixView x, std::span<const LinearProduct> products) = 0;
  void linear(const WeightView& weight, std::span<const float> bias, ConstMatrixView x, MatrixView y) {
    const LinearProduct product{weight, bias, y};
    linear(x, {&product, 1});
  }

  // y[r] = x[r] * weight / sqrt(mean(x[r]²) + epsilon); x, y [rows, cols], weight [cols]. y may be x.
  virtual void rms_norm(ConstMatrixView x, std::span<const float> weight, float epsilon, MatrixView y) = 0;

  // Angles of a batch, once for all layers: row r of `angles` [positions.size(), 2 * frequencies.size()] is
  // magnitude * cos(positions[r] * frequencies[i]) for every i, then the sines. Computed in f64, stored in f32.
  virtual void rope_angles(std::span<const std::int32_t> positions, std::span<const double> frequencies, double magnitude,
                           MatrixView angles) = 0;

  // Rotates each head of x [rows, heads * head_dim] in place by its row of `angles` [rows, r]; r <= head_dim, the rest of a
  // head is left as it is.
  virtual void rope(MatrixView x, ConstMatrixView angles, Pairing pairing, int head_dim) = 0;

  // The same behind an rms_norm of each head; weight [head_dim]. One pass over x.
  virtual void norm_rope(MatrixView x, std::span<const float> weight, float epsilon, ConstMatrixView angles, Pairing pairing,
                         int head_dim) = 0;

  // Writes row r of k and v, [rows, kv_heads * head_dim] each, to slot where[r] of `layer`, rounded to the layout's type.
  virtual void store_kv(ConstMatrixView k, ConstMatrixView v, const KvView& kv, int layer, std::span<const KvSlot> where) = 0;

  // out[r, h] = softmax(scale * q[r, h] · K) · V over the first rows[r].length slots of the row's sequence; query head h reads
  // KV head h * kv_heads / heads. q and out [rows.size(), heads * head_dim]. Some 64 slots are reduced at a time, in ascending
  // order.
  virtual void attention(ConstMatrixView q, const KvView& kv, int layer, std::span<const AttentionRow> rows, float scale,
                         MatrixView out) = 0;

  // The router of a mixture of experts: softmax over each row of `logits` [rows, experts], the `used` most likely of
  // them (equals: the lower index) in ascending order of index, and their probabilities, divided by their sum if `renormalised`.
  // experts and weights [rows, used].
  virtual void route(ConstMatrixView logits, int used, bool renormalised, std::span<std::int32_t> experts,
                     std::span<float> weights) = 0;

  // out[i] = x[rows[i]]; out [rows.size(), cols].
  virtual void gather(ConstMatrixView x, std::span<const std::int32_t> rows, MatrixView out) = 0;

  // x[rows[i]] += scales[i] * y[i]; no row is named twice. y [rows.size(), cols].
  virtual void scatter_add(MatrixView x, std::span<const std::int32_t> rows, std::span<const float> scales,
                           ConstMatrixView y) = 0;

  // out = gate * sigmoid(gate) * up, element by element; all [rows, cols]. out may be gate or up.
  virtual void silu_multiply(ConstMatrixView gate, ConstMatrixView up, MatrixView out) = 0;

  // x += y; both [rows, cols].
  virtual void add(MatrixView x, ConstMatrixView y) = 0;

  // x += y, then out = rms_norm of x, in one pass; all [rows, cols], weight [cols].
  virtual void add_norm(MatrixView x, ConstMatrixView y, std::span<const float> weight, float epsilon, MatrixView out) = 0;
};

}  // namespace reckon
