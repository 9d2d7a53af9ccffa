#include "search/spaces/language_model_space.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "search/choice.h"
#include "search/fork.h"
#include "search/spaces/likelihoods.h"

namespace reckon {
namespace {

constexpr std::uint64_t kChoiceStream = std::numeric_limits<std::uint64_t>::max();  // no path has this id

// A path draws by its line of descent: which fork of which fork it is. So it draws the same whatever else was forked before it,
// and a subtree of a search is the same in a search of more subtrees. Forks of the first root have the keys 1, 2, 3 …
std::uint64_t key_of_fork(std::uint64_t parent, std::uint64_t number) {
  return parent == 0 ? number : SplitMix64(SplitMix64(parent).next() + number).next();
}
std::uint64_t key_of_root(const Problem& problem, std::uint64_t path) {
  if (problem.draw_key) return SplitMix64(~*problem.draw_key).next();
  return path == 0 ? 0 : SplitMix64(path).next();
}

class SequenceData final : public PathData {
 public:
  SequenceData(Sequence sequence, std::uint64_t key) : sequence_(std::move(sequence)), key_(key) {}
  Sequence& sequence() { return sequence_; }
  std::uint64_t key() const { return key_; }  // of the random numbers of what is drawn
  std::uint64_t key_of_next_fork() { return key_of_fork(key_, ++forks_); }

 private:
  Sequence sequence_;
  std::uint64_t key_;
  std::uint64_t forks_ = 0;
};

SequenceData& data_of(const Path& path) { return static_cast<SequenceData&>(*path.data); }
Sequence& sequence_of(const Path& path) { return data_of(path).sequence(); }

// Questions of a strategy's own about paths; those of a verifier are what that part is for.
bool leaves_verifier_its_part(const Problem& problem) { return problem.judging && !problem.scoring; }

Purpose purpose_of(const Problem& problem) { return problem.judging ? Purpose::verified : Purpose::prompt; }

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

void add_drawn(Path& path, const Chunk& chunk) {
  path.text += chunk.text;
  path.tokens += static_cast<std::int64_t>(chunk.tokens.size());
  path.log_probability = std::accumulate(chunk.log_probabilities.begin(), chunk.log_probabilities.end(), path.log_probability);
  path.statistics.insert(path.statistics.end(), chunk.statistics.begin(), chunk.statistics.end());
  path.sampling_log_probability = std::accumulate(chunk.sampling_log_probabilities.begin(),
                                                  chunk.sampling_log_probabilities.end(), path.sampling_log_probability);
}

}  // namespace

LanguageModelSpace::LanguageModelSpace(Engine& engine, RequestHandle request, LanguageModelSpaceOptions options)
    : engine_(&engine),
      request_(std::move(request)),
      options_(std::move(options)),
      counts_(options_.counts ? options_.counts : std::make_shared<SharedCounts>()) {
  // Both grow with the place in a line each, so the ratio is largest at one end.
  const TokenCost& drawing = engine.model().cost();
  const std::int64_t context = engine.model().info().context_length;
  for (const std::int64_t slots : {std::int64_t{1}, context}) {
    flops_per_drawn_ = std::max(flops_per_drawn_, verifying_flops(static_cast<double>(slots)) / drawing.flops(slots, true));
  }
}

template <typename T>
awaitable<T> LanguageModelSpace::leaving_part(bool leaves, awaitable<T> work) {
  const Lease kept_back = leaves ? keep_for_verifier(/*drawn_too=*/false) : Lease();
  const Ledger before = request_->ledger();
  T done = co_await std::move(work);
  request_->give_back(kept_back);
  if (leaves) note_judged(before);
  co_return done;
}

awaitable<std::optional<Path>> LanguageModelSpace::open(const Problem& problem) {
  const std::uint64_t id = counts_->next_path++;
  if (too_long(problem)) co_return std::nullopt;
  std::optional<Sequence> sequence = co_await leaving_part(
      leaves_verifier_its_part(problem),
      engine_->open(problem.prompt, request_, key_of_root(problem, id), purpose_of(problem), problem.wants_hidden));
  if (!sequence) co_return std::nullopt;
  co_return opened(problem, id, std::move(*sequence));
}

// The first before the others, which then find in the prefix cache what all begin with.
awaitable<std::vector<std::optional<Path>>> LanguageModelSpace::open_each(std::span<const Problem> problems) {
  std::vector<std::optional<Path>> paths(problems.size());
  if (problems.empty()) co_return paths;
  paths.front() = co_await open(problems.front());
  std::vector<OpenWork> works;
  std::vector<std::pair<std::size_t, std::uint64_t>> places;  // index and id of each
  bool leaves_part = false;
  for (std::size_t i = 1; i < problems.size(); ++i) {
    const std::uint64_t id = counts_->next_path++;
    if (too_long(problems[i])) continue;
    works.emplace_back(problems[i].prompt, key_of_root(problems[i], id), purpose_of(problems[i]));
    places.emplace_back(i, id);
    leaves_part = leaves_part || leaves_verifier_its_part(problems[i]);
  }
  std::vector<std::optional<Sequence>> sequences =
      co_await leaving_part(leaves_part, engine_->open_each(std::move(works), request_));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto [index, id] = places[i];
    if (sequences[i]) paths[index] = opened(problems[index], id, std::move(*sequences[i]));
  }
  co_return paths;
}

