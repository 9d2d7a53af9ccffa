// Any search space, with somebody told what happens in it. Strategies need not know: what they do is seen from their calls, and
// that they give a path up from its destruction.
#pragma once

#include "search/events.h"
#include "search/score_reserve.h"
#include "search/space.h"

namespace reckon {

class ObservedSpace final : public SearchSpace, public ScoreReserve {
 public:
  // `inner` outlives the space; the space outlives its paths.
  ObservedSpace(SearchSpace& inner, SearchListener listener);

  awaitable<std::optional<Path>> open(const Problem& problem) override;
  awaitable<std::vector<std::optional<Path>>> open_each(std::span<const Problem> problems) override;
  std::vector<Path> fork(const Path& path, int copies) override;
  // One event per path that grew, then one if it ended, in order of `paths`.
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override;
  bool append(Path& path, std::string_view text) override;
  bool replace_end(Path& path, std::size_t keep, std::string_view text) override;
  awaitable<bool> reply(Path& path, const Problem& problem, std::string text) override;
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override;
  int choose(std::span<const double> probabilities) override;
  int models() const override;
  bool exhausted() const override;
  std::int64_t drawable() const override;
  std::int64_t longest_prompt() const override;
  RequestHandle request() const override;
  void give_up_reserve() override;
  void suspend_reserve(bool suspended) override;

 private:
  class Watch;
  void begin(Path& path, EventKind kind);
  void grown(Path& path, EventKind kind, std::string_view text, std::int64_t drawn);
  void note_end(Path& path);

  SearchSpace* inner_;
  SearchListener listener_;
};

}  // namespace reckon
