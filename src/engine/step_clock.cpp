#include "engine/step_clock.h"

#include <algorithm>

namespace reckon {
namespace {

constexpr double kKept = 0.9;  // of the weight of what is known, with every step

}  // namespace

void StepClock::note(std::int64_t rows, double seconds) {
  const double late = weight_ > 0 ? seconds - expected(rows) : 0;
  late_ = std::max(kKept * late_, late);
  const auto n = static_cast<double>(rows);
  weight_ = kKept * weight_ + 1;
  rows_ = kKept * rows_ + n;
  seconds_ = kKept * seconds_ + seconds;
  rows_squared_ = kKept * rows_squared_ + n * n;
  rows_seconds_ = kKept * rows_seconds_ + n * seconds;
}

double StepClock::slope() const {
  const double spread = rows_squared_ * weight_ - rows_ * rows_;
  if (!(spread > 1e-6 * rows_squared_ * weight_)) return 0;
  // No row costs more than rows do in the mean, for no step costs less than nothing without any: where all steps were alike in
  // size, chance makes slopes that say otherwise, and a large step would seem to take for ever.
  return std::clamp((rows_seconds_ * weight_ - rows_ * seconds_) / spread, 0.0, seconds_ / rows_);
}

double StepClock::base_seconds() const { return weight_ > 0 ? std::max((seconds_ - slope() * rows_) / weight_, 0.0) : 0; }

double StepClock::row_seconds() const {
  const double line = slope();
  return line > 0 || rows_ <= 0 ? line : seconds_ / rows_;
}

double StepClock::expected(std::int64_t rows) const {
  return weight_ > 0 ? base_seconds() + slope() * static_cast<double>(rows) : 0;
}

double StepClock::predicted(std::int64_t rows) const { return expected(rows) + late_; }

}  // namespace reckon
