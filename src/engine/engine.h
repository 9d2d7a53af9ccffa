// The engine: everything search may ask of a language model. One loop on its own thread merges the open work of all branches
// of all requests into one batch per step (continuous batching, Orca; chunked prefill, Sarathi-Serve, arXiv:2403.02310).
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/profile.h"
#include "base/token.h"
#include "engine/awaitable.h"
#include "engine/request.h"
#include "engine/sampling/options.h"
#include "kernels/kv_types.h"
#include "models/model.h"
#include "tensor/kv_view.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

inline constexpr int kMostThreads = 1024;  // the limits of the options below: front doors name them in their own words
inline constexpr int kMostRowsPerStep = 65536;

class TextPattern;  // text/pattern.h
class ThreadPool;

struct EngineOptions {
  int threads = 0;             // kernel workers; 0 = one per processor
  std::int64_t kv_bytes = 0;   // limit on key/value pages; 0 = a quarter of the machine's memory
  DType kv_type = DType::f16;  // of kernels/kv_types.h
  int slots_per_page = 16;     // token slots in a page, one of kPageSlots (tensor/kv_view.h): results do not depend on it
  int rows_per_step = 512;     // most rows in one batch
  bool prefix_cache = true;    // keep prompts' pages for later requests
  std::shared_ptr<ThreadPool> pool =
      nullptr;                 // shared with other engines, which then take turns; null = one of its own, of `threads`
  Profile* profile = nullptr;  // of the engine's thread: every op, what goes on between them, waiting; outlives the engine
};

// Why a piece of decoding ended.
enum class StopReason {
  end_of_text,  // the model ended its turn, or a stop token
  stop_text,    // a stop string; it is not part of the text
  step,         // the step delimiter; it is part of the text
  length,       // max_tokens
  context,      // the model's context is full
  lease,        // this work's share of the budget is used up; there may be more
  budget,       // the request's time or energy limit
  memory,       // the KV limit cannot hold this sequence, even alone
};
const char* name_of(StopReason reason) noexcept;  // "end_of_text"

struct ExtendOptions {
  ExtendOptions() = default;  // not an aggregate: g++ 12 miscompiles those inside co_await statements
  std::int64_t max_tokens = 256;
  std::int64_t expected_tokens = std::numeric_limits<std::int64_t>::max();  // a guess that says how to share a scarce budget
  SamplingOptions sampling;
  std::vector<std::string> stop_texts;              // matched on text, also across tokens and steps
  std::vector<Token> stop_tokens;                   // besides the model's own end-of-generation tokens
  std::string step_delimiter;                       // ends a step where it appears in the text of this call; "" = none
  std::vector<std::string> more_delimiters;         // these do, too
  std::shared_ptr<const TextPattern> step_pattern;  // and so does a match of this; null = none
  std::int64_t likely_tokens = 0;                   // how many of the most likely tokens to note beside each drawn one
  std::int64_t statistics = 0;                      // note TokenStatistics, their confidence over so many tokens; 0 = none
  bool ignore_end_of_text = false;                  // for benchmarks: decode on past the model's end tokens
  std::function<void(std::string_view)> on_text;    // streaming; on the engine's thread, valid UTF-8, must return at once
  std::function<void(StopReason)> on_end;           // the same, when a token has ended this work; others of its call may go on
};

struct Chunk {
  std::vector<Token> tokens;             // what was drawn, the ending token included
  std::string text;                      // their text, valid UTF-8, without stop string and special tokens
  std::vector<float> log_probabilities;  // of each token under the untouched model
  std::vector<float> sampling_log_probabilities;
  std::vector<std::vector<LikelyToken>> likely_tokens;  // beside each token, best first; empty unless asked for
  std::vector<TokenStatistics> statistics;              // of each token; empty unless asked for
  StopReason reason = StopReason::length;
};

struct SequenceState;  // engine/sequence_state.h
struct Work;           // engine/work.h
class EngineLoop;      // engine/engine_loop.h

// A token stream with its pages. A cheap handle: the pages go back when it is destroyed. Belongs to one coroutine at a time,
// and may not be touched while a call on it is being awaited.
class Sequence {
 public:
  Sequence() = default;  // holds nothing
  Sequence(Sequence&&) noexcept;
  Sequence& operator=(Sequence&&) noexcept;
  ~Sequence();

  TokenSpan tokens() const;  // prompt and everything drawn since
  std::int64_t prompt_length() const;
  // The model's last hidden state behind the prompt (Forward::hidden); empty unless open() was asked to keep it, and in forks.
  std::span<const float> hidden() const;

 private:
  friend class Engine;
  explicit Sequence(std::shared_ptr<SequenceState> state);
  std::shared_ptr<SequenceState> state_;
};

