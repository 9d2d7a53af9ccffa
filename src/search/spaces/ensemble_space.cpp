#include "search/spaces/ensemble_space.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace reckon {

EnsembleSpace::EnsembleSpace(std::vector<EnsembleMember> members) : members_(std::move(members)) {
  if (members_.empty()) throw Error(ErrorCode::internal, "an ensemble needs a model");
}

Problem EnsembleSpace::own(const Problem& problem, int model) const {
  if (model < 0 || model >= models()) {
    throw Error(ErrorCode::internal, "model " + std::to_string(model) + " is asked of " + std::to_string(models()));
  }
  const EnsembleMember& member = members_[static_cast<std::size_t>(model)];
  Problem mine = member.own ? member.own(problem) : problem;
  mine.model = 0;  // the only one there
  return mine;
}

awaitable<std::optional<Path>> EnsembleSpace::open(const Problem& problem) {
  const int model = problem.model;
  const Problem mine = own(problem, model);
  std::optional<Path> path = co_await members_[static_cast<std::size_t>(model)].space->open(mine);
  if (path) path->model = model;
  co_return path;
}

awaitable<std::vector<std::optional<Path>>> EnsembleSpace::open_each(std::span<const Problem> problems) {
  std::vector<std::optional<Path>> paths;
  for (std::size_t i = 0; i < problems.size();) {  // runs of problems of one model, which its space opens together
    const int model = problems[i].model;
    std::vector<Problem> mine;
    for (; i < problems.size() && problems[i].model == model; ++i) mine.push_back(own(problems[i], model));
    std::vector<std::optional<Path>> part = co_await members_[static_cast<std::size_t>(model)].space->open_each(mine);
    for (std::optional<Path>& path : part) {
      if (path) path->model = model;
      paths.push_back(std::move(path));
    }
  }
  co_return paths;
}

std::vector<Path> EnsembleSpace::fork(const Path& path, int copies) { return space_of(path).fork(path, copies); }

awaitable<void> EnsembleSpace::advance(std::span<Path> paths, StepOptions options) {
  for (int model = 0; model < models(); ++model) {
    std::vector<Path> batch;
    std::vector<Path*> places;
    for (Path& path : paths) {
      if (path.model != model || path.state != PathState::open) continue;
      places.push_back(&path);
      batch.push_back(std::move(path));
    }
    if (batch.empty()) continue;
    co_await members_[static_cast<std::size_t>(model)].space->advance(batch, options);
    for (std::size_t i = 0; i < places.size(); ++i) *places[i] = std::move(batch[i]);
  }
}

bool EnsembleSpace::append(Path& path, std::string_view text) { return space_of(path).append(path, text); }

bool EnsembleSpace::replace_end(Path& path, std::size_t keep, std::string_view text) {
  return space_of(path).replace_end(path, keep, text);
}

awaitable<bool> EnsembleSpace::reply(Path& path, const Problem& problem, std::string text) {
  const Problem mine = own(problem, path.model);
  const bool replied = co_await space_of(path).reply(path, mine, std::move(text));
  co_return replied;
}

awaitable<std::optional<std::vector<std::vector<double>>>> EnsembleSpace::likelihoods(std::span<const Path> paths,
                                                                                      std::vector<std::string> texts) {
  std::vector<std::vector<double>> table(paths.size());
  for (std::size_t i = 0; i < paths.size();) {  // runs of paths of one model, which a space takes as they stand
    std::size_t end = i + 1;
    while (end < paths.size() && paths[end].model == paths[i].model) ++end;
    const auto part = co_await space_of(paths[i]).likelihoods(paths.subspan(i, end - i), texts);
    if (!part) co_return std::nullopt;
    std::ranges::copy(*part, table.begin() + static_cast<std::ptrdiff_t>(i));
    i = end;
  }
  co_return table;
}

int EnsembleSpace::choose(std::span<const double> probabilities) { return members_.front().space->choose(probabilities); }
bool EnsembleSpace::exhausted() const { return members_.front().space->exhausted(); }
std::int64_t EnsembleSpace::drawable() const { return members_.front().space->drawable(); }
RequestHandle EnsembleSpace::request() const { return members_.front().space->request(); }

void EnsembleSpace::give_up_reserve() {
  for (const EnsembleMember& member : members_) reckon::give_up_reserve(*member.space);
}

void EnsembleSpace::suspend_reserve(bool suspended) {
  for (const EnsembleMember& member : members_) reckon::suspend_reserve(*member.space, suspended);
}

std::int64_t EnsembleSpace::longest_prompt() const {
  std::int64_t least = members_.front().space->longest_prompt();
  for (const EnsembleMember& member : members_) least = std::min(least, member.space->longest_prompt());
  return least;
}

}  // namespace reckon
