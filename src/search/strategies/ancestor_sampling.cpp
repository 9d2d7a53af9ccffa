#include "search/strategies/ancestor_sampling.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace reckon {
namespace {

// A particle's path and, as far as they have been read behind it, the reference's later steps.
struct Splice {
  std::size_t ancestor = 0;
  double log_weight = 0;
  std::vector<ParticleStep> steps = {};
};

// What the reference drew in one step.
struct DrawnStep {
  std::string text;
  std::int64_t tokens = 0;
  bool is_last = false;
};

DrawnStep drawn_step(const Particle& reference, std::size_t step) {
  const std::vector<std::size_t>& ends = reference.path.step_ends;
  const auto tokens_behind = [&](std::size_t i) {
    return i + 1 == reference.steps.size() ? reference.path.tokens : reference.steps[i].beginning->tokens;
  };
  DrawnStep drawn;
  drawn.text = reference.path.text.substr(ends[step - 1], ends[step] - ends[step - 1]);
  drawn.tokens = tokens_behind(step) - tokens_behind(step - 1);
  drawn.is_last = step + 1 == reference.steps.size();
  return drawn;
}

// Puts the step behind a path as if it had been drawn there. False when that cannot be; its state says why.
bool put_behind(Path& path, const DrawnStep& drawn, double log_probability, PathState end, SearchSpace& space) {
  if (!drawn.text.empty() && !space.append(path, drawn.text)) return false;
  path.tokens += drawn.tokens;                                         // drawn by another, before
  path.earlier_tokens -= std::min(drawn.tokens, path.earlier_tokens);  // and so not beside those
  path.inherited_tokens += drawn.tokens;
  path.log_probability += log_probability;
  path.step_ends.push_back(path.text.size());
  if (drawn.is_last) path.state = end;
  return true;
}

// Log-probabilities of a step behind each path. Nothing when the budget cannot pay.
awaitable<std::optional<std::vector<double>>> likelihoods_of(std::span<const Path> paths, const DrawnStep& drawn,
                                                             SearchSpace& space) {
  std::vector<double> likelihoods(paths.size(), 0);
  if (drawn.text.empty()) co_return likelihoods;
  std::vector<std::string> texts(1, drawn.text);
  const std::optional<std::vector<std::vector<double>>> table = co_await space.likelihoods(paths, std::move(texts));
  if (!table) co_return std::nullopt;
  for (std::size_t i = 0; i < paths.size(); ++i) likelihoods[i] = (*table)[i].front();
  co_return likelihoods;
}

// Reads one more step of the reference behind every path; drops those behind which it cannot stand. False when the budget ended.
awaitable<bool> read_step(std::vector<Splice>& splices, std::vector<Path>& paths, const Population& population, std::size_t step,
                          const SweepContext& context) {
  const DrawnStep drawn = drawn_step(*population.reference(), step);
  const std::optional<std::vector<double>> likelihoods = co_await likelihoods_of(paths, drawn, context.space);
  if (!likelihoods) co_return false;
  std::vector<Splice> kept;
  std::vector<Path> standing;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (std::isinf((*likelihoods)[i])) continue;
    if (!put_behind(paths[i], drawn, (*likelihoods)[i], population.reference()->path.state, context.space)) {
      if (paths[i].state == PathState::cut_off) co_return false;
      continue;
    }
    splices[i].log_weight += (*likelihoods)[i];
    kept.push_back(std::move(splices[i]));
    standing.push_back(std::move(paths[i]));
  }
  splices = std::move(kept);
  paths = std::move(standing);
  const std::vector<double> scores = co_await score_step(context.verifier, paths, context.problem, context.space);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::vector<ParticleStep>& steps = splices[i].steps;
    ParticleStep& added = steps.emplace_back();
    const double before = steps.size() > 1 ? steps[steps.size() - 2].score : population.particles()[splices[i].ancestor].score();
    added.score = scores[i];
    added.log_potential = context.options.potential(scores[i], before);
    if (!drawn.is_last) added.beginning = std::make_shared<const Path>(hold(paths[i], context.space));
    splices[i].log_weight += added.log_potential / population.temperature();
  }
  co_return true;
}

}  // namespace

awaitable<void> sample_ancestor(Population& population, std::size_t step, const SweepContext& context) {
  const Particle* reference = population.reference();
  if (reference == nullptr || step + 1 >= reference->steps.size()) co_return;  // nothing of it is left
  std::vector<Splice> splices;
  std::vector<Path> paths;
  for (std::size_t i = 0; i < population.particles().size(); ++i) {
    const Particle& particle = population.particles()[i];
    if (particle.path.state != PathState::open) continue;  // nothing can follow what has ended
    splices.push_back(Splice{i, particle.log_weight});
    paths.push_back(std::move(context.space.fork(particle.path, 1).front()));
  }
  for (std::size_t later = step + 1; later < reference->steps.size(); ++later) {
    const bool paid = co_await read_step(splices, paths, population, later, context);
    if (!paid || splices.empty()) co_return;
  }
  std::vector<double> log_weights;
  for (const Splice& splice : splices) log_weights.push_back(splice.log_weight);
  const auto drawn = static_cast<std::size_t>(context.space.choose(normalised(log_weights)));
  if (splices[drawn].ancestor == 0) co_return;  // its own
  Particle spliced;
  spliced.path = std::move(paths[drawn]);
  spliced.steps = population.particles()[splices[drawn].ancestor].steps;
  for (ParticleStep& read : splices[drawn].steps) spliced.steps.push_back(std::move(read));
  population.replace_reference(std::move(spliced));
}

}  // namespace reckon
