// Constants of the GGUF container that reader and writer share. Source: GGUF v3, specs card 1.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reckon::gguf {

inline constexpr std::string_view kMagic = "GGUF";
inline constexpr std::uint32_t kVersion = 3;  // written; 2 has the same layout and is read too
inline constexpr std::string_view kAlignmentKey = "general.alignment";
inline constexpr std::uint64_t kDefaultAlignment = 32;
inline constexpr std::uint64_t kMinimumAlignment = 8;  // so that a view of any element type is aligned
inline constexpr std::size_t kMaxKeyBytes = 65535;
inline constexpr std::size_t kMaxNameBytes = 64;
inline constexpr std::size_t kMaxDims = 4;

// Ours, far above any real file (about 60 keys, 2000 tensors, no nesting): they bound what a hostile file can cost.
inline constexpr std::uint64_t kMaxKeys = 1 << 16;
inline constexpr std::uint64_t kMaxTensors = 1 << 20;
inline constexpr int kMaxArrayDepth = 8;

constexpr bool valid_alignment(std::uint64_t alignment) {
  return alignment >= kMinimumAlignment && (alignment & (alignment - 1)) == 0;
}
// The next multiple of `alignment` (a power of two). position < 2^63 and alignment < 2^63, so the sum cannot overflow.
constexpr std::uint64_t align_up(std::uint64_t position, std::uint64_t alignment) {
  return (position + alignment - 1) & ~(alignment - 1);
}

}  // namespace reckon::gguf
