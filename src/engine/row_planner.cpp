#include "engine/row_planner.h"

#include <algorithm>

namespace reckon {

std::span<const PlannedRows> RowPlanner::plan(std::span<const std::shared_ptr<WorkGroup>> groups) {
  planned_.clear();
  rows_left_ = rows_per_step_;
  ended_any_ = false;
  ++plan_;
  count_running(groups);
  plan_both(groups);
  if (planned_.empty() && !ended_any_ && running_ > 0) {
    // What runs has no room left, and older works may wait for its pages.
    for (SequenceState* sequence : cache_->sequences) preempt(*sequence);
    plan_both(groups);
  }
  if (planned_.empty() && !ended_any_) {
    // The oldest work could have had the pages of all others: alone, it is still too large.
    for (const auto& group : groups) {
      const auto stuck = std::ranges::find_if(group->works, [](const Work& work) { return !work.done; });
      if (stuck == group->works.end()) continue;
      stuck->chunk.reason = StopReason::memory;
      stuck->done = true;
      break;
    }
  }
  return planned_;
}

void RowPlanner::plan_both(std::span<const std::shared_ptr<WorkGroup>> groups) {
  plan_kind(groups, /*decodes=*/true);
  plan_kind(groups, /*decodes=*/false);
}

void RowPlanner::count_running(std::span<const std::shared_ptr<WorkGroup>> groups) {
  running_ = 0;
  for (const auto& group : groups) {
    for (const Work& work : group->works) {
      if (work.done) {
        work.sequence->ordinal = SequenceState::kAtRest;
        work.sequence->running = false;
      }
      running_ += work.sequence->running ? 1 : 0;
    }
  }
}

void RowPlanner::plan_kind(std::span<const std::shared_ptr<WorkGroup>> groups, bool decodes) {
  queueing_ = false;
  for (const auto& group : groups) {
    for (Work& work : group->works) {
      if (rows_left_ == 0) return;
      if (work.done) continue;
      const bool decode = rows_needed(work) == 1;
      // One that was preempted is not overtaken by younger ones that have not begun.
      if (decodes && !decode && work.kind == WorkKind::extend && !work.sequence->running) queueing_ = true;
      if (decode != decodes) continue;
      if (!plan_work(*group, work) && !work.done && !decodes) return;  // a prompt that waits for pages is not overtaken
    }
  }
}

bool RowPlanner::plan_work(WorkGroup& group, Work& work) {
  SequenceState& sequence = *work.sequence;
  const std::int64_t first = sequence.table.length();
  const std::int64_t count = std::min<std::int64_t>(rows_needed(work), rows_left_);
  if (!find_slots(sequence, count)) return false;
  if (!pay(work, first, count, logits_from(work))) {
    work.chunk.reason = StopReason::lease;
    work.done = true;
    ended_any_ = true;
    return false;
  }
  sequence.planned = plan_;
  planned_.push_back(PlannedRows{&work, &group, first, count, logits_from(work)});
  rows_left_ -= static_cast<int>(count);
  return true;
}

bool RowPlanner::pay(Work& work, std::int64_t first, std::int64_t count, std::int64_t logits_from) const {
  double flops = 0;
  double bytes = 0;
  for (std::int64_t position = first; position < first + count; ++position) {
    flops += cost_->flops(position + 1, position >= logits_from);
    bytes += cost_->kv_bytes(position + 1, kv_type_);
  }
  if (flops > work.lease.flops) return false;
  work.lease.flops -= flops;
  work.spent.flops += flops;
  if (work.kind == WorkKind::feed || work.sequence->purpose == Purpose::verified) work.spent.verified_flops += flops;
  work.spent.bytes += bytes;
  return true;
}

bool RowPlanner::find_slots(SequenceState& sequence, std::int64_t count) {
  if (sequence.running) return make_room(sequence, count);
  if (queueing_ || !admit(sequence, count)) {
    queueing_ = true;
    return false;
  }
  sequence.running = true;
  ++running_;
  return true;
}

// Starting a work whose pages would soon be taken for an older one is work for nothing.
bool RowPlanner::admit(SequenceState& sequence, std::int64_t count) {
  if (running_ == 0) return make_room(sequence, count);
  return free_pages(sequence, sequence.table.pages_needed(count) + running_, /*from_running=*/false) &&
         sequence.table.reserve(count);
}

bool RowPlanner::make_room(SequenceState& sequence, std::int64_t count) {
  while (!sequence.table.reserve(count)) {
    if (free_pages(sequence, sequence.table.pages_needed(count), /*from_running=*/true)) continue;
    // Pages that several others share are taken only where nothing could run otherwise.
    if (!planned_.empty() || !clear_another(sequence)) return false;
  }
  return true;
}

// True when `wanted` pages of the pool are free now.
bool RowPlanner::free_pages(const SequenceState& sequence, std::int64_t wanted, bool from_running) {
  while (cache_->pool.available() < wanted) {
    if (cache_->tree.evict(wanted - cache_->pool.available()) > 0) continue;
    SequenceState* preempted = victim(sequence, from_running);
    if (preempted == nullptr) return false;
    preempted->table.give_back_own();
    preempt(*preempted);
  }
  return true;
}

// Among those with pages of their own: idle sequences first, least recently used first; then those whose work is done, then the
// youngest work younger than this one.
SequenceState* RowPlanner::victim(const SequenceState& sequence, bool from_running) const {
  SequenceState* idle = nullptr;
  SequenceState* youngest = nullptr;
  for (SequenceState* other : cache_->sequences) {
    if (other == &sequence || other->planned == plan_ || !other->table.ends_in_own_page()) continue;
    if (!other->busy) {
      if (idle == nullptr || other->last_use < idle->last_use) idle = other;
    } else if (other->ordinal > sequence.ordinal && (from_running || !other->running)) {
      if (youngest == nullptr || other->ordinal > youngest->ordinal) youngest = other;
    }
  }
  return idle != nullptr ? idle : youngest;
}

bool RowPlanner::clear_another(const SequenceState& sequence) {
  for (SequenceState* other : cache_->sequences) {
    if (other == &sequence || other->table.pages().empty()) continue;
    if (other->busy && other->ordinal <= sequence.ordinal) continue;
    other->table.clear();
    preempt(*other);
    return true;
  }
  return false;
}

void RowPlanner::preempt(SequenceState& sequence) {
  if (sequence.running) --running_;
  sequence.running = false;
}

}  // namespace reckon
