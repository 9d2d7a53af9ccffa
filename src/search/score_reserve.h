// What a space keeps back of a budget while paths are drawn, so that a verifier can score them afterwards. Who turns to a
// strategy that scores nothing gives it up, and draws for it instead.
#pragma once

#include "search/space.h"

namespace reckon {

class ScoreReserve {  // beside SearchSpace, of the spaces that keep something back
 public:
  virtual ~ScoreReserve() = default;
  virtual void give_up_reserve() = 0;                // for good: nothing that was drawn, or will be, is going to be scored
  virtual void suspend_reserve(bool suspended) = 0;  // what is drawn meanwhile may use up what scores would cost
};

// Of a space that keeps one; else nothing is done.
inline void give_up_reserve(SearchSpace& space) {
  if (auto* const reserve = dynamic_cast<ScoreReserve*>(&space)) reserve->give_up_reserve();
}

inline void suspend_reserve(SearchSpace& space, bool suspended) {
  if (auto* const reserve = dynamic_cast<ScoreReserve*>(&space)) reserve->suspend_reserve(suspended);
}

}  // namespace reckon
