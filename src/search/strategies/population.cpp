#include "search/strategies/population.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace reckon {
namespace {

// `copies` particles that continue this one.
std::vector<Particle> forks_of(const Particle& particle, int copies, SearchSpace& space) {
  std::vector<Particle> forks;
  for (Path& path : space.fork(particle.path, copies)) {
    forks.push_back(Particle{std::move(path), particle.log_weight, particle.steps});
  }
  return forks;
}

}  // namespace

double Particle::log_potential() const {
  double sum = 0;
  for (const ParticleStep& step : steps) sum += step.log_potential;
  return sum;
}

Path hold(const Path& path, SearchSpace& space) {
  Path held = std::move(space.fork(path, 1).front());
  held.id = path.id;
  held.parent = path.parent;
  return held;
}

Population::Population(std::vector<Path> paths, double temperature) : temperature_(temperature) {
  for (Path& path : paths) particles_.push_back(Particle{std::move(path)});
}

Population::Population(Particle reference, std::vector<Path> others, double temperature)
    : reference_(std::move(reference)), temperature_(temperature) {
  particles_.emplace_back();
  for (Path& path : others) particles_.push_back(Particle{std::move(path)});
}

bool Population::grows() const {
  return std::ranges::any_of(particles_, [](const Particle& particle) { return particle.path.state == PathState::open; });
}

std::vector<double> Population::log_weights() const {
  std::vector<double> log_weights;
  log_weights.reserve(particles_.size());
  for (const Particle& particle : particles_) log_weights.push_back(particle.log_weight);
  return log_weights;
}

std::vector<double> Population::weights() const { return normalised(log_weights()); }

double Population::log_evidence() const { return evidence_aside_ + log_mean_exp(log_weights()); }

void Population::weigh(std::size_t index, double log_potential) { particles_[index].log_weight += log_potential / temperature_; }

void Population::set_evidence_aside() {
  const double evidence = log_mean_exp(log_weights());
  if (std::isinf(evidence)) return;
  evidence_aside_ += evidence;
  for (Particle& particle : particles_) particle.log_weight -= evidence;
}

// An ancestor of weight w is drawn N w^(1/T) / Σ w^(1/T) times in expectation. Its copies keep w^(1-1/T), and the mean of the
// w^(1/T) is set aside: together w again.
std::vector<Particle> Population::resample(Resampler scheme, double temperature, SearchSpace& space) {
  const std::vector<double> log_weights = this->log_weights();
  const double evidence = log_mean_exp(log_weights, temperature);
  if (std::isinf(evidence)) return {};
  const std::vector<double> chances = normalised(log_weights, temperature);
  std::vector<std::size_t> ancestors;
  if (reference_) {
    ancestors = resampler_named("multinomial")(chances, particles_.size() - 1, space);
    ancestors.insert(ancestors.begin(), 0);
  } else {
    ancestors = scheme(chances, particles_.size(), space);
  }
  std::vector<Particle> dropped = descend(ancestors, space);
  evidence_aside_ += evidence;
  for (Particle& particle : particles_) particle.log_weight *= 1 - 1 / temperature;
  return dropped;
}

std::vector<Particle> Population::descend(std::span<const std::size_t> ancestors, SearchSpace& space) {
  std::vector<int> copies(particles_.size(), 0);
  for (const std::size_t ancestor : ancestors) ++copies[ancestor];
  std::vector<std::vector<Particle>> lines(particles_.size());  // what remains to be handed out of each, last first
  std::vector<Particle> dropped;
  for (std::size_t i = 0; i < particles_.size(); ++i) {
    if (copies[i] == 0) {
      dropped.push_back(std::move(particles_[i]));
      continue;
    }
    lines[i] = forks_of(particles_[i], copies[i] - 1, space);
    std::ranges::reverse(lines[i]);
    lines[i].push_back(std::move(particles_[i]));
  }
  for (std::size_t place = 0; place < ancestors.size(); ++place) {
    std::vector<Particle>& line = lines[ancestors[place]];
    particles_[place] = std::move(line.back());
    line.pop_back();
  }
  return dropped;
}

std::size_t Population::draw(SearchSpace& space) const { return static_cast<std::size_t>(space.choose(weights())); }

void Population::follow_reference(std::size_t step, SearchSpace& space) {
  if (!reference_ || step >= reference_->steps.size()) return;
  Particle& follower = particles_.front();
  const ParticleStep& next = reference_->steps[step];
  const bool last = step + 1 == reference_->steps.size();
  follower.path = last ? std::move(reference_->path) : hold(*next.beginning, space);
  // All of them: since the last step the reference may have been replaced by one with another beginning.
  follower.steps.assign(reference_->steps.begin(), reference_->steps.begin() + static_cast<std::ptrdiff_t>(step) + 1);
  weigh(0, next.log_potential);
}

}  // namespace reckon
