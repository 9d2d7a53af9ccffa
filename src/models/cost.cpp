#include "models/cost.h"

namespace reckon {

double TokenCost::flops(std::int64_t slots, bool wants_logits) const noexcept {
  return row_flops + slot_flops * static_cast<double>(slots) + (wants_logits ? logits_flops : 0);
}

double TokenCost::kv_bytes(std::int64_t slots, DType kv_type) const noexcept {
  return kv_elements * (kv_type == DType::f32 ? 4 : 2) * static_cast<double>(slots + 1);
}

double TokenCost::step_bytes(bool some_row_wants_logits) const noexcept {
  return weight_bytes + (some_row_wants_logits ? logits_weight_bytes : 0);
}

}  // namespace reckon
