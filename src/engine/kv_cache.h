// Everything that holds keys and values: the pages, the prefix tree, and the list of sequences, behind one lock.
// The lock is held for bookkeeping only; kernels read and write pages without it, through references that keep them alive.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>

#include "kv/page_pool.h"
#include "kv/prefix_tree.h"

namespace reckon {

struct SequenceState;

struct KvCache {
  explicit KvCache(const PagePoolOptions& options) : pool(options), tree(pool) {}

  std::mutex mutex;  // guards all below, and every block table and page account
  PagePool pool;
  PrefixTree tree;
  std::set<SequenceState*> sequences;  // alive
  std::uint64_t clock = 0;             // logical time of the last use of a sequence
};

}  // namespace reckon
