// Machines whose memory belongs to several nodes (NUMA): a processor reads its own node's memory faster than another's, and all
// nodes together faster than one. Large memory is spread over the nodes page by page, and workers take work that lies on their
// own node first. Everything here is a wish: on a machine of one node, or where the system refuses, nothing changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace reckon {

// Nodes are numbered from 0; a number below this need not be in use. 1 where the system does not say.
int memory_nodes() noexcept;

// The number of nodes that a list of them as Linux prints it implies, "0-1,4": the highest plus one. 1 for what is no such list.
int nodes_in_list(std::string_view list) noexcept;

// The node of the processor that the calling thread runs on now; 0 where the system does not say.
int current_node() noexcept;

// Asks that pages of `memory` (page-aligned, not written yet) come from all nodes in turn.
void spread_over_nodes(std::span<std::byte> memory) noexcept;

// Which node holds each 2 MiB of some memory.
class NodeMap {
 public:
  static constexpr std::size_t kPiece = std::size_t{2} << 20;

  // `nodes[i]` holds piece i. At least one.
  NodeMap(const std::byte* begin, std::vector<std::uint8_t> nodes);
  // As the system says now, of memory that has been written; node 0 where it does not say. At least one byte.
  static NodeMap of(std::span<const std::byte> memory);

  // Of an address in the memory.
  int node_of(const std::byte* address) const noexcept { return nodes_[static_cast<std::size_t>(address - begin_) / kPiece]; }
  int nodes() const noexcept { return highest_ + 1; }

 private:
  const std::byte* begin_;
  std::vector<std::uint8_t> nodes_;
  int highest_;
};

}  // namespace reckon
