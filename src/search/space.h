// What a strategy may do: open, fork, advance, choose. Written once for language models, toy spaces with known posteriors
// (tests), and whatever else generates step by step. A strategy never sees threads, pages or batches.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/awaitable.h"
#include "engine/request.h"
#include "engine/sampling/options.h"
#include "search/path.h"
#include "search/problem.h"
#include "text/pattern.h"

namespace reckon {

// How far and how to advance. Not an aggregate: g++ 12 miscompiles those inside co_await statements.
struct StepOptions {
  StepOptions() = default;
  std::string delimiter;                       // a step ends behind this text; "" = no delimiter
  std::vector<std::string> more_delimiters;    // and behind each of these
  std::shared_ptr<const TextPattern> pattern;  // and behind every match of this; null = none
  std::int64_t max_tokens = -1;                // of this step: at the limit the step ends and the path stays open; -1 = none
  std::int64_t path_tokens = -1;  // of the whole path: at the limit the path is stopped; -1 = as many as the context holds
  std::int64_t statistics = 0;    // note Path::statistics, their confidence over so many most likely tokens; 0 = none
  SamplingOptions sampling;

  bool ends_in_text() const { return !delimiter.empty() || !more_delimiters.empty() || pattern; }  // and not by tokens alone
};

class SearchSpace {  // one per problem being solved; used by one coroutine at a time
 public:
  virtual ~SearchSpace() = default;

  // The root path: the prompt, nothing drawn. Nothing when the budget cannot pay for the prompt, or where a question about
  // another path (Problem::judging) is longer than the context.
  virtual awaitable<std::optional<Path>> open(const Problem& problem) = 0;
  // The same for several problems in order, in one batch where the space can.
  virtual awaitable<std::vector<std::optional<Path>>> open_each(std::span<const Problem> problems) {
    std::vector<std::optional<Path>> paths;
    for (const Problem& problem : problems) {
      std::optional<Path> path = co_await open(problem);
      paths.push_back(std::move(path));
    }
    co_return paths;
  }
  // `copies` new open paths that continue `path`, with ids of their own. The original stays as it is. What a language model draws
  // for them depends on their line of descent (the first, second … fork of that path), not on what else was forked.
  virtual std::vector<Path> fork(const Path& path, int copies) = 0;
  // Grows every open path by one step, all in one batch; others are left alone. Paths end finished or stopped, or stay open.
  virtual awaitable<void> advance(std::span<Path> paths, StepOptions options) = 0;
  // Puts text behind an open path that was not drawn (a forced end of thinking, a hint), charged as prompt. False when that
  // cannot be: the path is then cut_off (budget) or stopped (context).
  virtual bool append(Path& path, std::string_view text) = 0;
  // The same in place of all of its text behind the first `keep` bytes, also where the model has just ended the path, which is
  // open again. What is cut off stays drawn, and charged; nothing that is drawn later sees it. As it is here for spaces that keep
  // nothing of a path but its text.
  virtual bool replace_end(Path& path, std::size_t keep, std::string_view text) {
    path.text.resize(keep);
    path.state = PathState::open;
    return append(path, text);
  }
  // Ends the path's turn, finished or not, with a user's reply, and opens the next turn of the model (begin_turn). False when
  // that cannot be: the path is then cut_off or stopped. Throws Error unsupported where the problem has no chat.
  virtual awaitable<bool> reply(Path& path, const Problem& problem, std::string text) = 0;
  // Log-probability of each of the texts behind each open or finished path, under the untouched model; the paths stay as they
  // are. Charged as verified: what all texts begin with once behind each path, then what is left of each. -infinity for a text
  // that the context has no room for (all_asked). Nothing when the budget cannot pay.
  virtual awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                                 std::vector<std::string> texts) = 0;
  // Every discrete random choice of a strategy: an index drawn with these probabilities (sum 1 within 1e-9).
  virtual int choose(std::span<const double> probabilities) = 0;
  // How many models can be asked (Problem::model). They share one request; a path stays with the model that opened it.
  virtual int models() const { return 1; }
  // True when no further token could be paid for. Running out is a state, not an exception.
  virtual bool exhausted() const = 0;
  // Tokens that may still be drawn or given, so that what is drawn can be scored too; a very large number where they are not
  // limited.
  virtual std::int64_t drawable() const { return std::numeric_limits<std::int64_t>::max(); }
  // Tokens that a prompt may have; a longer one is not opened but refused.
  virtual std::int64_t longest_prompt() const { return std::numeric_limits<std::int64_t>::max(); }
  // What is being paid from, for verifiers that run a model of their own. Null on spaces without an engine.
  virtual RequestHandle request() const { return nullptr; }

  // What the verifier remembers of the problem itself, beside what it remembers of each path.
  std::shared_ptr<const VerifierMemory> problem_memory;
};

// Whether every text of SearchSpace::likelihoods had room behind a path, whose row this is.
inline bool all_asked(std::span<const double> likelihoods) {
  return std::ranges::all_of(likelihoods, [](double value) { return std::isfinite(value); });
}

}  // namespace reckon
