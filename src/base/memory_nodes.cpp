#include "base/memory_nodes.h"

#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <utility>

namespace reckon {
namespace {

constexpr int kMostNodes = 64;  // of one word of a node mask; machines have 1 to 16

int read_memory_nodes() noexcept {
  try {
    std::ifstream file("/sys/devices/system/node/has_memory");
    std::string list;
    std::getline(file, list);
    return nodes_in_list(list);
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace

int nodes_in_list(std::string_view list) noexcept {
  int highest = 0;
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at != end) {
    int number = -1;
    const auto [rest, fault] = std::from_chars(at, end, number);
    if (fault != std::errc() || number < 0 || number >= kMostNodes) return 1;
    highest = std::max(highest, number);
    at = rest;
    if (at == end) break;
    const bool separator = *at == '-' || *at == ',';
    ++at;
    if (!separator || at == end) return 1;
  }
  return highest + 1;
}

int memory_nodes() noexcept {
  static const int nodes = read_memory_nodes();
  return nodes;
}

int current_node() noexcept {
  unsigned node = 0;
  return ::getcpu(nullptr, &node) == 0 ? static_cast<int>(node) : 0;
}

void spread_over_nodes(std::span<std::byte> memory) noexcept {
  const int nodes = memory_nodes();
  if (nodes == 1 || memory.empty()) return;
  // The kernel reads one bit less than it is told, and nodes without memory are left out by itself.
  const unsigned long mask = nodes == kMostNodes ? ~0UL : (1UL << nodes) - 1;
  ::syscall(SYS_mbind, memory.data(), memory.size(), MPOL_INTERLEAVE, &mask, kMostNodes + 1UL, 0U);
}

NodeMap::NodeMap(const std::byte* begin, std::vector<std::uint8_t> nodes)
    : begin_(begin), nodes_(std::move(nodes)), highest_(*std::ranges::max_element(nodes_)) {}

NodeMap NodeMap::of(std::span<const std::byte> memory) {
  const std::size_t pieces = (memory.size() + kPiece - 1) / kPiece;
  std::vector<const void*> addresses(pieces);
  for (std::size_t i = 0; i < pieces; ++i) addresses[i] = memory.data() + i * kPiece;
  std::vector<int> found(pieces, 0);
  // Without nodes to move to, the call moves nothing and says where each page is, or a negative reason.
  if (::syscall(SYS_move_pages, 0, pieces, addresses.data(), nullptr, found.data(), 0) != 0) std::ranges::fill(found, 0);
  std::vector<std::uint8_t> nodes(pieces);
  std::ranges::transform(found, nodes.begin(),
                         [](int node) { return static_cast<std::uint8_t>(std::clamp(node, 0, kMostNodes - 1)); });
  return {memory.data(), std::move(nodes)};
}

}  // namespace reckon