bool LanguageModelSpace::too_long(const Problem& problem) const {
  return problem.judging && std::ssize(problem.prompt) > longest_prompt();
}

Path LanguageModelSpace::opened(const Problem& problem, std::uint64_t id, Sequence sequence) {
  if (counts_->to_verify == 0) note_to_verify(0, sequence.prompt_length());
  Path path;
  path.id = path.parent = id;
  path.judging = problem.judging;
  path.scoring = problem.scoring;
  path.earlier_tokens = sequence.prompt_length();
  path.hidden.assign(sequence.hidden().begin(), sequence.hidden().end());
  path.data = std::make_unique<SequenceData>(std::move(sequence), key_of_root(problem, id));
  return path;
}

std::vector<Path> LanguageModelSpace::fork(const Path& path, int copies) {
  std::vector<Path> forks;
  forks.reserve(static_cast<std::size_t>(copies));
  for (int i = 0; i < copies; ++i) {
    Path& copy = forks.emplace_back(fork_of(path, counts_->next_path++));
    if (!path.data) continue;
    const std::uint64_t key = data_of(path).key_of_next_fork();
    copy.data = std::make_unique<SequenceData>(engine_->fork(sequence_of(path), key), key);
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
  options.statistics = step.statistics > 0 ? step.statistics : options_.statistics;
  options.stop_texts = options_.stop_texts;
  options.step_delimiter = step.delimiter;
  options.more_delimiters = step.more_delimiters;
  options.step_pattern = step.pattern;
  if (options_.on_text) {
    options.on_text = [on_text = &options_.on_text, id = path.id](std::string_view piece) { (*on_text)(id, piece); };
  }
  if (options_.on_finished) {
    options.on_end = [on_finished = &options_.on_finished, id = path.id](StopReason reason) {
      if (reason == StopReason::end_of_text || reason == StopReason::stop_text) (*on_finished)(id);
    };
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
  const bool judging = std::ranges::any_of(growing, [](const Growing& one) { return one.path->judging; });
  const bool scoring = std::ranges::any_of(growing, [](const Growing& one) { return one.path->scoring; });
  while (!growing.empty()) {
    const auto begun = growing.begin() + static_cast<std::ptrdiff_t>(side_by_side(growing.size()));
    std::vector<Growing> waiting(begun, growing.end());  // for time; nobody waits where that is not limited
    growing.erase(begun, growing.end());
    std::vector<ExtendWork> works;
    works.reserve(growing.size());
    for (const Growing& one : growing) {
      works.emplace_back(&sequence_of(*one.path), extend_options(*one.path, options, one.drawn));
    }
    const Lease kept_back = scoring ? Lease() : keep_for_verifier(/*drawn_too=*/!judging);
    if (!judging) note_unscored();
    const Ledger before = request_->ledger();
    const double begin = request_->seconds();
    std::vector<Chunk> chunks;
    if (!works.empty()) chunks = co_await engine_->extend(std::move(works));
    request_->give_back(kept_back);
    if (judging && !scoring) note_judged(before);
    note_pace(chunks, request_->seconds() - begin);
    std::vector<Growing> unfinished;
    bool progress = false;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      Path& path = *growing[i].path;
      add_drawn(path, chunks[i]);
      progress = progress || !chunks[i].tokens.empty();
      growing[i].drawn += static_cast<std::int64_t>(chunks[i].tokens.size());
      if (!judging) {
        const auto count = std::ssize(chunks[i].tokens);
        note_to_verify(std::ssize(sequence_of(path).tokens()) - count, count);
      }
      if (chunks[i].reason == StopReason::lease) {
        unfinished.push_back(growing[i]);
        continue;
      }
      if (!judging) {
        ended_.paths += 1;
        ended_.tokens += growing[i].drawn;
      }
      path.state = state_after(chunks[i], options.path_tokens >= 0 && path.tokens >= options.path_tokens);
      path.step_ends.push_back(path.text.size());
    }
    // Not a token was drawn, but something is left, of flops: too little for one path's lease may do for another's.
    const std::size_t kept = exhausted() ? 0 : progress ? unfinished.size() : growing.size() / 2;
    for (std::size_t i = std::min(kept, unfinished.size()); i < unfinished.size(); ++i)
      unfinished[i].path->state = PathState::cut_off;
    unfinished.resize(std::min(kept, unfinished.size()));
    const bool nobody_can_end = growing.empty();
    if (nobody_can_end) request_->end_drawing();
    for (const Growing& one : waiting) {
      if (nobody_can_end || exhausted()) one.path->state = PathState::cut_off;
    }
    growing = std::move(unfinished);
    std::ranges::copy_if(waiting, std::back_inserter(growing),
                         [](const Growing& one) { return one.path->state == PathState::open; });
  }
}

// Under a limit on time, paths that all begin and none of which ends would answer nothing. The first few show how long a path
// gets and how long a step takes; then so many go on side by side as will come to their end, a step taking in proportion to its
// paths at most; none where not even one will.
std::size_t LanguageModelSpace::side_by_side(std::size_t open) const {
  constexpr std::size_t kFirst = 8;  // cost hardly more than one of them: a step reads all weights, whoever shares it
  if (!request_->budget().seconds) return open;
  if (ended_.paths == 0 || pace_.paths == 0) return std::min(open, kFirst);
  const double ends_in = static_cast<double>(expected_tokens(ended_, 0)) * pace_.step_seconds;
  const double side_by_side = request_->seconds_left() / ends_in * static_cast<double>(pace_.paths);
  if (request_->seconds_left() < ends_in) return 0;
  return std::min(open, static_cast<std::size_t>(std::clamp(side_by_side, 1.0, 1e6)));
}

// Of the paths that were just drawn side by side: as many steps as the longest of them has tokens.
void LanguageModelSpace::note_pace(std::span<const Chunk> chunks, double seconds) {
  std::size_t steps = 0;
  for (const Chunk& chunk : chunks) steps = std::max(steps, chunk.tokens.size());
  if (steps > 0) pace_ = {chunks.size(), seconds / static_cast<double>(steps)};
}

int LanguageModelSpace::choose(std::span<const double> probabilities) {
  return index_at(probabilities, uniform_at(request_->seed(), kChoiceStream, choices_++));
}

bool LanguageModelSpace::exhausted() const { return request_->exhausted() || drawable() == 0; }

std::int64_t LanguageModelSpace::longest_prompt() const { return engine_->model().info().context_length - 1; }

bool LanguageModelSpace::append(Path& path, std::string_view text) {
  const std::vector<Token> tokens = engine_->tokenizer().encode(text, EncodeOptions{.parse_special = false, .add_bos = false});
  if (!append_tokens(path, tokens)) return false;
  path.text += text;
  return true;
}

// A token is cut off whole: what of it is kept is given anew.
bool LanguageModelSpace::replace_end(Path& path, std::size_t keep, std::string_view text) {
  const Tokenizer& tokenizer = engine_->tokenizer();
  const TokenSpan held = sequence_of(path).tokens();
  const auto most = held.size() - static_cast<std::size_t>(sequence_of(path).prompt_length());
  const std::size_t cut = path.text.size() - keep;
  std::size_t drop = 0;
  std::size_t bytes = 0;
  const auto last = [&] { return held[held.size() - 1 - drop]; };
  while (drop < most && (bytes < cut || tokenizer.is_end_of_generation(last())))
    bytes += tokenizer.bytes_of(last()).size(), ++drop;
  const std::size_t again = std::min(bytes > cut ? bytes - cut : 0, keep);
  const std::string given = path.text.substr(keep - again, again) + std::string(text);
  path.state = PathState::open;
  const EncodeOptions plain{.parse_special = false, .add_bos = false};
  if (!append_tokens(path, tokenizer.encode(given, plain), static_cast<std::int64_t>(drop))) return false;
  path.text.resize(keep);
  path.text += text;
  return true;
}

bool LanguageModelSpace::append_tokens(Path& path, TokenSpan tokens, std::int64_t drop) {
  const std::size_t needed = sequence_of(path).tokens().size() - static_cast<std::size_t>(drop) + tokens.size() + 1;  // one more
  if (needed > static_cast<std::size_t>(engine_->model().info().context_length)) {
    path.state = PathState::stopped;
    return false;
  }
  if (!tokens.empty() && !engine_->replace_end(sequence_of(path), drop, tokens)) {
    path.state = PathState::cut_off;
    return false;
  }
  path.earlier_tokens += std::ssize(tokens);
  return true;
}

awaitable<bool> LanguageModelSpace::reply(Path& path, const Problem& problem, std::string text) {
  if (!problem.render)
    throw Error(ErrorCode::unsupported, "a reply to the model needs a chat template; the prompt is plain text");
  const std::string drawn = path.text;
  std::vector<Turn> turns{{"user", problem.text}};
  turns.insert(turns.end(), path.turns.begin(), path.turns.end());
  turns.push_back({"assistant", drawn});
  turns.push_back({"user", text});
  const std::vector<Token> whole = problem.render(turns);
  begin_turn(path, text);
  const TokenSpan held = sequence_of(path).tokens();
  if (whole.size() > held.size() && std::ranges::equal(held, TokenSpan(whole).first(held.size()))) {
    const std::vector<Token> more(whole.begin() + static_cast<std::ptrdiff_t>(held.size()), whole.end());
    co_return append_tokens(path, more);
  }
  if (whole.size() + 1 > static_cast<std::size_t>(engine_->model().info().context_length)) {
    path.state = PathState::stopped;
    co_return false;
  }
  const std::uint64_t key = data_of(path).key();
  std::optional<Sequence> sequence = co_await engine_->open(whole, request_, key);
  if (!sequence) {
    path.state = PathState::cut_off;
    co_return false;
  }
  path.earlier_tokens += std::ssize(whole);
  path.data = std::make_unique<SequenceData>(std::move(*sequence), key);
  co_return true;
}

awaitable<std::optional<std::vector<std::vector<double>>>> LanguageModelSpace::likelihoods(std::span<const Path> paths,
                                                                                           std::vector<std::string> texts) {
  std::vector<const Sequence*> sequences;
  for (const Path& path : paths) sequences.push_back(&sequence_of(path));
  std::vector<std::vector<Token>> tokens;
  for (const std::string& text : texts) {
    tokens.push_back(engine_->tokenizer().encode(text, EncodeOptions{.parse_special = false, .add_bos = false}));
  }
  // Of a verifier's own paths it is the scoring that tokens are kept back for; what a strategy asks is not.
  const bool scoring = std::ranges::any_of(paths, [](const Path& path) { return path.scoring; });
  const Lease kept_back = scoring ? Lease() : keep_for_verifier(/*drawn_too=*/false);
  const Ledger before = request_->ledger();
  auto likelihoods = co_await likelihoods_behind(*engine_, request_, std::move(sequences), std::move(tokens));
  request_->give_back(kept_back);
  if (!scoring) note_judged(before);
  co_return likelihoods;
}

}  // namespace reckon
