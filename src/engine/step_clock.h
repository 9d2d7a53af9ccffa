// How long the engine's next step will take, from how long the last ones took: so that nothing is begun that cannot end in time.
#pragma once

#include <cstdint>

namespace reckon {

class StepClock {  // of one thread
 public:
  void note(std::int64_t rows, double seconds);  // a step is over

  // Of a step of so many rows: what a line through the recent steps says (their weights fall by a tenth each step). 0 before the
  // first.
  double expected(std::int64_t rows) const;
  // And as much more as one of them took longer than that.
  double predicted(std::int64_t rows) const;
  // What one row more costs. Where all steps had as many rows: what each of them cost, which is more.
  double row_seconds() const;
  double base_seconds() const;  // of a step without rows

 private:
  double slope() const;

  double weight_ = 0;
  double rows_ = 0;  // weighted sums
  double seconds_ = 0;
  double rows_squared_ = 0;
  double rows_seconds_ = 0;
  double late_ = 0;  // most seconds that a recent step took longer than the line said, forgotten slowly
};

}  // namespace reckon
