// What a sampler keeps of its particles: a record of every path that was drawn and what it weighs in the estimate, from which the
// outcome is made.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "search/strategies/parallel_sampling.h"
#include "search/strategies/population.h"

namespace reckon {

class ParticleAccount {
 public:
  explicit ParticleAccount(const Problem& problem) : problem_(&problem) {}

  void drop(Particle particle);  // not drawn again: pruned where it is open; weighs nothing
  // Paths of a population whose sweep is over. Their weights in it, together `share`, are added to what they weigh already.
  void note(const Population& population, double share);
  void forget_weights();
  // Of the first sweep, the only one whose estimate is free of bias.
  void set_log_evidence(double log_evidence) { log_evidence_ = log_evidence; }

  // `select`: "sample" draws by weight among paths with an answer, "weighted" votes with the weights; "best" takes the highest
  // score of all paths that ended, as the others do where no path of any weight has an answer. Confidence: the share of the
  // weight that is with the answer, for "best" the score. `ran_out`: the budget ended the search early, even where it cut off no
  // path.
  Outcome outcome(const std::string& select, SearchSpace& space, bool ran_out) &&;

 private:
  PathRecord& record_of(const Path& path, double score);

  const Problem* problem_;
  std::map<std::uint64_t, PathRecord> records_;  // by id
  std::optional<double> log_evidence_;
};

}  // namespace reckon
