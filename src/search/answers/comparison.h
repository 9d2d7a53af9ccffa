// Compares parsed answers by the rules R2 to R14 of the specs card "Answer extraction and equivalence", 1.2.
#pragma once

#include "search/answers/equivalence.h"
#include "search/answers/reading.h"

namespace reckon::answers {

// The rules on two whole answers, units included. Throws NotComparable when a limit is met.
bool equal_readings(const Reading& gold, const Reading& answer, const EquivalenceOptions& options, Effort& effort);

struct CanonicalForm {
  std::string text;
  bool settled = false;  // settled forms stand for equal values exactly when their texts are equal
};
CanonicalForm canonical_form(const Reading& reading, Effort& effort);

}  // namespace reckon::answers
