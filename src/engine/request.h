// One problem being answered, as the engine sees it: its budget, its ledger, its seed, and whether it was cancelled.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/clock.h"
#include "engine/budget.h"
#include "engine/energy.h"
#include "engine/ledger.h"
#include "kv/page_account.h"
#include "kv/page_pool.h"

namespace reckon {

class Request {  // thread-safe
 public:
  // Throws Error unsupported when the budget limits joules and this machine has no energy counter.
  Request(Budget budget, std::uint64_t seed, Clock clock = monotonic_seconds);

  std::uint64_t seed() const noexcept { return seed_; }
  const Budget& budget() const noexcept { return budget_; }

  // Whose cached prompts this request may read, and who may read its own: requests of the same scope. 0 = all that set none. With
  // a scope of its own, what a request costs does not depend on what ran before it. Set before the request is used.
  std::uint64_t prefix_scope() const noexcept { return prefix_scope_; }
  void set_prefix_scope(std::uint64_t scope) noexcept { prefix_scope_ = scope; }

  void cancel() noexcept { cancelled_ = true; }
  bool cancelled() const noexcept { return cancelled_; }

  // Sets aside exactly `tokens` and `flops`, or nothing: false when the budget cannot pay.
  bool lease_exactly(std::int64_t tokens, double flops);
  // Sets tokens aside as share_tokens says, of as many as tokens and, at `token_flops` each, flops can pay (at least one, while
  // any are left: that is an estimate); and all flops that are left, in proportion to the tokens granted.
  std::vector<Lease> lease_shares(std::span<const Want> wants, double token_flops);
  void give_back(const Lease& unspent);

  // Records what was done under a lease. Never refuses: the lease was the permission.
  void charge(const Ledger& spent);

  // True when the time or energy limit is reached, or would be by a step of this many seconds: so the limit is kept, not noticed.
  bool out_of_time(double next_step_seconds = 0) const;
  double seconds_left() const;  // infinity where time is not limited; may be negative

  // What must still be scored when drawing ends: rows, as many as of the engine that draws would take as long, and so many more
  // for each token that it draws. Time is kept for them, as tokens and operations are leased.
  struct Unscored {
    double rows = 0;
    double rows_per_token = 0;
  };
  void note_unscored(Unscored unscored);
  Unscored unscored() const;
  // Nothing more can be drawn in time, or is wanted, though what was drawn can still be scored: from here on the budget counts as
  // exhausted, and what is being drawn ends with the step. A signal handler may call it.
  void end_drawing() noexcept { drawing_ended_ = true; }
  bool drawing_ended() const noexcept { return drawing_ended_; }
  // True when a further token could not be paid for: tokens or flops all leased or used up, or out_of_time().
  bool exhausted() const;
  std::int64_t tokens_left() const;  // not leased yet; a very large number where tokens are not limited
  double flops_left() const;         // the same; infinity where flops are not limited

  double seconds() const { return clock_() - started_; }
  // With seconds and peak_kv_bytes filled in. Of several engines that worked for it the peaks are added: they may have been at
  // different times, so that is an upper bound.
  Ledger ledger() const;

  // Pages that this request's sequences hold in an engine's pool, which is a key and is not looked into. The account itself is
  // guarded by that engine's KV lock.
  std::shared_ptr<PageAccount> account(const PagePool& pool);

 private:
  Budget budget_;
  std::uint64_t seed_;
  std::uint64_t prefix_scope_ = 0;
  Clock clock_;
  double started_;
  EnergyMeter energy_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> drawing_ended_ = false;
  struct Holding {
    const PagePool* pool;
    std::int64_t page_bytes;
    std::shared_ptr<PageAccount> account;
  };
  mutable std::mutex holdings_mutex_;  // guards the one below
  std::vector<Holding> holdings_;      // one per engine
  mutable std::mutex spending_mutex_;  // guards the four below
  Unscored unscored_;
  Ledger spent_;
  std::int64_t tokens_left_ = std::numeric_limits<std::int64_t>::max();
  double flops_left_ = std::numeric_limits<double>::infinity();
};

using RequestHandle = std::shared_ptr<Request>;

}  // namespace reckon
