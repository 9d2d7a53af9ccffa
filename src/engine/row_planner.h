// Chooses the rows of the next batch: running decodes first, one row each, then prompts in chunks into what is left of the row
// limit (Sarathi-Serve, arXiv:2403.02310), oldest first. When pages are short, it evicts cached prefixes, then takes pages from
// sequences at rest. A work is admitted only while this leaves a page for each that runs already; the others queue. Those that
// run take pages from the youngest, which are recomputed later (PagedAttention, arXiv:2309.06180, section 4.5).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/work.h"
#include "models/cost.h"
#include "models/model.h"

namespace reckon {

struct PlannedRows {  // a run of consecutive positions of one work's sequence
  Work* work = nullptr;
  WorkGroup* group = nullptr;
  std::int64_t first = 0;  // position
  std::int64_t count = 0;
  std::int64_t logits_from = 0;  // positions from here on want logits
};

class RowPlanner {  // engine thread only, with the cache's lock held
 public:
  RowPlanner(KvCache& cache, const TokenCost& cost, DType kv_type, int rows_per_step)
      : cache_(&cache), cost_(&cost), kv_type_(kv_type), rows_per_step_(rows_per_step) {}

  // `groups` oldest first. Reserves the slots of every planned row and takes its FLOPs from the work's lease. Works whose lease
  // cannot pay (StopReason::lease) and works that can never fit (StopReason::memory) are marked done.
  // The span is valid until the next call.
  std::span<const PlannedRows> plan(std::span<const std::shared_ptr<WorkGroup>> groups);

 private:
  void plan_both(std::span<const std::shared_ptr<WorkGroup>> groups);
  void plan_kind(std::span<const std::shared_ptr<WorkGroup>> groups, bool decodes);
  bool plan_work(WorkGroup& group, Work& work);
  bool pay(Work& work, std::int64_t first, std::int64_t count, std::int64_t logits_from) const;
  void count_running(std::span<const std::shared_ptr<WorkGroup>> groups);
  bool find_slots(SequenceState& sequence, std::int64_t count);
  bool admit(SequenceState& sequence, std::int64_t count);
  bool make_room(SequenceState& sequence, std::int64_t count);
  bool free_pages(const SequenceState& sequence, std::int64_t wanted, bool from_running);
  SequenceState* victim(const SequenceState& sequence, bool from_running) const;
  bool clear_another(const SequenceState& sequence);
  void preempt(SequenceState& sequence);

  KvCache* cache_;
  const TokenCost* cost_;
  DType kv_type_;
  int rows_per_step_;
  int rows_left_ = 0;
  bool ended_any_ = false;    // a lease could not pay: its pages may let another work go on
  bool queueing_ = false;     // a work waits for admission: nobody behind it is admitted
  std::int64_t running_ = 0;  // sequences that are admitted
  std::uint64_t plan_ = 0;    // number of this plan
  std::vector<PlannedRows> planned_;
};

}  // namespace reckon
