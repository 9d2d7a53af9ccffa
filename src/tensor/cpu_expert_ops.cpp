// Sending rows to experts and adding up what comes back.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "tensor/cpu_ops.h"
#include "tensor/cpu_state.h"

namespace reckon {
namespace {

// The indices of the largest `chosen.size()` logits, ascending; of equals the lower index.
void choose_largest(std::span<const float> logits, std::span<std::int32_t> order, std::span<std::int32_t> chosen) {
  std::iota(order.begin(), order.end(), 0);
  const auto at = [logits](std::int32_t index) { return logits[static_cast<std::size_t>(index)]; };
  std::ranges::partial_sort(order, order.begin() + std::ssize(chosen),
                            [&at](std::int32_t a, std::int32_t b) { return at(a) != at(b) ? at(a) > at(b) : a < b; });
  std::ranges::copy(order.first(chosen.size()), chosen.begin());
  std::ranges::sort(chosen);
}

double sum_of_exponentials(std::span<const float> logits, float largest) {
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  return sum;
}

}  // namespace

void CpuOps::route(ConstMatrixView logits, int used, bool renormalised, std::span<std::int32_t> experts,
                   std::span<float> weights) {
  const char* op = "route";
  require(used >= 1 && used <= logits.cols, op, "{} of {} experts; expected at least one and at most all", used, logits.cols);
  const auto wanted = static_cast<std::size_t>(logits.rows * used);
  require(experts.size() == wanted && weights.size() == wanted, op, "room for {} experts and {} weights; expected {}",
          experts.size(), weights.size(), wanted);
  std::vector<std::int32_t> order(static_cast<std::size_t>(logits.cols));  // rows are few and short: one worker is enough
  for (std::int64_t r = 0; r < logits.rows; ++r) {
    const std::span<const float> row = logits.row_span(r);
    const auto first = static_cast<std::size_t>(r * used);
    const std::span<std::int32_t> chosen = experts.subspan(first, static_cast<std::size_t>(used));
    choose_largest(row, order, chosen);
    const float largest = *std::ranges::max_element(row);
    double total = renormalised ? 0 : sum_of_exponentials(row, largest);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const double share = std::exp(static_cast<double>(row[static_cast<std::size_t>(chosen[i])]) - largest);
      weights[first + i] = static_cast<float>(share);
      if (renormalised) total += share;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      weights[first + i] = static_cast<float>(static_cast<double>(weights[first + i]) / total);
    }
  }
}

void CpuOps::gather(ConstMatrixView x, std::span<const std::int32_t> rows, MatrixView out) {
  require_shape(out, "gather", "out", static_cast<std::int64_t>(rows.size()), x.cols);
  for (const std::int32_t row : rows) require(row >= 0 && row < x.rows, "gather", "row {} of {}", row, x.rows);
  state_->split(out.rows, out.rows * out.cols * kCostOfElement, 0,
                [&](std::int64_t i, float*) { std::ranges::copy(x.row_span(rows[static_cast<std::size_t>(i)]), out.row(i)); });
}

void CpuOps::scatter_add(MatrixView x, std::span<const std::int32_t> rows, std::span<const float> scales, ConstMatrixView y) {
  require_shape(y, "scatter_add", "y", static_cast<std::int64_t>(rows.size()), x.cols);
  require(scales.size() == rows.size(), "scatter_add", "{} scales for {} rows", scales.size(), rows.size());
  for (const std::int32_t row : rows) require(row >= 0 && row < x.rows, "scatter_add", "row {} of {}", row, x.rows);
  state_->split(y.rows, y.rows * y.cols * kCostOfElement, 0, [&](std::int64_t i, float*) {
    const float scale = scales[static_cast<std::size_t>(i)];
    float* to = x.row(rows[static_cast<std::size_t>(i)]);
    const float* from = y.row(i);
    for (std::int64_t c = 0; c < y.cols; ++c) to[c] = to[c] + scale * from[c];
  });
}

}  // namespace reckon
