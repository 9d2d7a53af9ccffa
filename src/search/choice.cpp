#include "search/choice.h"

#include <cstddef>

namespace reckon {

int index_at(std::span<const double> probabilities, double uniform) {
  double mass = 0;
  int last_possible = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] <= 0) continue;
    last_possible = static_cast<int>(i);
    mass += probabilities[i];
    if (uniform < mass) break;
  }
  return last_possible;
}

}  // namespace reckon
