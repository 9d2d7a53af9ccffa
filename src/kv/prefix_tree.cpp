#include "kv/prefix_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <queue>
#include <unordered_set>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

struct LessTokens {  // compares the first page of two edges, without copying the one looked for
  using is_transparent = void;
  bool operator()(TokenSpan a, TokenSpan b) const { return std::ranges::lexicographical_compare(a, b); }
};

// What the root's children are found by: the tokens of their first page, behind the scope unless that is 0. No two scopes have a
// key in common: those with a scope are longer than those without.
std::vector<Token> root_key(TokenSpan first_page, std::uint64_t scope) {
  std::vector<Token> key;
  if (scope != 0) key = {static_cast<Token>(scope), static_cast<Token>(scope >> 32)};
  key.insert(key.end(), first_page.begin(), first_page.end());
  return key;
}

}  // namespace

// The edge into a node and what hangs below it. Depth is bounded by nothing but the number of pages: no recursion anywhere.
struct PrefixTree::Node {
  Node* parent = nullptr;
  std::vector<Token> tokens;    // pages.size() * slots_per_page
  std::vector<PageId> pages;    // at least one, except in the root
  std::vector<Token> key;       // by which the parent finds it
  std::uint64_t last_used = 0;  // of every page of this node; never older than that of a child
  // By the tokens of their first page; those of the root by root_key().
  std::map<std::vector<Token>, std::unique_ptr<Node>, LessTokens> children;
};

PrefixTree::PrefixTree(PagePool& pool) : pool_(&pool), root_(std::make_unique<Node>()) {}

PrefixTree::~PrefixTree() {
  std::vector<std::unique_ptr<Node>> left;
  left.push_back(std::move(root_));
  while (!left.empty()) {
    const std::unique_ptr<Node> node = std::move(left.back());
    left.pop_back();
    for (const PageId page : node->pages) pool_->release(page);
    for (auto& [key, child] : node->children) left.push_back(std::move(child));
  }
}

// Follows `tokens` as far as whole cached pages go, marks the way as used now, and returns the node where it ends; an edge that
// is only partly walked is split there. `pages`, unless null, receives the pages passed.
PrefixTree::Node* PrefixTree::walk(std::span<const Token> tokens, std::uint64_t scope, std::vector<PageId>* pages) {
  const auto slots = static_cast<std::size_t>(pool_->slots_per_page());
  Node* node = root_.get();
  while (tokens.size() >= slots) {
    const TokenSpan page = tokens.first(slots);
    const auto edge = node == root_.get() ? node->children.find(root_key(page, scope)) : node->children.find(page);
    if (edge == node->children.end()) break;
    node = edge->second.get();
    const auto differs = std::ranges::mismatch(node->tokens, tokens).in1;
    const auto common = static_cast<std::size_t>(differs - node->tokens.begin()) / slots;
    if (common < node->pages.size()) split(*node, common);
    node->last_used = now_;
    if (pages) pages->insert(pages->end(), node->pages.begin(), node->pages.end());
    tokens = tokens.subspan(common * slots);
  }
  return node;
}

// `node` keeps its first pages; the rest, and all children, move to a new child.
void PrefixTree::split(Node& node, std::size_t first_pages) {
  const auto slots = static_cast<std::size_t>(pool_->slots_per_page());
  const auto middle = static_cast<std::ptrdiff_t>(first_pages * slots);
  auto tail = std::make_unique<Node>();
  tail->parent = &node;
  tail->last_used = node.last_used;
  tail->tokens.assign(node.tokens.begin() + middle, node.tokens.end());
  tail->pages.assign(node.pages.begin() + static_cast<std::ptrdiff_t>(first_pages), node.pages.end());
  tail->children = std::exchange(node.children, {});
  for (auto& [key, child] : tail->children) child->parent = tail.get();
  node.tokens.resize(first_pages * slots);
  node.pages.resize(first_pages);
  tail->key.assign(tail->tokens.begin(), tail->tokens.begin() + static_cast<std::ptrdiff_t>(slots));
  const std::vector<Token>& key = tail->key;
  node.children.emplace(key, std::move(tail));
}

std::vector<PageId> PrefixTree::match(std::span<const Token> tokens, std::uint64_t scope) {
  ++now_;
  std::vector<PageId> pages;
  walk(tokens, scope, &pages);
  return pages;
}

void PrefixTree::insert(std::span<const Token> tokens, std::span<const PageId> pages, std::uint64_t scope) {
  const auto slots = static_cast<std::size_t>(pool_->slots_per_page());
  if (tokens.size() != pages.size() * slots) {
    throw Error(ErrorCode::internal,
                fmt::format("{} tokens do not fill {} pages of {} slots", tokens.size(), pages.size(), slots), "prefix tree");
  }
  ++now_;
  std::vector<PageId> cached;
  Node* parent = walk(tokens, scope, &cached);
  if (cached.size() == pages.size()) return;
  auto leaf = std::make_unique<Node>();
  leaf->parent = parent;
  leaf->last_used = now_;
  const TokenSpan rest = tokens.subspan(cached.size() * slots);
  leaf->tokens.assign(rest.begin(), rest.end());
  leaf->pages.assign(pages.begin() + static_cast<std::ptrdiff_t>(cached.size()), pages.end());
  for (const PageId page : leaf->pages) pool_->retain(page);
  held_ += static_cast<std::int64_t>(leaf->pages.size());
  leaf->key = root_key(rest.first(slots), parent == root_.get() ? scope : 0);
  const std::vector<Token>& key = leaf->key;
  parent->children.emplace(key, std::move(leaf));
}

// Every node but the root, parents before their children.
std::vector<PrefixTree::Node*> PrefixTree::nodes() const {
  std::vector<Node*> found{root_.get()};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (auto& [key, child] : found[i]->children) found.push_back(child.get());
  }
  found.erase(found.begin());
  return found;
}

std::int64_t PrefixTree::evict(std::int64_t pages) {
  const auto used_later = [](const Node* a, const Node* b) { return a->last_used > b->last_used; };
  std::priority_queue<Node*, std::vector<Node*>, decltype(used_later)> leaves(used_later);
  for (Node* node : nodes()) {
    if (node->children.empty()) leaves.push(node);
  }
  std::int64_t freed = 0;
  while (freed < pages && !leaves.empty()) {
    Node* leaf = leaves.top();
    leaves.pop();
    while (freed < pages && !leaf->pages.empty() && pool_->references(leaf->pages.back()) == 1) {
      pool_->release(leaf->pages.back());
      leaf->pages.pop_back();
      ++freed;
    }
    if (!leaf->pages.empty()) {
      leaf->tokens.resize(leaf->pages.size() * static_cast<std::size_t>(pool_->slots_per_page()));
      continue;
    }
    Node* parent = leaf->parent;
    parent->children.erase(parent->children.find(leaf->key));
    if (parent != root_.get() && parent->children.empty()) leaves.push(parent);
  }
  held_ -= freed;
  return freed;
}

std::int64_t PrefixTree::pages_evictable() const {
  const std::vector<Node*> all = nodes();
  std::unordered_set<const Node*> pinned;  // nodes below which some page is held by others
  std::int64_t evictable = 0;
  for (std::size_t i = all.size(); i-- > 0;) {
    const Node* node = all[i];
    bool blocked = pinned.contains(node);
    for (std::size_t page = node->pages.size(); page-- > 0 && !blocked;) {
      blocked = pool_->references(node->pages[page]) > 1;
      if (!blocked) ++evictable;
    }
    if (blocked) pinned.insert(node->parent);
  }
  return evictable;
}

}  // namespace reckon
