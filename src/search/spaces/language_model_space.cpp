#include "search/spaces/language_model_space.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "search/choice.h"
#include "search/fork.h"

namespace reckon {
namespace {

constexpr std::uint64_t kChoiceStream = std::numeric_limits<std::uint64_t>::max();  // no path has this id

class SequenceData final : public PathData {
 public:
  explicit SequenceData(Sequence sequence) : sequence_(std::move(sequence)) {}
  Sequence& sequence() { return sequence_; }

 private:
  Sequence sequence_;
};

Sequence& sequence_of(const Path& path) { return static_cast<SequenceData&>(*path.data).sequence(); }

PathState state_after(const Chunk& chunk, bool path_limit_reached) {
  switch (chunk.reason) {
    case StopReason::end_of_text:
    case StopReason::stop_text: return PathState::finished;
    case StopReason::step:
    case StopReason::length: return path_limit_reached ? PathState::stopped : PathState::open;
    case StopReason::lease:
    case StopReason::budget: return PathState::cut_off;
    case StopReason::context:
    case StopReason::memory: return PathState::stopped;
  }
  return PathState::stopped;
}

void append(Path& path, const Chunk& chunk) {
  path.text += chunk.text;
  path.tokens += static_cast<std::int64_t>(chunk.tokens.size());
  path.log_probability = std::accumulate(chunk.log_probabilities.begin(), chunk.log_probabilities.end(), path.log_probability);
  path.sampling_log_probability = std::accumulate(chunk.sampling_log_probabilities.begin(),
                                                  chunk.sampling_log_probabilities.end(), path.sampling_log_probability);
}

}  // namespace

// Nothing is known before a path has ended. After k have, it is the mean of their lengths, on the safe side by one standard
// error: lengths of texts that may end at any token deviate by about their mean, the mean of k of them by 1/sqrt(k) of it. An
// expectation too small would start more paths than can end. A path that has drawn more than that is taken to need as much again
// as it is beyond, so that a text that repeats itself for ever falls behind all others. An eighth at least, so that rounds stay
// few.
std::int64_t expected_tokens(const EndedPaths& ended, std::int64_t drawn) {
  if (ended.paths == 0) return std::numeric_limits<std::int64_t>::max();
  const auto paths = static_cast<double>(ended.paths);
  const double whole = static_cast<double>(ended.tokens) / paths * (1 + 1 / std::sqrt(paths));
  const double more = std::max(std::abs(whole - static_cast<double>(drawn)), whole / 8);
  return std::max<std::int64_t>(static_cast<std::int64_t>(std::ceil(more)), 1);
}

LanguageModelSpace::LanguageModelSpace(Engine& engine, RequestHandle request, LanguageModelSpaceOptions options)
    : engine_(&engine), request_(std::move(request)), options_(std::move(options)) {}

awaitable<std::optional<Path>> LanguageModelSpace::open(const Problem& problem) {
  Path path;
  path.id = path.parent = next_path_++;
  std::optional<Sequence> sequence = co_await engine_->open(problem.prompt, request_, path.id);
  if (!sequence) co_return std::nullopt;
  path.data = std::make_unique<SequenceData>(std::move(*sequence));
  co_return path;
}

std::vector<Path> LanguageModelSpace::fork(const Path& path, int copies) {
  std::vector<Path> forks;
  forks.reserve(static_cast<std::size_t>(copies));
  for (int i = 0; i < copies; ++i) {
    Path& copy = forks.emplace_back(fork_of(path, next_path_++));
    if (path.data) copy.data = std::make_unique<SequenceData>(engine_->fork(sequence_of(path), copy.id));
  }
  return forks;
}

ExtendOptions LanguageModelSpace::extend_options(const Path& path, const StepOptions& step, std::int64_t drawn_in_step) const {
  constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
  const std::int64_t step_left = step.max_tokens < 0 ? kUnlimited : std::max<std::int64_t>(step.max_tokens - drawn_in_step, 0);
  const std::int64_t path_left = step.path_tokens < 0 ? kUnlimited : std::max<std::int64_t>(step.path_tokens - path.tokens, 0);
  ExtendOptions options;
  options.max_tokens = std::min(step_left, path_left);
  options.expected_tokens = expected_tokens(ended_, drawn_in_step);
  options.sampling = step.sampling;
  options.stop_texts = options_.stop_texts;
  options.step_delimiter = step.delimiter;
  if (options_.on_text) {
    options.on_text = [on_text = &options_.on_text, id = path.id](std::string_view piece) { (*on_text)(id, piece); };
  }
  return options;
}

awaitable<void> LanguageModelSpace::advance(std::span<Path> paths, StepOptions options) {
  struct Growing {
    Path* path;
    std::int64_t drawn;  // in this step
  };
  std::vector<Growing> growing;
  for (Path& path : paths) {
    if (path.state == PathState::open) growing.push_back({&path, 0});
  }
  while (!growing.empty()) {
    std::vector<ExtendWork> works;
    works.reserve(growing.size());
    for (const Growing& one : growing) {
      works.emplace_back(&sequence_of(*one.path), extend_options(*one.path, options, one.drawn));
    }
    const std::vector<Chunk> chunks = co_await engine_->extend(std::move(works));
    std::vector<Growing> unfinished;
    bool progress = false;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      Path& path = *growing[i].path;
      append(path, chunks[i]);
      progress = progress || !chunks[i].tokens.empty();
      growing[i].drawn += static_cast<std::int64_t>(chunks[i].tokens.size());
      if (chunks[i].reason == StopReason::lease) {
        unfinished.push_back(growing[i]);
        continue;
      }
      ended_.paths += 1;
      ended_.tokens += growing[i].drawn;
      path.state = state_after(chunks[i], options.path_tokens >= 0 && path.tokens >= options.path_tokens);
      path.step_ends.push_back(path.text.size());
    }
    // Not a token was drawn, but something is left, of flops: too little for one path's lease may do for another's.
    const std::size_t kept = request_->exhausted() ? 0 : progress ? unfinished.size() : growing.size() / 2;
    for (std::size_t i = std::min(kept, unfinished.size()); i < unfinished.size(); ++i)
      unfinished[i].path->state = PathState::cut_off;
    unfinished.resize(std::min(kept, unfinished.size()));
    growing = std::move(unfinished);
  }
}

int LanguageModelSpace::choose(std::span<const double> probabilities) {
  return index_at(probabilities, uniform_at(request_->seed(), kChoiceStream, choices_++));
}

bool LanguageModelSpace::exhausted() const { return request_->exhausted(); }

}  // namespace reckon
