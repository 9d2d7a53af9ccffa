// The radix tree against the simplest thing that could work: a set of page-aligned prefixes with the time each was last used.
#include "kv/prefix_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

namespace reckon {
namespace {

using Tokens = std::vector<Token>;
constexpr std::size_t kSlots = 2;

struct Cached {
  PageId page;
  int last_used;
};

class PrefixSet {  // the reference: prefix -> its last page
 public:
  std::vector<PageId> match(const Tokens& tokens) {
    ++now_;
    std::vector<PageId> pages;
    for (std::size_t length = kSlots; length <= tokens.size(); length += kSlots) {
      const auto found = prefixes_.find(Tokens(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(length)));
      if (found == prefixes_.end()) break;
      found->second.last_used = now_;
      pages.push_back(found->second.page);
    }
    return pages;
  }
  void insert(const Tokens& tokens, const std::vector<PageId>& pages) {
    ++now_;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      const Tokens prefix(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>((i + 1) * kSlots));
      prefixes_.try_emplace(prefix, Cached{pages[i], 0}).first->second.last_used = now_;
    }
  }
  std::int64_t evict(std::int64_t wanted, const std::map<PageId, int>& in_use) {
    std::int64_t freed = 0;
    while (freed < wanted) {
      std::optional<Tokens> oldest;
      for (const auto& [prefix, cached] : prefixes_) {
        if (in_use.contains(cached.page) || has_longer(prefix)) continue;
        if (!oldest || cached.last_used < prefixes_.at(*oldest).last_used) oldest = prefix;
      }
      if (!oldest) break;
      prefixes_.erase(*oldest);
      ++freed;
    }
    return freed;
  }
  const std::map<Tokens, Cached>& prefixes() const { return prefixes_; }

 private:
  bool has_longer(const Tokens& prefix) const {
    return std::ranges::any_of(prefixes_, [&](const auto& entry) {
      return entry.first.size() > prefix.size() && std::equal(prefix.begin(), prefix.end(), entry.first.begin());
    });
  }
  std::map<Tokens, Cached> prefixes_;
  int now_ = 0;
};

Tokens any_tokens() {  // few symbols, so that prefixes meet; any length, so that pages are cut
  return *rc::gen::resize(12, rc::gen::container<Tokens>(rc::gen::element<Token>(0, 1)));
}

RC_GTEST_PROP(PrefixTree, BehavesLikeASetOfPrefixes, ()) {
  PagePool pool({.page_bytes = 8, .slots_per_page = kSlots, .pages = 4096});
  std::map<PageId, int> in_use;  // page -> handles held by the "sequences" of this test
  {
    PrefixTree tree(pool);
    PrefixSet reference;
    for (int left = *rc::gen::inRange(1, 60); left > 0; --left) {
      switch (*rc::gen::weightedElement<int>({{4, 0}, {4, 1}, {2, 2}, {1, 3}})) {
        case 0: {
          Tokens tokens = any_tokens();
          tokens.resize(tokens.size() / kSlots * kSlots);
          std::vector<PageId> pages;
          for (std::size_t i = 0; i < tokens.size(); i += kSlots) pages.push_back(*pool.allocate());
          tree.insert(tokens, pages);
          reference.insert(tokens, pages);
          for (const PageId page : pages) pool.release(page);
          break;
        }
        case 1: {
          const Tokens tokens = any_tokens();
          const std::vector<PageId> pages = tree.match(tokens);
          RC_ASSERT(pages == reference.match(tokens));
          if (!pages.empty() && *rc::gen::arbitrary<bool>()) {  // a sequence starts to use the prefix
            for (const PageId page : pages) pool.retain(page), ++in_use[page];
          }
          break;
        }
        case 2: {
          const std::int64_t wanted = *rc::gen::inRange(0, 6);
          const std::int64_t evictable = tree.pages_evictable();
          const std::int64_t freed = tree.evict(wanted);
          RC_ASSERT(freed == std::min(wanted, evictable));
          RC_ASSERT(freed == reference.evict(wanted, in_use));
          break;
        }
        default:  // one page's users end
          if (!in_use.empty()) {
            const auto [page, count] = *in_use.begin();
            for (int i = 0; i < count; ++i) pool.release(page);
            in_use.erase(in_use.begin());
          }
      }
      RC_ASSERT(tree.pages_held() == static_cast<std::int64_t>(reference.prefixes().size()));
      for (const auto& [prefix, cached] : reference.prefixes()) {
        const auto used = in_use.find(cached.page);
        RC_ASSERT(pool.references(cached.page) == static_cast<std::uint32_t>(used == in_use.end() ? 1 : 1 + used->second));
      }
    }
  }
  RC_ASSERT(pool.in_use() == static_cast<std::int64_t>(in_use.size()));  // the tree gave everything back
}

}  // namespace
}  // namespace reckon
