// From results of evaluations to what allocators choose by (search/allocators/measurements.h), and how well such choices do on
// problems, and on tasks, that they were not learned from. Nothing is drawn: stored results are counted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/result_store.h"
#include "search/allocators/measurements.h"

namespace reckon {

// One problem under one strategy.
struct Observation {
  std::string task;
  std::string parameters;  // of the task, where they tell which problems those are: "level=2+3"
  std::string problem;     // id of the instance
  std::string text;        // of the problem, as the model was asked
  std::string prompt;      // how: RunIdentity::prompt
  std::string verifier;
  std::string strategy;
  Budget budget;
  bool right = false;
  double tokens = 0;
  double flops = 0;
  double seconds = 0;
  // Where its paths are independent of each other: how many, and how many of them are right.
  std::int64_t samples = 0;
  std::int64_t right_samples = 0;
  std::optional<double> difficulty;             // of its first paths, where there are as many as a pilot has
  double surprise = 0;                          // of their tokens: mean of minus the log-probability, in nats
  std::vector<std::pair<double, bool>> scores;  // of its independent paths that ended, where a verifier scored them; and right
};

inline constexpr int kPilotPaths = 8;  // specs card C4
inline constexpr int kBins = 5;

// What stores hold. A result that is there twice, in a store that is given twice, in a copy, or drawn again by another version of
// the program with the same seed, counts once.
class StoredObservations {
 public:
  // All results of a store but those of allocators that choose a strategy or move budget between problems.
  void add(ResultStore& store);

  const std::map<std::string, std::vector<Observation>>& by_model() const noexcept { return by_model_; }
  // Where the results of a model are from: every run of which some count.
  std::vector<MeasuredRun> runs(const std::string& model) const;
  std::int64_t repeated() const noexcept { return repeated_; }  // results that were counted before

 private:
  std::map<std::string, std::vector<Observation>> by_model_;
  std::map<std::string, std::vector<MeasuredRun>> runs_;
  std::map<std::string, std::set<std::int64_t>> counted_;  // problems of each run
  std::int64_t repeated_ = 0;
};

// What those come to. Difficulties are quantiles over all tasks, each problem once.
Measurements measurements_of(std::span<const Observation> observations);

// How choosing by measurements does, under one verifier and budget, in means over tasks, each alike.
struct ChoiceScore {
  std::string verifier;  // "" = strategies that ask none
  std::string budget;
  std::int64_t tasks = 0;
  std::int64_t problems = 0;
  std::string best, worst;  // strategies, in hindsight
  double best_accuracy = 0;
  double worst_accuracy = 0;
  double other_tasks = 0;     // choosing for each task by the others
  double other_problems = 0;  // `auto`, which chooses for each half of a task's problems by the other half
  double by_difficulty = 0;   // `compute_optimal`, the same
};

// For every verifier and budget under which several strategies were measured on the same problems of at least two tasks.
std::vector<ChoiceScore> score_choices(std::span<const Observation> observations);

}  // namespace reckon
