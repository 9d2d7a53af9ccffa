#include "engine/engine.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/thread_pool.h"
#include "engine/engine_loop.h"

namespace reckon {
namespace {

EngineOptions filled_in(EngineOptions options) {
  options.threads = threads_or_processors(options.threads);
  if (options.kv_bytes == 0) options.kv_bytes = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE) / 4;
  const auto require = [](bool holds, std::string_view field, std::int64_t value, std::string_view range) {
    if (!holds) throw Error(ErrorCode::bad_argument, fmt::format("{} is {}; expected {}", field, value, range));
  };
  const auto require_count = [&require](int value, int most, std::string_view field) {
    require(value >= 1 && value <= most, field, value, fmt::format("1 to {}", most));
  };
  if (options.pool) options.threads = options.pool->threads();
  require_count(options.threads, kMostThreads, "threads");
  require(options.kv_bytes > 0, "kv_bytes", options.kv_bytes, "0 (a quarter of memory) or above");
  require(is_page_size(options.slots_per_page), "slots_per_page", options.slots_per_page,
          fmt::format("one of {}", fmt::join(kPageSlots, ", ")));
  require_count(options.rows_per_step, kMostRowsPerStep, "rows_per_step");
  if (!options.pool) options.pool = std::make_shared<ThreadPool>(options.threads);
  return options;
}

void validate_prompt(const EngineLoop& loop, TokenSpan prompt) {
  const auto length = static_cast<std::int64_t>(prompt.size());
  const std::int64_t context = loop.model().info().context_length;
  if (length == 0) throw Error(ErrorCode::bad_argument, "the prompt is empty; expected at least one token");
  if (length >= context) {
    throw Error(ErrorCode::too_long,
                fmt::format("the prompt has {} tokens; the model's context holds {}, and at least one must be left to answer",
                            length, context));
  }
  const auto outside =
      std::ranges::find_if(prompt, [&](Token token) { return token < 0 || token >= loop.model().info().vocabulary; });
  if (outside != prompt.end()) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("prompt token {} is outside the vocabulary of {}", *outside, loop.model().info().vocabulary));
  }
  const EngineOptions& options = loop.options();
  const std::int64_t pages = (length + options.slots_per_page) / options.slots_per_page;  // and one slot to draw into
  const std::scoped_lock lock(loop.cache()->mutex);
  const PagePool& pool = loop.cache()->pool;
  if (pages > pool.capacity()) {
    throw Error(ErrorCode::out_of_resources,
                fmt::format("the prompt of {} tokens needs {} bytes of KV pages, the limit is {}; raise --kv-bytes", length,
                            pages * pool.page_bytes(), pool.capacity() * pool.page_bytes()));
  }
}

double prompt_flops(const TokenCost& cost, std::int64_t length) {
  double flops = 0;
  for (std::int64_t position = 0; position < length; ++position) flops += cost.flops(position + 1, position + 1 == length);
  return flops;
}

// Before `count` tokens are put behind `size` others.
void require_room(const EngineLoop& loop, std::int64_t size, std::int64_t count) {
  const std::int64_t context = loop.model().info().context_length;
  if (count >= 1 && size + count < context) return;
  throw Error(ErrorCode::bad_argument,
              fmt::format("{} given tokens behind {}: expected at least one, and room for one more in the "
                          "model's context of {}",
                          count, size, context));
}

// The last tokens as if they had never been: of positions that were run, keys and values are forgotten.
void take_back(SequenceState& state, std::int64_t count) {
  const std::int64_t left = state.size() - count;
  state.tokens.resize(static_cast<std::size_t>(left));
  state.charged = std::min(state.charged, left);
  const std::scoped_lock lock(state.cache->mutex);
  if (state.busy) throw Error(ErrorCode::internal, "a sequence cannot be cut while a call on it is under way");
  state.table.truncate(std::min(state.table.length(), left));
}

void mark_busy(KvCache& cache, SequenceState& sequence) {
  const std::scoped_lock lock(cache.mutex);
  if (sequence.busy) throw Error(ErrorCode::internal, "two calls on one sequence at a time");
  sequence.busy = true;
}

