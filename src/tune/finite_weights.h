// Whether all weights of a file are numbers.
#pragma once

#include "formats/gguf/gguf_file.h"

namespace reckon {

class ThreadPool;

// Throws Error bad_argument with tensor, row and element of the first that is infinite or none, whatever type holds it. Reads
// every weight once. Everything that such a weight flows into is no number either: later the blame would fall on whatever is
// looked at first.
void refuse_non_finite(const GgufFile& file, ThreadPool& threads);

}  // namespace reckon
