// Prefix cache: a radix tree from token prefixes to full pages, shared by all requests; least recently used leaves go first.
// Source: RadixAttention, Zheng et al. 2023, arXiv:2312.07104, section 3. Edges are spans of whole pages. Ours: an edge is split
// where a match ends, so that all pages of a node were last used together and eviction can take single pages off its end.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/token.h"
#include "kv/page_pool.h"

namespace reckon {

class PrefixTree {  // same thread rule as PagePool
 public:
  explicit PrefixTree(PagePool& pool);  // `pool` outlives the tree
  ~PrefixTree();                        // gives back every page it holds
  PrefixTree(const PrefixTree&) = delete;
  PrefixTree& operator=(const PrefixTree&) = delete;

  // The pages of the longest cached prefix of `tokens` in whole pages. The caller retains what it uses before it next calls
  // the tree or the pool (BlockTable::adopt does). Marks these pages as used now. Ask for all tokens but the last where logits
  // are wanted: something must be left to compute.
  // Only what was inserted under the same `scope` is found: whoever shares no scope shares no pages, and neither pays less for
  // what the other has computed.
  std::vector<PageId> match(std::span<const Token> tokens, std::uint64_t scope = 0);

  // Remembers that `pages` hold the keys and values of `tokens` (tokens.size() == pages.size() * slots_per_page); retains the
  // pages that are new to the tree. Where an equal span is cached already, the tree keeps its own page. Marks the path as used
  // now. Throws Error internal when the sizes disagree.
  void insert(std::span<const Token> tokens, std::span<const PageId> pages, std::uint64_t scope = 0);

  // Gives back the least recently used pages that nothing follows and only the tree holds, until `pages` pages have become free
  // or nothing is left to evict: the end of a leaf first, a parent only after all its children. Returns how many became free.
  std::int64_t evict(std::int64_t pages);

  std::int64_t pages_held() const noexcept { return held_; }
  std::int64_t pages_evictable() const;  // pages that evict() could free

 private:
  struct Node;
  Node* walk(std::span<const Token> tokens, std::uint64_t scope, std::vector<PageId>* pages);
  void split(Node& node, std::size_t first_pages);
  std::vector<Node*> nodes() const;
  PagePool* pool_;
  std::unique_ptr<Node> root_;
  std::uint64_t now_ = 0;  // logical time: one tick per match or insert
  std::int64_t held_ = 0;
};

}  // namespace reckon
