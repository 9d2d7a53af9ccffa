#include "search/strategies/sweep.h"

#include <algorithm>
#include <utility>

#include "search/strategies/ancestor_sampling.h"

namespace reckon {
namespace {

struct SweepPlace {  // of a particle
  Population* population;
  std::size_t index;
};

// Takes the step that was drawn for a particle into account.
void settle(SweepPlace place, Path path, double score, const SweepContext& context) {
  Particle& particle = place.population->particles()[place.index];
  ParticleStep step;
  step.score = score;
  step.log_potential = context.options.potential(score, particle.score());
  if (context.options.keeps_beginnings && path.state == PathState::open) {
    step.beginning = std::make_shared<const Path>(hold(path, context.space));
  }
  particle.path = std::move(path);
  place.population->weigh(place.index, step.log_potential);
  particle.steps.push_back(std::move(step));
}

// Card C8's look-ahead: what the verifier says of one more step counts for `ahead` of the score. The step is drawn for this alone
// and given up. Where the potential is linear in the score, the target is that of the expected score, and estimates stay
// unbiased.
awaitable<void> look_ahead(std::span<const Path> paths, std::vector<double>& scores, std::size_t step,
                           const SweepContext& context) {
  std::vector<std::size_t> places;
  std::vector<Path> ahead;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].state != PathState::open || context.space.exhausted()) continue;
    places.push_back(i);
    ahead.push_back(std::move(context.space.fork(paths[i], 1).front()));
  }
  if (ahead.empty()) co_return;
  co_await context.space.advance(ahead, context.options.search.at(static_cast<int>(step) + 1));
  const std::vector<double> further = co_await score_step(context.verifier, ahead, context.problem, context.space);
  for (std::size_t i = 0; i < ahead.size(); ++i) {
    double& score = scores[places[i]];
    if (ahead[i].state != PathState::cut_off) score += context.options.ahead * (further[i] - score);
    Particle given_up{.path = std::move(ahead[i])};
    given_up.steps.push_back({.score = further[i]});
    context.account.drop(std::move(given_up));
  }
}

// One step of all open particles of all populations. A reference draws nothing: it goes its way again.
awaitable<void> extend(std::vector<Population>& populations, std::size_t step, const SweepContext& context) {
  std::vector<SweepPlace> places;
  std::vector<Path> paths;
  for (Population& population : populations) {
    if (context.options.first_temperature > 0) population.set_temperature(context.options.temperature_at(step));
    for (std::size_t i = population.reference() != nullptr ? 1 : 0; i < population.particles().size(); ++i) {
      Particle& particle = population.particles()[i];
      if (particle.path.state == PathState::open) {
        places.push_back(SweepPlace{&population, i});
        paths.push_back(std::move(particle.path));
      } else if (context.options.repeats_last && !particle.steps.empty()) {
        population.weigh(i, particle.steps.back().log_potential);
      }
    }
    population.follow_reference(step, context.space);
  }
  if (paths.empty()) co_return;
  co_await context.space.advance(paths, context.options.search.at(static_cast<int>(step)));
  std::vector<double> scores = co_await score_step(context.verifier, paths, context.problem, context.space);
  if (context.options.ahead > 0) co_await look_ahead(paths, scores, step, context);
  for (std::size_t i = 0; i < paths.size(); ++i) settle(places[i], std::move(paths[i]), scores[i], context);
}

bool cut_off(const std::vector<Population>& populations) {
  return std::ranges::any_of(populations, [](const Population& population) {
    return std::ranges::any_of(population.particles(),
                               [](const Particle& particle) { return particle.path.state == PathState::cut_off; });
  });
}

}  // namespace

bool is_due(std::span<const double> weights, double resample_below) {
  if (resample_below >= 1) return true;  // whatever rounding makes of the effective sample size
  return effective_sample_size(weights) <= resample_below * static_cast<double>(weights.size());
}

std::vector<ParameterSpec> particle_parameters(std::int64_t default_n) {
  std::vector<ParameterSpec> table = step_search_parameters(default_n);
  const auto select = std::ranges::find(table, "select", &ParameterSpec::name);
  select->meaning = "the highest score, the vote by weight, or one path drawn by weight";
  select->choices = {"best", "weighted", "sample"};
  table.push_back({.name = "potential",
                   .default_value = std::string("value"),
                   .meaning = "what a step's score counts for",
                   .choices = potential_names()});
  table.push_back({"potential_temperature", 1.0, "potentials count to the power of 1 over this", 1e-3, 1e6});
  table.push_back(
      {"resample", 1.0, "resample where the effective sample size is at most this share of n; 1 = always, 0 = never", 0, 1});
  return table;
}

SweepOptions::SweepOptions(const Parameters& parameters)
    : search(parameters, /*own_select=*/true),
      potential(potential_named(parameters.text("potential"))),
      temperature(parameters.number("potential_temperature")),
      resample_below(parameters.number("resample")) {}

// Card C6: from the first to the last in equal steps.
double SweepOptions::temperature_at(std::size_t step) const {
  const double place = std::min(static_cast<double>(step) / static_cast<double>(cooling_steps), 1.0);
  return first_temperature + (temperature - first_temperature) * place;
}

// Card C8: early on ancestors are drawn by weights of at least this much entropy; what is asked for falls with the steps.
double SweepOptions::resampling_temperature(std::size_t step, const Population& population) const {
  const double share = entropy * (1 - static_cast<double>(step) / static_cast<double>(entropy_steps));
  return share > 0 ? temperature_for_entropy(population.log_weights(), share) : 1;
}

awaitable<bool> run_sweep(std::vector<Population>& populations, const SweepContext& context) {
  for (std::size_t step = 0; std::ranges::any_of(populations, &Population::grows); ++step) {
    co_await extend(populations, step, context);
    // What cannot be paid for is not copied: paths that are still open end as they are.
    if (cut_off(populations) || context.space.exhausted()) continue;
    for (Population& population : populations) {
      if (!population.grows()) continue;  // what has ended is weighed, not resampled
      if (!is_due(population.weights(), context.options.resample_below)) continue;
      if (context.options.samples_ancestors) co_await sample_ancestor(population, step, context);
      const double temperature = context.options.resampling_temperature(step, population);
      for (Particle& particle : population.resample(context.options.scheme, temperature, context.space)) {
        context.account.drop(std::move(particle));
      }
    }
  }
  co_return !cut_off(populations);
}

}  // namespace reckon