// The work of computing a prompt, which is paid for here. Nothing when the request's budget cannot pay.
std::optional<Work> opening(const EngineLoop& loop, OpenWork open, const RequestHandle& request) {
  const auto length = static_cast<std::int64_t>(open.prompt.size());
  const double flops = request->budget().flops ? prompt_flops(loop.model().cost(), length) : 0;
  if (request->out_of_time() || !request->lease_exactly(length, flops)) return std::nullopt;
  Work work;
  work.kind = WorkKind::open;
  work.sequence = std::make_shared<SequenceState>(loop.cache(), request, loop.tokenizer());
  work.sequence->path = open.path;
  work.sequence->purpose = open.purpose;
  work.sequence->tokens = std::move(open.prompt);
  work.sequence->prompt_length = length;
  // The tokens of a prompt are spent by opening it, also where keys and values come from the cache.
  work.lease.flops = request->budget().flops ? flops : std::numeric_limits<double>::infinity();
  mark_busy(*loop.cache(), *work.sequence);
  return work;
}

}  // namespace

const char* name_of(StopReason reason) noexcept {
  switch (reason) {
    case StopReason::end_of_text: return "end_of_text";
    case StopReason::stop_text: return "stop_text";
    case StopReason::step: return "step";
    case StopReason::length: return "length";
    case StopReason::context: return "context";
    case StopReason::lease: return "lease";
    case StopReason::budget: return "budget";
    case StopReason::memory: return "memory";
  }
  return "budget";
}

Sequence::Sequence(std::shared_ptr<SequenceState> state) : state_(std::move(state)) {}
Sequence::Sequence(Sequence&&) noexcept = default;
Sequence& Sequence::operator=(Sequence&&) noexcept = default;
Sequence::~Sequence() = default;

TokenSpan Sequence::tokens() const { return state_->tokens; }
std::int64_t Sequence::prompt_length() const { return state_->prompt_length; }
std::span<const float> Sequence::hidden() const { return state_->hidden; }

Engine::Engine(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, EngineOptions options)
    : loop_(std::make_shared<EngineLoop>(std::move(model), std::move(tokenizer), filled_in(options))) {}
Engine::~Engine() = default;

const Model& Engine::model() const { return loop_->model(); }
const Tokenizer& Engine::tokenizer() const { return loop_->tokenizer(); }
const EngineOptions& Engine::options() const { return loop_->options(); }

void Engine::limit_kv(std::int64_t bytes) {
  PagePool& pool = loop_->cache()->pool;
  if (bytes < pool.page_bytes()) {
    throw Error(ErrorCode::out_of_resources,
                fmt::format("of the KV limit, {} bytes are for model {}, below one page ({} bytes); raise --kv-bytes", bytes,
                            model().info().name, pool.page_bytes()));
  }
  const std::scoped_lock lock(loop_->cache()->mutex);
  pool.limit(bytes / pool.page_bytes());
}

awaitable<std::optional<Sequence>> Engine::open(std::vector<Token> prompt, RequestHandle request, std::uint64_t path,
                                                Purpose purpose, bool keep_hidden) {
  validate_prompt(*loop_, prompt);
  OpenWork open(std::move(prompt), path, purpose);
  std::optional<Work> work = opening(*loop_, std::move(open), request);
  if (!work) co_return std::nullopt;
  work->keep_hidden = keep_hidden;
  auto group = std::make_shared<WorkGroup>();
  group->request = request;
  group->works.push_back(std::move(*work));

  co_await loop_->run(group);
  if (!group->works.front().completed) co_return std::nullopt;
  co_return Sequence(std::move(group->works.front().sequence));
}

awaitable<std::vector<std::optional<Sequence>>> Engine::open_each(std::vector<OpenWork> works, RequestHandle request) {
  for (const OpenWork& open : works) validate_prompt(*loop_, open.prompt);
  std::vector<std::optional<Sequence>> sequences(works.size());
  auto group = std::make_shared<WorkGroup>();
  group->request = request;
  std::vector<std::size_t> places;  // of those that are paid for
  for (std::size_t i = 0; i < works.size(); ++i) {
    std::optional<Work> work = opening(*loop_, std::move(works[i]), request);
    if (!work) continue;
    places.push_back(i);
    group->works.push_back(std::move(*work));
  }
  if (places.empty()) co_return sequences;

  co_await loop_->run(group);
  for (std::size_t i = 0; i < places.size(); ++i) {
    Work& work = group->works[i];
    if (work.completed) sequences[places[i]] = Sequence(std::move(work.sequence));
  }
  co_return sequences;
}