struct ExtendWork {
  ExtendWork(Sequence* sequence_in, ExtendOptions options_in) : sequence(sequence_in), options(std::move(options_in)) {}
  Sequence* sequence;  // stays alive and untouched until the call returns
  ExtendOptions options;
};

// A prompt to be computed among others: what Engine::open takes for one alone.
struct OpenWork {
  OpenWork(std::vector<Token> prompt_in, std::uint64_t path_in, Purpose purpose_in)
      : prompt(std::move(prompt_in)), path(path_in), purpose(purpose_in) {}
  std::vector<Token> prompt;
  std::uint64_t path;
  Purpose purpose;
};

// Tokens to be run behind a sequence, and what is to be read there.
struct FeedWork {
  FeedWork(Sequence* sequence_in, std::vector<Token> tokens_in) : sequence(sequence_in), tokens(std::move(tokens_in)) {}
  Sequence* sequence;                     // gets the tokens; stays alive and untouched until the call returns
  std::vector<Token> tokens;              // at least one
  bool wants_scores = false;              // the log-probability of each of them behind those before it
  std::vector<std::int64_t> read_behind;  // indices into `tokens`, rising: behind these, `watched` are read
  std::vector<Token> watched;
};

struct Fed {
  std::vector<float> scores;                // [tokens] where they were wanted, under the untouched model
  std::vector<std::vector<float>> watched;  // [read_behind][watched] log-probabilities
};

class Engine {  // all members may be called from any thread; coroutines resume on their own executor
 public:
  // Throws Error bad_argument (options out of range) or out_of_resources (the KV limit is below one page).
  Engine(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, EngineOptions options);
  ~Engine();  // waits for the running step; outstanding calls end with Error cancelled

  const Model& model() const;
  const Tokenizer& tokenizer() const;
  const EngineOptions& options() const;  // with the defaults and the pool filled in
  // Lowers or raises the limit on key/value pages, up to EngineOptions::kv_bytes: where several engines share one. Pages beyond
  // it are taken back as others are wanted. Throws Error out_of_resources below one page, and nothing is changed.
  void limit_kv(std::int64_t bytes);

  // Computes the prompt (prefix cache consulted). Nothing when the request's budget cannot pay for it: no part is run then.
  // Throws Error bad_argument (empty prompt, token outside the vocabulary, prompt >= context), out_of_resources (more than the
  // KV limit holds), bad_file (logits that are no numbers, from broken weights), cancelled. `path` keys the random numbers of
  // what is drawn from it; `purpose` says what it is charged as: of a verified sequence, what is drawn from it and given to it
  // too. With `keep_hidden` the sequence keeps its hidden state: it costs nothing more, for the row is computed anyway.
  awaitable<std::optional<Sequence>> open(std::vector<Token> prompt, RequestHandle request, std::uint64_t path = 0,
                                          Purpose purpose = Purpose::prompt, bool keep_hidden = false);

  // The same for each of several prompts, in the same batches. They are paid for in order. None finds another in the prefix
  // cache.
  awaitable<std::vector<std::optional<Sequence>>> open_each(std::vector<OpenWork> works, RequestHandle request);

  // A second sequence with the same tokens and shared pages; draws with its own path's random numbers.
  Sequence fork(const Sequence& sequence, std::uint64_t path);

  // Decodes all of `works` in the same batches, until each ends for its own reason. All belong to one request; what is left of
  // its budget is leased to them first (share_tokens), and a work that gets nothing ends at once. Throws Error cancelled.
  awaitable<std::vector<Chunk>> extend(std::vector<ExtendWork> works);

  // Gives a sequence tokens that were not drawn, charged as prompt. They are run when the next token is drawn. False, and nothing
  // is done, when the budget cannot pay. Throws Error bad_argument when the context has no room for them and one more.
  bool append(Sequence& sequence, TokenSpan tokens);
  // The same in place of its last `drop` tokens, which are behind its prompt: they stay charged as what they were, but nothing
  // that is drawn later sees them.
  bool replace_end(Sequence& sequence, std::int64_t drop, TokenSpan tokens);

  // Runs given tokens behind sequences, all in the same batches, and reads what is wanted there; charged as verified. All works
  // belong to one request, and each wants scores or reads behind something. Nothing when the budget cannot pay for all: then
  // sequences may hold some of their tokens. Throws Error bad_argument (context), cancelled.
  awaitable<std::optional<std::vector<Fed>>> feed(std::vector<FeedWork> works);

  // Log-probabilities [continuation] of tokens that would follow, under the untouched model; charged as verified. Nothing when
  // the budget cannot pay. The sequence stays as it is.
  awaitable<std::optional<std::vector<float>>> score(const Sequence& sequence, std::vector<Token> continuation);

 private:
  double feed_flops(const FeedWork& feed) const;
  static Work feeding(FeedWork& feed, double flops);

  std::shared_ptr<EngineLoop> loop_;
};

}  // namespace reckon
