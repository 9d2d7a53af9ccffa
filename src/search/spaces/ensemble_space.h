// Several search spaces as one: each is a model, all pay from one request, and a path stays with the model that opened it. So a
// strategy that asks for models (Problem::model) gets them, and spaces around it, verifiers and budgets see one search.
#pragma once

#include <functional>
#include <vector>

#include "search/score_reserve.h"
#include "search/space.h"

namespace reckon {

struct EnsembleMember {
  SearchSpace* space = nullptr;
  // The same problem for this model: prompt and render in its own tokens and template. Empty = as it is.
  std::function<Problem(const Problem&)> own;
};

class EnsembleSpace final : public SearchSpace, public ScoreReserve {
 public:
  // At least one member; the first is asked where nobody says which. Their spaces outlive this one, number their paths together
  // (SharedCounts) and share one request: what is left of it is asked of the first.
  explicit EnsembleSpace(std::vector<EnsembleMember> members);

  awaitable<std::optional<Path>> open(const Problem& problem) override;
  awaitable<std::vector<std::optional<Path>>> open_each(std::span<const Problem> problems) override;
  std::vector<Path> fork(const Path& path, int copies) override;
  // One model after the other, in order: who gets the last tokens of a budget never depends on timing.
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override;
  bool append(Path& path, std::string_view text) override;
  bool replace_end(Path& path, std::size_t keep, std::string_view text) override;
  awaitable<bool> reply(Path& path, const Problem& problem, std::string text) override;
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override;
  int choose(std::span<const double> probabilities) override;
  int models() const override { return static_cast<int>(members_.size()); }
  bool exhausted() const override;
  std::int64_t drawable() const override;
  std::int64_t longest_prompt() const override;  // the least of all
  RequestHandle request() const override;
  void give_up_reserve() override;
  void suspend_reserve(bool suspended) override;

 private:
  SearchSpace& space_of(const Path& path) const { return *members_[static_cast<std::size_t>(path.model)].space; }
  Problem own(const Problem& problem, int model) const;

  std::vector<EnsembleMember> members_;
};

}  // namespace reckon
