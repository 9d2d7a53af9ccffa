#include "engine/request.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace reckon {

Request::Request(Budget budget, std::uint64_t seed, Clock clock)
    : budget_(budget), seed_(seed), clock_(std::move(clock)), started_(clock_()) {
  if (budget.tokens) tokens_left_ = *budget.tokens;
  if (budget.flops) flops_left_ = *budget.flops;
  if (budget.joules && !energy_.available()) {
    throw Error(ErrorCode::unsupported,
                "joules cannot be limited here: this machine has no readable energy counter under /sys/class/powercap; "
                "limit tokens, flops or seconds instead",
                "--budget");
  }
}

bool Request::lease_exactly(std::int64_t tokens, double flops) {
  const std::scoped_lock lock(spending_mutex_);
  if (tokens > tokens_left_ || flops > flops_left_) return false;
  if (budget_.tokens) tokens_left_ -= tokens;
  if (budget_.flops) flops_left_ -= flops;
  return true;
}

std::vector<Lease> Request::lease_shares(std::span<const Want> wants, double token_flops) {
  const std::scoped_lock lock(spending_mutex_);
  std::int64_t payable = tokens_left_;
  if (budget_.flops && flops_left_ < static_cast<double>(tokens_left_) * token_flops) {
    payable = std::min(tokens_left_, std::max<std::int64_t>(static_cast<std::int64_t>(flops_left_ / token_flops), 1));
  }
  const std::vector<std::int64_t> tokens = share_tokens(payable, wants);
  std::int64_t total = 0;
  for (const std::int64_t share : tokens) total += share;
  std::vector<Lease> leases;
  leases.reserve(tokens.size());
  const double flops = flops_left_;
  for (const std::int64_t share : tokens) {
    // Multiplying before dividing by the total keeps the sum of shares at or below what is left, up to rounding, which the
    // subtraction below absorbs: flops_left_ never falls under zero.
    const double part = total > 0 ? flops * (static_cast<double>(share) / static_cast<double>(total)) : 0;
    leases.push_back(Lease{share, budget_.flops ? std::min(part, flops_left_) : flops});
    if (budget_.flops) flops_left_ -= leases.back().flops;
  }
  if (budget_.tokens) tokens_left_ -= total;
  return leases;
}

void Request::give_back(const Lease& unspent) {
  const std::scoped_lock lock(spending_mutex_);
  if (budget_.tokens) tokens_left_ += unspent.tokens;
  if (budget_.flops) flops_left_ += unspent.flops;
}

void Request::charge(const Ledger& spent) {
  const std::scoped_lock lock(spending_mutex_);
  spent_ += spent;
}

bool Request::out_of_time(double next_step_seconds) const {
  if (budget_.seconds && seconds() + next_step_seconds >= *budget_.seconds) return true;
  return budget_.joules && energy_.joules() >= *budget_.joules;
}

double Request::seconds_left() const {
  return budget_.seconds ? *budget_.seconds - seconds() : std::numeric_limits<double>::infinity();
}

void Request::note_unscored(Unscored unscored) {
  const std::scoped_lock lock(spending_mutex_);
  unscored_ = unscored;
}

Request::Unscored Request::unscored() const {
  const std::scoped_lock lock(spending_mutex_);
  return unscored_;
}

bool Request::exhausted() const {
  if (drawing_ended_ || out_of_time()) return true;
  const std::scoped_lock lock(spending_mutex_);
  return tokens_left_ <= 0 || flops_left_ <= 0;
}

std::int64_t Request::tokens_left() const {
  const std::scoped_lock lock(spending_mutex_);
  return tokens_left_;
}

double Request::flops_left() const {
  const std::scoped_lock lock(spending_mutex_);
  return flops_left_;
}

Ledger Request::ledger() const {
  Ledger ledger;
  {
    const std::scoped_lock lock(spending_mutex_);
    ledger = spent_;
  }
  ledger.seconds = seconds();
  const std::scoped_lock lock(holdings_mutex_);
  for (const Holding& holding : holdings_) ledger.peak_kv_bytes += holding.account->peak_pages() * holding.page_bytes;
  return ledger;
}

std::shared_ptr<PageAccount> Request::account(const PagePool& pool) {
  const std::scoped_lock lock(holdings_mutex_);
  const auto known = std::ranges::find(holdings_, &pool, &Holding::pool);
  if (known != holdings_.end()) return known->account;
  holdings_.push_back(Holding{&pool, pool.page_bytes(), std::make_shared<PageAccount>()});
  return holdings_.back().account;
}

}  // namespace reckon
