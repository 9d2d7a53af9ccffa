// What the model tests share: a model with pages, ops and sequences, run in whatever pieces a test likes.
#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "kv/block_table.h"
#include "kv/page_pool.h"
#include "models/forward.h"
#include "models/model.h"
#include "tensor/cpu_ops.h"

namespace reckon {

using Logits = std::vector<std::vector<float>>;  // [rows][vocabulary]

struct RunOptions {
  DType kv_type = DType::f32;
  int slots_per_page = 16;
  int threads = 1;
  std::int64_t worth_sharing = CpuOps::kWorthSharing;
};

// New tokens of one sequence in one step, and which of them want logits; none named: all.
struct Piece {
  BlockTable* table;
  TokenSpan tokens;
  std::vector<bool> wanted = {};
};

class Running {
 public:
  Running(std::shared_ptr<const Model> model, RunOptions options)
      : model_(std::move(model)),
        layout_(model_->kv_layout(options.kv_type, options.slots_per_page)),
        pool_({.page_bytes = layout_.page_bytes(), .slots_per_page = options.slots_per_page, .pages = 512}),
        threads_(options.threads),
        ops_(threads_, options.worth_sharing),
        forward_(model_, ops_, KvView{layout_, pool_.base(), pool_.capacity()}, /*max_rows=*/512) {}

  PagePool& pool() { return pool_; }
  Forward& forward() { return forward_; }
  BlockTable open() { return BlockTable(pool_, nullptr); }

  // One batch. Logits of each piece's rows; empty for those that want none.
  std::vector<Logits> step(const std::vector<Piece>& pieces) {
    std::vector<BatchRow> rows;
    std::vector<BatchSequence> sequences;
    for (const Piece& piece : pieces) {
      const bool fits = piece.table->reserve(static_cast<std::int64_t>(piece.tokens.size()));
      if (!fits) throw std::runtime_error("the test's pool is too small");
      for (std::size_t i = 0; i < piece.tokens.size(); ++i) {
        rows.push_back({.token = piece.tokens[i],
                        .position = static_cast<std::int32_t>(piece.table->length() + static_cast<std::int64_t>(i)),
                        .sequence = static_cast<std::int32_t>(sequences.size()),
                        .wants_logits = piece.wanted.empty() || piece.wanted[i]});
      }
      sequences.push_back({piece.table->pages()});
    }
    forward_.run({rows, sequences});
    std::vector<Logits> results;
    int next = 0;
    for (const Piece& piece : pieces) {
      piece.table->commit(static_cast<std::int64_t>(piece.tokens.size()));
      Logits& logits = results.emplace_back();
      for (std::size_t i = 0; i < piece.tokens.size(); ++i) {
        std::vector<float>& row = logits.emplace_back();
        if (!piece.wanted.empty() && !piece.wanted[i]) continue;
        row.assign(forward_.logits(next).begin(), forward_.logits(next).end());
        ++next;
      }
    }
    return results;
  }

  // Feeds `tokens` in pieces of `chunk`; logits of every position.
  Logits feed(BlockTable& table, TokenSpan tokens, std::size_t chunk) {
    Logits all;
    for (std::size_t done = 0; done < tokens.size(); done += chunk) {
      std::vector<Logits> logits = step({{&table, tokens.subspan(done, std::min(chunk, tokens.size() - done))}});
      std::ranges::move(logits[0], std::back_inserter(all));
    }
    return all;
  }

 private:
  std::shared_ptr<const Model> model_;
  KvLayout layout_;
  PagePool pool_;
  ThreadPool threads_;
  CpuOps ops_;
  Forward forward_;
};

}  // namespace reckon
