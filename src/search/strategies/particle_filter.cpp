// Particle filter: n paths grow step by step, and after each step go on in proportion to what the verifier thinks of them.
// Source: Puri et al. 2025, arXiv:2502.01618, algorithm 1 (specs card C6); entropy: Giannone et al. 2025 (card C8).
#include <optional>
#include <utility>

#include "search/strategies/sweep.h"

namespace reckon {
namespace {

SweepOptions options_of(const Parameters& parameters) {
  SweepOptions options(parameters);
  options.scheme = resampler_named(parameters.text("resampler"));
  options.repeats_last = parameters.text("finished") == "last";
  options.first_temperature = parameters.number("first_temperature");
  options.cooling_steps = parameters.integer("cooling_steps");
  options.entropy = parameters.number("entropy");
  options.entropy_steps = parameters.integer("entropy_steps");
  options.ahead = parameters.number("ahead");
  return options;
}

class ParticleFilter final : public Strategy {
 public:
  ParticleFilter(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(options_of(parameters)), verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ParticleAccount account(problem);
    std::vector<Population> populations;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return std::move(account).outcome(options_.search.select, space, /*ran_out=*/true);
      populations.emplace_back(space.fork(*root, options_.search.n), options_.temperature);
    }
    const SweepContext context{options_, *verifier_, problem, space, account};
    const bool whole = co_await run_sweep(populations, context);
    account.note(populations.front(), 1);
    if (whole) account.set_log_evidence(populations.front().log_evidence());
    co_return std::move(account).outcome(options_.search.select, space, /*ran_out=*/false);
  }

 private:
  SweepOptions options_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_particle_filter(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<ParticleFilter>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry particle_filter_entry() {
  std::vector<ParameterSpec> parameters = particle_parameters(16);
  parameters.push_back({.name = "resampler",
                        .default_value = std::string("systematic"),
                        .meaning = "how ancestors are drawn",
                        .choices = resampler_names()});
  parameters.push_back({.name = "finished",
                        .default_value = std::string("one"),
                        .meaning = "an ended path's later potentials: one, or its last again at every step",
                        .choices = {"one", "last"}});
  parameters.push_back({"first_temperature", 0.0,
                        "temperature of the potentials in the first step; from it, it goes to potential_temperature; 0 = at once",
                        0, 1e6});
  parameters.push_back({"cooling_steps", std::int64_t{20}, "steps in which it does so", 1, 1e6});
  parameters.push_back(
      {"entropy", 0.0, "least entropy of the weights ancestors are drawn by, as a share of log n; 0 = any", 0, 1});
  parameters.push_back({"entropy_steps", std::int64_t{20}, "steps in which that share falls to 0", 1, 1e6});
  parameters.push_back(
      {"ahead", 0.0, "share of a step's score that one more step has, drawn behind every path for this alone; 0 = none", 0, 1});
  return {.name = "particle_filter",
          .summary = "n paths grown step by step and resampled by the verifier's scores; samples what the verifier accepts",
          .source = "Puri et al. 2025, arXiv:2502.01618",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make_particle_filter};
}

}  // namespace reckon
