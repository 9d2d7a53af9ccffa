// Random programs of forks, appends and drops against full copies of every sequence; and the peak of a best-of-n (card 3.1).
#include "kv/block_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <map>

#include "base/token.h"

namespace reckon {
namespace {

// Writes like a forward pass would: into reserved slots, through the block table.
void append(PagePool& pool, BlockTable& table, const std::vector<Token>& tokens) {
  const std::int64_t slots = pool.slots_per_page();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::int64_t slot = table.length() + static_cast<std::int64_t>(i);
    const PageId page = table.pages()[static_cast<std::size_t>(slot / slots)];
    RC_ASSERT(pool.references(page) == 1u);  // no page is written while shared
    std::memcpy(pool.bytes(page).data() + static_cast<std::size_t>(slot % slots) * sizeof(Token), &tokens[i], sizeof(Token));
  }
  table.commit(static_cast<std::int64_t>(tokens.size()));
}

std::vector<Token> read(const PagePool& pool, const BlockTable& table) {
  std::vector<Token> tokens(static_cast<std::size_t>(table.length()));
  const auto slots = static_cast<std::size_t>(pool.slots_per_page());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::memcpy(&tokens[i], pool.bytes(table.pages()[i / slots]).data() + i % slots * sizeof(Token), sizeof(Token));
  }
  return tokens;
}

struct Branch {
  BlockTable table;
  std::vector<Token> copy;  // the reference: everything, always
  std::size_t request;
};

void check_counts(const PagePool& pool, const std::vector<Branch>& branches,
                  const std::vector<std::shared_ptr<PageAccount>>& accounts) {
  std::map<PageId, std::uint32_t> references;
  std::vector<std::map<PageId, int>> held(accounts.size());
  for (const Branch& branch : branches) {
    for (const PageId page : branch.table.pages()) {
      ++references[page];
      ++held[branch.request][page];
    }
  }
  for (const auto& [page, count] : references) RC_ASSERT(pool.references(page) == count);
  RC_ASSERT(pool.in_use() == static_cast<std::int64_t>(references.size()));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    RC_ASSERT(accounts[i]->pages() == static_cast<std::int64_t>(held[i].size()));
    RC_ASSERT(accounts[i]->peak_pages() >= accounts[i]->pages());
  }
}

void append_or_refuse(PagePool& pool, Branch& branch, const std::vector<Token>& tokens) {
  const std::int64_t count = static_cast<std::int64_t>(tokens.size());
  const std::int64_t needed = branch.table.pages_needed(count);
  const std::int64_t available = pool.available();
  if (!branch.table.reserve(count)) {
    RC_ASSERT(needed > available);
    RC_ASSERT(pool.available() == available);
    return;
  }
  RC_ASSERT(pool.available() == available - needed);
  append(pool, branch.table, tokens);
  branch.copy.insert(branch.copy.end(), tokens.begin(), tokens.end());
}

RC_GTEST_PROP(BlockTable, ForksBehaveLikeFullCopies, ()) {
  const int slots = *rc::gen::inRange(1, 6);
  PagePool pool({.page_bytes = static_cast<std::int64_t>(sizeof(Token)) * slots, .slots_per_page = slots, .pages = 40});
  std::vector<std::shared_ptr<PageAccount>> accounts{std::make_shared<PageAccount>(), std::make_shared<PageAccount>()};
  std::vector<Branch> branches;
  for (std::size_t i = 0; i < 2; ++i) branches.push_back({BlockTable(pool, accounts[i]), {}, i});

  for (int left = *rc::gen::inRange(1, 120); left > 0; --left) {
    const std::size_t target = *rc::gen::inRange<std::size_t>(0, branches.size());
    switch (*rc::gen::weightedElement<int>({{6, 0}, {3, 1}, {2, 2}, {1, 3}, {1, 4}, {3, 5}})) {
      case 0: append_or_refuse(pool, branches[target], *rc::gen::container<std::vector<Token>>(rc::gen::inRange(0, 1000))); break;
      case 1: {
        Branch child{branches[target].table.fork(), branches[target].copy, branches[target].request};
        branches.push_back(std::move(child));
        break;
      }
      case 2:  // dropping moves the later branches down: moves are part of the program
        if (branches.size() > 1) branches.erase(branches.begin() + static_cast<std::ptrdiff_t>(target));
        break;
      case 3:
        branches[target].table.clear();
        branches[target].copy.clear();
        break;
      case 5: {
        const auto kept = *rc::gen::inRange<std::size_t>(0, branches[target].copy.size() + 1);
        branches[target].table.truncate(static_cast<std::int64_t>(kept));
        branches[target].copy.resize(kept);
        break;
      }
      default:  // reserved, and never written
        branches[target].table.reserve(*rc::gen::inRange(1, 10));
    }
    check_counts(pool, branches, accounts);
    for (const Branch& branch : branches) RC_ASSERT(read(pool, branch.table) == branch.copy);
  }
  branches.clear();
  RC_ASSERT(pool.in_use() == 0);
  for (const auto& account : accounts) RC_ASSERT(account->pages() == 0);
}

RC_GTEST_PROP(BlockTable, PeakOfABestOfNIsSharedPromptPlusTails, ()) {
  const std::int64_t slots = *rc::gen::inRange(1, 20);
  const std::int64_t prompt = *rc::gen::inRange(1, 100);
  const std::int64_t generated = *rc::gen::inRange(1, 50);
  const std::int64_t branches = *rc::gen::inRange(1, 20);
  PagePool pool({.page_bytes = slots, .slots_per_page = static_cast<int>(slots), .pages = 1 << 16});
  const auto account = std::make_shared<PageAccount>();

  std::vector<BlockTable> tables;
  tables.emplace_back(pool, account);
  RC_ASSERT(tables[0].reserve(prompt));
  tables[0].commit(prompt);
  for (std::int64_t i = 1; i < branches; ++i) tables.push_back(tables[0].fork());
  for (std::int64_t step = 0; step < generated; ++step) {  // all branches advance together, a token at a time
    for (BlockTable& table : tables) {
      RC_ASSERT(table.reserve(1));
      table.commit(1);
    }
  }

  const std::int64_t tail = (prompt % slots + generated + slots - 1) / slots;
  RC_ASSERT(account->peak_pages() == prompt / slots + branches * tail);
  RC_ASSERT(account->pages() == pool.in_use());
}

}  // namespace
}  // namespace reckon
