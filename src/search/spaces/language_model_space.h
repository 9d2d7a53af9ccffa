// The search space of a language model: paths are sequences of the engine, advancing is decoding, choices are keyed by the seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "search/score_reserve.h"
#include "search/space.h"
#include "search/spaces/ended_paths.h"

namespace reckon {

// What the spaces of several models that serve one request have in common.
struct SharedCounts {
  std::uint64_t next_path = 0;
  std::int64_t to_verify = 0;  // tokens of the first prompt, and all drawn since
  double to_verify_flops = 0;  // what scoring them costs
  std::int64_t longest = 0;    // tokens of the longest sequence so far
  std::int64_t judged = 0;     // of the verified tokens, those of questions that a strategy asked: no verifier's scores
  double judged_flops = 0;
};

struct LanguageModelSpaceOptions {
  std::vector<std::string> stop_texts;  // end a path where they appear; not part of its text
  // Verifier::tokens_per_token of who will score what is drawn: a budget of tokens or operations is not drawn to its end, so that
  // it can.
  double verifier_tokens = 0;
  const TokenCost* verifier_cost = nullptr;  // Verifier::token_cost
  std::int64_t statistics = 0;  // Verifier::statistics; a strategy that asks for its own (StepOptions::statistics) gets those
  // Streaming: a path's id and its next piece of text. Called on the engine's thread; must return at once.
  std::function<void(std::uint64_t, std::string_view)> on_text;
  // The same, when the model has ended a path: before advance() returns, which waits for the others.
  std::function<void(std::uint64_t)> on_finished;
  std::shared_ptr<SharedCounts> counts = nullptr;  // null: its own
};

class LanguageModelSpace final : public SearchSpace, public ScoreReserve {
 public:
  // `engine` outlives the space.
  LanguageModelSpace(Engine& engine, RequestHandle request, LanguageModelSpaceOptions options = {});

  awaitable<std::optional<Path>> open(const Problem& problem) override;
  awaitable<std::vector<std::optional<Path>>> open_each(std::span<const Problem> problems) override;
  std::vector<Path> fork(const Path& path, int copies) override;
  // What is left of the budget is leased to the open paths in rounds: in each to those that are expected to need least, as far as
  // it goes (docs/budgets.md). What some did not need is leased again in the next, until all are done or nothing is left. So who
  // gets the last tokens never depends on timing.
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override;
  bool append(Path& path, std::string_view text) override;
  bool replace_end(Path& path, std::size_t keep, std::string_view text) override;
  // Where the conversation, rendered anew, begins with the path's tokens, only what follows is added, else it is opened anew.
  awaitable<bool> reply(Path& path, const Problem& problem, std::string text) override;
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override;
  int choose(std::span<const double> probabilities) override;
  bool exhausted() const override;
  std::int64_t drawable() const override;
  std::int64_t longest_prompt() const override;
  RequestHandle request() const override { return request_; }
  void give_up_reserve() override;
  void suspend_reserve(bool suspended) override;

 private:
  bool too_long(const Problem& problem) const;
  Path opened(const Problem& problem, std::uint64_t id, Sequence sequence);
  bool append_tokens(Path& path, TokenSpan tokens, std::int64_t drop = 0);  // in place of the last `drop`
  double verifying_flops(double slots) const;
  void note_to_verify(std::int64_t first, std::int64_t count);
  void note_judged(const Ledger& before);
  double owed_tokens() const;
  double owed_flops() const;
  // Takes out of the budget, for a while, what scores will cost of what was drawn, and of what is drawn next too. Nobody may draw
  // from that, or ask about candidates, but the verifier itself.
  Lease keep_for_verifier(bool drawn_too);
  // What `work` gives; where it `leaves` a verifier its part, that is kept back meanwhile and what was read is noted as judging.
  template <typename T>
  awaitable<T> leaving_part(bool leaves, awaitable<T> work);
  void note_unscored();
  std::size_t side_by_side(std::size_t open) const;
  void note_pace(std::span<const Chunk> chunks, double seconds);
  ExtendOptions extend_options(const Path& path, const StepOptions& step, std::int64_t drawn_in_step) const;

  Engine* engine_;
  RequestHandle request_;
  LanguageModelSpaceOptions options_;
  std::shared_ptr<SharedCounts> counts_;
  std::uint32_t choices_ = 0;
  EndedPaths ended_;
  struct Pace {
    std::size_t paths = 0;  // side by side; 0 = none were drawn yet
    double step_seconds = 0;
  };
  Pace pace_;
  bool reserve_suspended_ = false;
  double flops_per_drawn_ = 0;  // of scoring, for each of drawing, at the worst place in a path
};

}  // namespace reckon
