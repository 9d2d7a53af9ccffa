#include "engine/row_planner.h"

#include <algorithm>

namespace reckon {

std::span<const PlannedRows> RowPlanner::plan(std::span<const std::shared_ptr<WorkGroup>> groups) {
  planned_.clear();
  rows_left_ = rows_per_step_;
  ended_any_ = false;
  for (const auto& group : groups) {
    for (const Work& work : group->works) {
      if (work.done) work.sequence->ordinal = SequenceState::kAtRest;
    }
  }
  plan_kind(groups, /*decodes=*/true);
  plan_kind(groups, /*decodes=*/false);
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

void RowPlanner::plan_kind(std::span<const std::shared_ptr<WorkGroup>> groups, bool decodes) {
  for (const auto& group : groups) {
    for (Work& work : group->works) {
      if (rows_left_ == 0) return;
      if (work.done || (rows_needed(work) == 1) != decodes) continue;
      if (!plan_work(*group, work) && !work.done && !decodes) return;  // a prompt that waits for pages is not overtaken
    }
  }
}

bool RowPlanner::plan_work(WorkGroup& group, Work& work) {
  SequenceState& sequence = *work.sequence;
  const std::int64_t first = sequence.table.length();
  const std::int64_t count = std::min<std::int64_t>(rows_needed(work), rows_left_);
  if (!make_room(sequence, count)) return false;
  if (!pay(work, first, count, logits_from(work))) {
    work.chunk.reason = StopReason::lease;
    work.done = true;
    ended_any_ = true;
    return false;
  }
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
  work.spent.bytes += bytes;
  return true;
}

bool RowPlanner::make_room(SequenceState& sequence, std::int64_t count) {
  BlockTable& table = sequence.table;
  while (!table.reserve(count)) {
    const std::int64_t short_of = table.pages_needed(count) - (cache_->pool.capacity() - cache_->pool.in_use());
    if (cache_->tree.evict(std::max<std::int64_t>(short_of, 1)) > 0) continue;
    SequenceState* preempted = victim(sequence);
    if (preempted == nullptr) return false;
    preempted->table.clear();
  }
  return true;
}

// Idle sequences first, least recently used first; then those whose work is done, then the youngest work younger than this one.
SequenceState* RowPlanner::victim(const SequenceState& sequence) const {
  SequenceState* idle = nullptr;
  SequenceState* youngest = nullptr;
  for (SequenceState* other : cache_->sequences) {
    if (other == &sequence || other->table.pages().empty()) continue;
    if (!other->busy) {
      if (idle == nullptr || other->last_use < idle->last_use) idle = other;
    } else if (other->ordinal > sequence.ordinal && !is_planned(other)) {
      if (youngest == nullptr || other->ordinal > youngest->ordinal) youngest = other;
    }
  }
  return idle != nullptr ? idle : youngest;
}

bool RowPlanner::is_planned(const SequenceState* sequence) const {
  return std::ranges::any_of(planned_, [sequence](const PlannedRows& rows) { return rows.work->sequence.get() == sequence; });
}

}  // namespace reckon
