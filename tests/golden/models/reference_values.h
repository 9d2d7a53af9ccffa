// What the reference computed, from the GGUF files beside the tests.
#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

#include "formats/gguf/gguf_file.h"

namespace reckon {

// A copy of the tensor `name`, which holds elements of T.
template <typename T>
std::vector<T> values(const GgufFile& file, const char* name) {
  const TensorInfo& tensor = file.tensor(name);
  std::vector<T> copy(static_cast<std::size_t>(tensor.elements()));
  std::memcpy(copy.data(), tensor.data.data(), tensor.data.size());
  return copy;
}

}  // namespace reckon
