#include "engine/engine_loop.h"

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>

#include "base/clock.h"
#include "base/error.h"
#include "base/rng.h"
#include "engine/decoding.h"
#include "tensor/timed_ops.h"

namespace reckon {
namespace {

PagePoolOptions pool_options(const Model& model, const EngineOptions& options) {
  const std::int64_t page_bytes = model.kv_layout(options.kv_type, options.slots_per_page).page_bytes();
  if (options.kv_bytes < page_bytes) {
    throw Error(ErrorCode::out_of_resources, "the KV limit of " + std::to_string(options.kv_bytes) +
                                                 " bytes is below one page (" + std::to_string(page_bytes) +
                                                 " bytes); raise --kv-bytes");
  }
  return PagePoolOptions{page_bytes, options.slots_per_page, options.kv_bytes / page_bytes};
}

// Looked for behind every prompt: broken weights make all that follows meaningless, and nothing else would say so.
std::exception_ptr no_numbers(const Model& model) {
  return std::make_exception_ptr(Error(ErrorCode::bad_file,
                                       "the logits behind the prompt are not all numbers: the file holds weights that are "
                                       "infinite or no numbers (NaN); convert or download it again",
                                       model.file().name()));
}

// Looked for behind every token, at no cost: its log-probability is no number where one of the logits is none.
std::exception_ptr no_numbers_behind(const Model& model, std::int64_t tokens) {
  return std::make_exception_ptr(
      Error(ErrorCode::bad_file,
            "the logits behind " + std::to_string(tokens) +
                " tokens are not all numbers: the file holds weights that are infinite or no numbers (NaN), or keys and values "
                "that are too large for their type; try --kv-type f32",
            model.file().name()));
}

KvView kv_view(const Model& model, const EngineOptions& options, KvCache& cache) {
  return KvView{model.kv_layout(options.kv_type, options.slots_per_page), cache.pool.base(), cache.pool.capacity()};
}

}  // namespace

EngineLoop::EngineLoop(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, EngineOptions options)
    : model_(std::move(model)),
      tokenizer_(std::move(tokenizer)),
      options_(options),
      cache_(std::make_shared<KvCache>(pool_options(*model_, options_))),
      pool_(options_.pool),
      cpu_ops_(*pool_),
      timed_ops_(options_.profile == nullptr ? nullptr : std::make_unique<TimedOps>(cpu_ops_, *options_.profile)),
      forward_(model_, timed_ops_ == nullptr ? cpu_ops_ : *timed_ops_, kv_view(*model_, options_, *cache_),
               options_.rows_per_step),
      planner_(*cache_, model_->cost(), options_.kv_type, options_.rows_per_step),
      sampler_(*pool_),
      thread_([this] { loop(); }) {}

EngineLoop::~EngineLoop() {
  {
    const std::scoped_lock lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_all();
}

awaitable<void> EngineLoop::run(std::shared_ptr<WorkGroup> group) {
  auto initiate = [this](auto handler, std::shared_ptr<WorkGroup> started) {
    // The handler moves only, std::function copies: shared ownership bridges them. The guard keeps the caller's executor alive.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto guard = boost::asio::make_work_guard(boost::asio::get_associated_executor(*shared));
    started->resume = [shared, guard](std::exception_ptr fault) {
      boost::asio::post(guard.get_executor(), [shared, fault] { std::move (*shared)(fault); });
    };
    submit(std::move(started));
  };
  using Signature = void(std::exception_ptr);
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(
      std::move(initiate), boost::asio::use_awaitable, std::move(group));
}

void EngineLoop::submit(std::shared_ptr<WorkGroup> group) {
  {
    const std::scoped_lock lock(queue_mutex_);
    queue_.push_back(std::move(group));
  }
  queue_changed_.notify_one();
}

void EngineLoop::loop() {
  std::vector<std::shared_ptr<WorkGroup>> arrived;
  while (true) {
    const ProfileScope scope(options_.profile, "bookkeeping");  // what no scope within has a name for
    {
      std::unique_lock lock(queue_mutex_);
      wait_for_work(lock);
      arrived.swap(queue_);
      for (auto& group : arrived) active_.push_back(std::move(group));
      if (stopping_) break;
    }
    const std::size_t first = active_.size() - arrived.size();
    arrived.clear();
    for (std::size_t i = first; i < active_.size(); ++i) admit(*active_[i]);
    step();
  }
  for (const auto& group : active_) {
    settle(*group);
    group->resume(std::make_exception_ptr(Error(ErrorCode::cancelled, "the engine was shut down")));
    group->resume = nullptr;
  }
  active_.clear();
}

void EngineLoop::wait_for_work(std::unique_lock<std::mutex>& queue_lock) {
  const auto some = [this] { return stopping_ || !queue_.empty() || !active_.empty(); };
  if (some()) return;
  // Callers have the turn: a result on its way to one, or the next call on its way here.
  const ProfileScope scope(options_.profile, "between calls");
  queue_changed_.wait(queue_lock, some);
}

void EngineLoop::admit(WorkGroup& group) {
  const ProfileScope scope(options_.profile, "admit");
  group.unfinished = group.works.size();
  const std::scoped_lock lock(cache_->mutex);
  for (Work& work : group.works) {
    work.sequence->ordinal = next_ordinal_++;
    if (work.kind == WorkKind::open) adopt_cached_prefix(work, group.request->prefix_scope());
  }
}

void EngineLoop::adopt_cached_prefix(Work& work, std::uint64_t scope) {
  if (!options_.prefix_cache) return;
  SequenceState& sequence = *work.sequence;
  // The last token is always computed: the logits behind it are what the prompt is run for.
  const std::vector<PageId> pages = cache_->tree.match(TokenSpan(sequence.tokens).first(sequence.tokens.size() - 1), scope);
  sequence.table.adopt(pages);
  sequence.charged = sequence.table.length();
  (sequence.purpose == Purpose::verified ? work.spent.verified : work.spent.prompt_cached) += sequence.table.length();
}

void EngineLoop::step() {
  const std::scoped_lock turn(pool_->turns());
  const ProfiledPool profiled(*pool_, options_.profile);
  const double begin = monotonic_seconds();
  end_hopeless();
  draw_ready();
  std::span<const PlannedRows> planned;
  const bool wants_rows = std::ranges::any_of(
      active_, [](const auto& group) { return std::ranges::any_of(group->works, [](const Work& work) { return !work.done; }); });
  if (wants_rows) {
    const ProfileScope scope(options_.profile, "plan");
    const std::scoped_lock lock(cache_->mutex);
    planned = planner_.plan(active_);
    note_progress(planned);
  }
  if (!planned.empty()) {
    forward(planned);
    take_results(planned);
    step_clock_.note(std::ssize(rows_), monotonic_seconds() - begin);
  }
  publish_finished();
}

// Of all that is under way, as far as one step goes.
std::int64_t EngineLoop::rows_of_next_step() const {
  std::int64_t rows = 0;
  for (const auto& group : active_) {
    for (const Work& work : group->works) rows += work.done ? 0 : std::max<std::int64_t>(rows_needed(work), 1);
  }
  return std::min<std::int64_t>(rows, options_.rows_per_step);
}

// What a verifier will take for all that was drawn, with a quarter as margin. What is drawn for the verifier itself leaves it no
// such work.
double EngineLoop::seconds_to_score(const WorkGroup& group) const {
  const Request::Unscored unscored = group.request->unscored();
  if (unscored.rows_per_token <= 0) return 0;
  double rows = unscored.rows;
  for (const Work& work : group.works) {
    if (work.kind != WorkKind::extend || work.sequence->purpose == Purpose::verified) return 0;
    rows += unscored.rows_per_token * static_cast<double>(work.chunk.tokens.size());
  }
  return 1.25 * rows * step_clock_.row_seconds() + step_clock_.base_seconds();
}

bool EngineLoop::draws(const WorkGroup& group) {
  return std::ranges::any_of(
      group.works, [](const Work& work) { return work.kind == WorkKind::extend && work.sequence->purpose != Purpose::verified; });
}

void EngineLoop::end_hopeless() {
  const ProfileScope scope(options_.profile, "plan");
  const std::int64_t rows = rows_of_next_step();
  // Scores that are given up make all that was drawn worth less, so they may come as late as a step sometimes is; for what is
  // still drawn, such a step is expected.
  const double next_step = step_clock_.predicted(rows);
  const double usual_step = step_clock_.expected(rows);
  for (const auto& group : active_) {
    const bool drawing = draws(*group);
    const bool late = group->request->out_of_time(drawing ? next_step + seconds_to_score(*group) : usual_step);
    if (late) group->request->end_drawing();
    const bool unwanted = group->request->drawing_ended() && drawing;
    if (!late && !unwanted && !group->request->cancelled()) continue;
    for (Work& work : group->works) {
      if (work.done) continue;
      work.chunk.reason = StopReason::budget;
      work.done = true;
    }
  }
}

// Draws that need no row: the logits behind the last token are kept from the prompt. Also ends works that may not draw at all.
void EngineLoop::draw_ready() {
  const ProfileScope scope(options_.profile, "draw");
  for (const auto& group : active_) {
    for (Work& work : group->works) {
      if (work.done || work.kind != WorkKind::extend) continue;
      if (may_not_draw(work, model_->info().context_length)) continue;
      if (const auto logits = work.sequence->logits) collect_draw(*group, work, *logits);
    }
  }
  draw_collected();
}

void EngineLoop::collect_draw(WorkGroup& group, Work& work, std::span<const float> logits) {
  const SequenceState& sequence = *work.sequence;
  // A model may have rows for more tokens than the tokenizer knows: those have no text, and are not drawn.
  const auto known = static_cast<std::size_t>(tokenizer_->vocabulary_size());
  logits = logits.first(std::min(logits.size(), known));
  const double uniform = uniform_at(sequence.request->seed(), sequence.path, static_cast<std::uint32_t>(sequence.tokens.size()));
  draws_.push_back(
      DrawRow{logits, sequence.tokens, sequence.prompt_length, &work.options.sampling, uniform, work.options.statistics});
  drawing_.push_back({&group, &work});
}

void EngineLoop::draw_collected() {
  if (draws_.empty()) return;
  {
    const ProfileScope scope(options_.profile, "sample");
    sampler_.sample(draws_);
  }
  for (std::size_t i = 0; i < draws_.size(); ++i) {
    const auto& [group, drawing] = drawing_[i];
    Work& work = *drawing;
    if (!std::isfinite(draws_[i].drawn.log_probability)) {
      work.done = true;
      group->fault = no_numbers_behind(*model_, std::ssize(work.sequence->tokens));
      continue;
    }
    if (work.options.likely_tokens > 0) {
      work.chunk.likely_tokens.push_back(Sampler::likely_tokens(draws_[i].logits, work.options.likely_tokens));
    }
    if (work.options.statistics > 0) work.chunk.statistics.push_back(draws_[i].statistics);
    append_drawn(work, draws_[i].drawn, *tokenizer_);
    may_not_draw(work, model_->info().context_length);
  }
  draws_.clear();
  drawing_.clear();
}

// Fills in what the batch needs while the cache's lock is held: block tables may not change between here and the forward pass,
// because works under way are touched by this thread only and preemption happens in planning.
void EngineLoop::note_progress(std::span<const PlannedRows> planned) {
  rows_.clear();
  sequences_.clear();
  for (const PlannedRows& run : planned) {
    SequenceState& sequence = *run.work->sequence;
    const auto index = static_cast<std::int32_t>(sequences_.size());
    sequences_.push_back(BatchSequence{sequence.table.pages()});
    for (std::int64_t position = run.first; position < run.first + run.count; ++position) {
      rows_.push_back(BatchRow{sequence.tokens[static_cast<std::size_t>(position)], static_cast<std::int32_t>(position), index,
                               position >= run.logits_from});
    }
    sequence.table.commit(run.count);
    charge_rows(*run.work, run.first, run.count);
    sequence.last_use = ++cache_->clock;
  }
}

void EngineLoop::forward(std::span<const PlannedRows> planned) {
  const ProfileScope scope(options_.profile, "between ops");
  forward_.run(Batch{rows_, sequences_});
  const bool logits = std::ranges::any_of(rows_, [](const BatchRow& row) { return row.wants_logits; });
  const double weight_bytes = model_->cost().step_bytes(std::ssize(rows_), logits);
  // The weights pass through once per step, whoever shares it: each request is charged one pass for each step it took part in.
  charged_.clear();
  for (const PlannedRows& run : planned) {
    const Request* request = run.group->request.get();
    if (std::ranges::find(charged_, request) != charged_.end()) continue;
    charged_.push_back(request);
    run.work->spent.bytes += weight_bytes;
  }
}

void EngineLoop::take_results(std::span<const PlannedRows> planned) {
  const ProfileScope scope(options_.profile, "draw");
  int next = 0;  // among the rows that wanted logits
  for (const PlannedRows& run : planned) {
    Work& work = *run.work;
    for (std::int64_t position = std::max(run.first, run.logits_from); position < run.first + run.count; ++position) {
      const int row = next++;
      const std::span<const float> logits = forward_.logits(row);
      switch (work.kind) {
        case WorkKind::open: complete_open(*run.group, work, logits, forward_.hidden(row)); break;
        case WorkKind::extend: collect_draw(*run.group, work, logits); break;
        case WorkKind::feed: note_reading(*run.group, work, position, logits); break;
      }
    }
  }
  draw_collected();
}

void EngineLoop::complete_open(WorkGroup& group, Work& work, std::span<const float> logits, std::span<const float> hidden) {
  SequenceState& sequence = *work.sequence;
  if (!std::ranges::all_of(logits, [](float logit) { return std::isfinite(logit); })) {
    work.done = true;
    group.fault = no_numbers(*model_);
    return;
  }
  sequence.logits = std::make_shared<const std::vector<float>>(logits.begin(), logits.end());
  if (work.keep_hidden) sequence.hidden.assign(hidden.begin(), hidden.end());
  work.completed = true;
  work.done = true;
  if (!options_.prefix_cache) return;
  const std::scoped_lock lock(cache_->mutex);
  const auto full = static_cast<std::size_t>(sequence.prompt_length / options_.slots_per_page);
  cache_->tree.insert(TokenSpan(sequence.tokens).first(full * static_cast<std::size_t>(options_.slots_per_page)),
                      sequence.table.pages().first(full), group.request->prefix_scope());
}

// Rows may come again after a preemption, so everything is noted by its index.
void EngineLoop::note_reading(WorkGroup& group, Work& work, std::int64_t position, std::span<const float> logits) {
  SequenceState& sequence = *work.sequence;
  Reading& reading = work.reading;
  if (position + 1 >= reading.scores_from && position + 1 < sequence.size()) {
    const float score = Sampler::log_probability(logits, sequence.tokens[static_cast<std::size_t>(position) + 1]);
    if (std::isnan(score)) group.fault = no_numbers_behind(*model_, position + 1);
    reading.fed.scores[static_cast<std::size_t>(position + 1 - reading.first)] = score;
  }
  const auto watched = std::ranges::lower_bound(reading.watched_at, position);
  if (watched != reading.watched_at.end() && *watched == position) {
    reading.fed.watched[static_cast<std::size_t>(watched - reading.watched_at.begin())] =
        Sampler::log_probabilities(logits, reading.watched);
  }
  const bool needs_last = reading.needs_last(sequence.size());
  if (position + (needs_last ? 1 : 2) < sequence.size()) return;
  if (needs_last) sequence.logits = std::make_shared<const std::vector<float>>(logits.begin(), logits.end());
  work.completed = work.done = true;
}

void EngineLoop::publish_finished() {
  const ProfileScope scope(options_.profile, "publish");
  for (const auto& group : active_) {
    const bool finished = std::ranges::all_of(group->works, [](const Work& work) { return work.done; });
    if (!finished) continue;
    settle(*group);
    group->unfinished = 0;
    std::exception_ptr fault = group->fault;
    if (group->request->cancelled()) fault = std::make_exception_ptr(Error(ErrorCode::cancelled, "the request was cancelled"));
    group->resume(fault);
    group->resume = nullptr;
  }
  std::erase_if(active_, [](const auto& group) { return group->unfinished == 0; });
}

// Of given tokens whose rows were to be run and were not, nothing was verified.
void EngineLoop::take_back_unread(Work& work) {
  if (work.kind != WorkKind::feed || work.completed) return;
  const std::int64_t unread = work.sequence->size() - std::max(work.sequence->charged, work.reading.first);
  work.spent.verified -= unread;
  work.lease.tokens += unread;
}

// Charges what was spent, gives back what was not, and lets go of the sequences.
void EngineLoop::settle(WorkGroup& group) {
  for (Work& work : group.works) {
    finish_text(work);
    take_back_unread(work);
    group.request->charge(work.spent);
    group.request->give_back(work.lease);
  }
  const std::scoped_lock lock(cache_->mutex);
  for (Work& work : group.works) {
    work.sequence->busy = work.sequence->running = false;
    work.sequence->ordinal = SequenceState::kAtRest;  // its next work gets one when it is admitted
    work.sequence->last_use = ++cache_->clock;
  }
}

}  // namespace reckon
