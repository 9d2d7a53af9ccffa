// The loop on the engine's thread: admit, draw what can be drawn, plan rows, run them, publish. Everything that may happen to a
// sequence while work is under way on it happens here.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/thread_pool.h"
#include "engine/awaitable.h"
#include "engine/kv_cache.h"
#include "engine/row_planner.h"
#include "engine/sampling/batch_sampler.h"
#include "engine/step_clock.h"
#include "engine/work.h"
#include "models/forward.h"
#include "tensor/cpu_ops.h"

namespace reckon {

class EngineLoop {
 public:
  EngineLoop(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, EngineOptions options);
  ~EngineLoop();  // stops the thread; groups under way end with Error cancelled
  EngineLoop(const EngineLoop&) = delete;
  EngineLoop& operator=(const EngineLoop&) = delete;

  // Hands a group over and resumes when all its works are done; leases are given back and charges made by then. Any thread.
  awaitable<void> run(std::shared_ptr<WorkGroup> group);

  const std::shared_ptr<KvCache>& cache() const { return cache_; }
  const Model& model() const { return *model_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  const EngineOptions& options() const { return options_; }

 private:
  void submit(std::shared_ptr<WorkGroup> group);
  void loop();
  void wait_for_work(std::unique_lock<std::mutex>& queue_lock);
  void step();

  void admit(WorkGroup& group);
  void adopt_cached_prefix(Work& work, std::uint64_t scope);
  std::int64_t rows_of_next_step() const;
  double seconds_to_score(const WorkGroup& group) const;
  static bool draws(const WorkGroup& group);  // paths that answer, not what scores them
  void end_hopeless();
  void draw_ready();
  void forward(std::span<const PlannedRows> planned);
  void take_results(std::span<const PlannedRows> planned);
  void note_progress(std::span<const PlannedRows> planned);
  void collect_draw(WorkGroup& group, Work& work, std::span<const float> logits);
  void draw_collected();
  void complete_open(WorkGroup& group, Work& work, std::span<const float> logits, std::span<const float> hidden);
  void note_reading(WorkGroup& group, Work& work, std::int64_t position, std::span<const float> logits);
  void publish_finished();
  static void take_back_unread(Work& work);
  void settle(WorkGroup& group);

  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  EngineOptions options_;
  std::shared_ptr<KvCache> cache_;

  // Below: engine thread only.
  std::shared_ptr<ThreadPool> pool_;
  CpuOps cpu_ops_;
  std::unique_ptr<Ops> timed_ops_;  // around those above, when there is a profile
  Forward forward_;
  RowPlanner planner_;
  BatchSampler sampler_;
  std::vector<DrawRow> draws_;  // collected, of the works beside
  struct Drawing {
    WorkGroup* group;
    Work* work;
  };
  std::vector<Drawing> drawing_;
  std::vector<BatchRow> rows_;
  std::vector<BatchSequence> sequences_;
  std::vector<const Request*> charged_;
  std::vector<std::shared_ptr<WorkGroup>> active_;  // oldest first
  StepClock step_clock_;
  std::uint64_t next_ordinal_ = 1;

  std::mutex queue_mutex_;  // guards the two below
  std::vector<std::shared_ptr<WorkGroup>> queue_;
  bool stopping_ = false;
  std::condition_variable queue_changed_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace reckon
