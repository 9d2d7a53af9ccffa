// The table of architectures. One declaration and one row each; the rest is in the architecture's own file.
#include <algorithm>
#include <array>

#include "models/architecture.h"

namespace reckon {

Architecture llama();
Architecture qwen2();
Architecture qwen3();
Architecture qwen3moe();

std::span<const Architecture> architectures() {
  static const std::array table{llama(), qwen2(), qwen3(), qwen3moe()};
  return table;
}

const Architecture* find_architecture(std::string_view gguf_name) {
  const auto found = std::ranges::find(architectures(), gguf_name, &Architecture::gguf_name);
  return found == architectures().end() ? nullptr : &*found;
}

}  // namespace reckon