Sequence Engine::fork(const Sequence& sequence, std::uint64_t path) {
  const SequenceState& parent = *sequence.state_;
  auto state = std::make_shared<SequenceState>(parent.cache, parent.request, loop_->tokenizer());
  state->path = path;
  state->purpose = parent.purpose;
  state->tokens = parent.tokens;
  state->prompt_length = parent.prompt_length;
  state->charged = parent.charged;
  state->text = parent.text;
  state->decoder = parent.decoder;
  state->logits = parent.logits;
  const std::scoped_lock lock(parent.cache->mutex);
  if (parent.busy) throw Error(ErrorCode::internal, "a sequence cannot be forked while a call on it is under way");
  state->table = parent.table.fork();
  return Sequence(std::move(state));
}

awaitable<std::vector<Chunk>> Engine::extend(std::vector<ExtendWork> works) {
  std::vector<Chunk> chunks;
  if (works.empty()) co_return chunks;
  auto group = std::make_shared<WorkGroup>();
  group->request = works.front().sequence->state_->request;
  std::vector<Want> wants;
  std::int64_t longest = 0;
  for (const ExtendWork& extend : works) validate(extend.options.sampling);
  for (ExtendWork& extend : works) {
    Work& work = group->works.emplace_back();
    work.sequence = extend.sequence->state_;
    work.matcher = StopMatcher(extend.options.stop_texts, extend.options.step_delimiter,
                               std::move(extend.options.more_delimiters), std::move(extend.options.step_pattern));
    work.options = std::move(extend.options);
    const std::int64_t room = std::max<std::int64_t>(loop_->model().info().context_length - work.sequence->size(), 0);
    const std::int64_t most = std::clamp<std::int64_t>(work.options.max_tokens, 0, room);
    wants.push_back(Want{most, std::clamp<std::int64_t>(work.options.expected_tokens, 0, most)});
    longest = std::max(longest, work.sequence->size() + wants.back().expected);
    mark_busy(*loop_->cache(), *work.sequence);
  }
  const std::vector<Lease> leases = group->request->lease_shares(wants, loop_->model().cost().flops(longest, true));
  for (std::size_t i = 0; i < leases.size(); ++i) {
    group->works[i].lease = leases[i];
    const auto expected = static_cast<std::size_t>(std::min<std::int64_t>(leases[i].tokens, 4096));
    group->works[i].sequence->tokens.reserve(group->works[i].sequence->tokens.size() + expected);  // no allocation per token
    group->works[i].chunk.tokens.reserve(expected);
    group->works[i].chunk.log_probabilities.reserve(expected);
    group->works[i].chunk.sampling_log_probabilities.reserve(expected);
  }

  co_await loop_->run(group);
  for (Work& work : group->works) chunks.push_back(std::move(work.chunk));
  co_return chunks;
}

// What the rows cost that have never run: those given, and those before them that nobody has wanted anything behind yet.
double Engine::feed_flops(const FeedWork& feed) const {
  const SequenceState& state = *feed.sequence->state_;
  const TokenCost& cost = loop_->model().cost();
  const bool needs_last = !feed.read_behind.empty() && feed.read_behind.back() + 1 == std::ssize(feed.tokens);
  const std::int64_t end = state.size() + std::ssize(feed.tokens) - (needs_last ? 0 : 1);
  const std::int64_t read = feed.read_behind.empty() ? end : state.size() + feed.read_behind.front();
  const std::int64_t logits_from = feed.wants_scores ? state.size() - 1 : read;
  double flops = 0;
  for (std::int64_t position = state.charged; position < end; ++position)
    flops += cost.flops(position + 1, position >= logits_from);
  return flops;
}

// The work of running given tokens, which are put behind the sequence here.
Work Engine::feeding(FeedWork& feed, double flops) {
  Work work;
  work.kind = WorkKind::feed;
  work.sequence = feed.sequence->state_;
  work.lease = Lease{0, flops};
  work.spent.verified = static_cast<std::int64_t>(feed.tokens.size());
  SequenceState& state = *work.sequence;
  Reading& reading = work.reading;
  reading.first = state.size();
  reading.watched = std::move(feed.watched);
  for (const std::int64_t index : feed.read_behind) reading.watched_at.push_back(reading.first + index);
  reading.fed.watched.resize(reading.watched_at.size());
  if (feed.wants_scores) {
    reading.scores_from = reading.first;
    reading.fed.scores.resize(feed.tokens.size());
    if (state.logits) {  // what was run last has left what the first token needs
      reading.fed.scores.front() = Sampler::log_probability(*state.logits, feed.tokens.front());
      ++reading.scores_from;
    }
  }
  state.logits.reset();
  state.tokens.insert(state.tokens.end(), feed.tokens.begin(), feed.tokens.end());
  work.done = work.completed = rows_needed(work) == 0;
  return work;
}

bool Engine::append(Sequence& sequence, TokenSpan tokens) { return replace_end(sequence, 0, tokens); }

bool Engine::replace_end(Sequence& sequence, std::int64_t drop, TokenSpan tokens) {
  SequenceState& state = *sequence.state_;
  const auto count = static_cast<std::int64_t>(tokens.size());
  if (drop < 0 || drop > state.size() - state.prompt_length) {
    throw Error(ErrorCode::internal,
                fmt::format("{} tokens to drop of {} behind the prompt", drop, state.size() - state.prompt_length));
  }
  require_room(*loop_, state.size() - drop, count);
  if (state.request->out_of_time() || !state.request->lease_exactly(count, 0)) return false;
  Ledger spent;
  (state.purpose == Purpose::verified ? spent.verified : spent.prompt_computed) = count;
  state.request->charge(spent);
  if (drop > 0) take_back(state, drop);
  state.tokens.insert(state.tokens.end(), tokens.begin(), tokens.end());
  state.logits.reset();
  state.decoder.finish();  // half a character that was drawn before is not begun behind them
  return true;
}

awaitable<std::optional<std::vector<Fed>>> Engine::feed(std::vector<FeedWork> works) {
  std::vector<Fed> results;
  if (works.empty()) co_return results;
  const RequestHandle request = works.front().sequence->state_->request;
  std::vector<Want> wants;
  std::int64_t total = 0;
  for (const FeedWork& feed : works) {
    const auto count = static_cast<std::int64_t>(feed.tokens.size());
    require_room(*loop_, feed.sequence->state_->size(), count);
    wants.push_back(Want{count, count});
    total += count;
  }
  if (request->out_of_time()) co_return std::nullopt;
  const std::vector<Lease> leases =
      request->lease_shares(wants, /*token_flops=*/0);  // rows are held against the flops as they run
  const auto tokens_of = [](std::int64_t sum, const Lease& lease) { return sum + lease.tokens; };
  const auto flops_of = [](double sum, const Lease& lease) { return sum + lease.flops; };
  const double flops = std::accumulate(leases.begin(), leases.end(), 0.0, flops_of);
  double needed = 0;
  for (const FeedWork& feed : works) needed += feed_flops(feed);
  if (std::accumulate(leases.begin(), leases.end(), std::int64_t{0}, tokens_of) < total || flops < needed) {
    for (const Lease& lease : leases) request->give_back(lease);
    co_return std::nullopt;
  }
  auto group = std::make_shared<WorkGroup>();
  group->request = request;
  double flops_left = flops;
  const double alike = 1.0 / static_cast<double>(works.size());
  for (FeedWork& feed : works) {
    // Not by tokens: those far behind cost more than those near the beginning. Where nothing need run, as behind logits that are
    // still held, all have the same share.
    const double cost = feed_flops(feed);
    const double spare = (flops - needed) * (needed > 0 ? cost / needed : alike);
    const double share = std::isinf(flops) ? flops : std::min(cost + spare, flops_left);
    flops_left -= std::isinf(flops) ? 0 : share;
    mark_busy(*loop_->cache(), *feed.sequence->state_);
    group->works.push_back(feeding(feed, share));
  }

  co_await loop_->run(group);
  for (Work& work : group->works) {
    if (!work.completed) co_return std::nullopt;
    results.push_back(std::move(work.reading.fed));
  }
  co_return results;
}

awaitable<std::optional<std::vector<float>>> Engine::score(const Sequence& sequence, std::vector<Token> continuation) {
  if (continuation.empty()) co_return std::vector<float>();
  Sequence scored = fork(sequence, sequence.state_->path);
  FeedWork feed(&scored, std::move(continuation));
  feed.wants_scores = true;
  std::vector<FeedWork> works;
  works.push_back(std::move(feed));
  std::optional<std::vector<Fed>> fed = co_await this->feed(std::move(works));
  if (!fed) co_return std::nullopt;
  co_return std::move(fed->front().scores);
}

}  // namespace reckon
