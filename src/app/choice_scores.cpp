// How choosing by measurements does on what was not measured: score_choices of learning.h.
#include <algorithm>
#include <set>

#include "app/learning.h"

namespace reckon {
namespace {

// One situation: the strategies that can be taken in it, and what came of each on every problem.
struct Field {
  std::string verifier;
  Budget budget;
  std::vector<Observation> observations;                     // of the situation, those of no verifier included
  std::map<std::string, std::map<std::string, bool>> right;  // by strategy, and task and problem
  std::map<std::string, std::vector<std::string>> problems;  // by task; those that every strategy has solved
};

std::string name_of(const Observation& one) { return one.task + "\n" + one.problem; }

// Only problems that all strategies have solved count.
void keep_common(Field& field) {
  std::map<std::string, int> solved;
  for (const auto& [strategy, results] : field.right) {
    for (const auto& [problem, right] : results) ++solved[problem];
  }
  std::set<std::string> seen;
  const auto all = static_cast<int>(field.right.size());
  std::erase_if(field.observations, [&](const Observation& one) { return solved[name_of(one)] < all; });
  for (const Observation& one : field.observations) {
    if (seen.insert(name_of(one)).second) field.problems[one.task].push_back(name_of(one));
  }
}

std::vector<Field> fields_of(std::span<const Observation> observations) {
  std::set<std::string> verifiers;
  std::map<std::string, Budget> budgets;
  for (const Observation& one : observations) {
    verifiers.insert(one.verifier);
    budgets.emplace(to_string(one.budget), one.budget);
  }
  std::vector<Field> fields;
  for (const std::string& verifier : verifiers) {
    for (const auto& [text, budget] : budgets) {
      Field field;
      field.verifier = verifier;
      field.budget = budget;
      for (const Observation& one : observations) {
        const bool can_ask = one.verifier.empty() || one.verifier == verifier;
        if (!can_ask || to_string(one.budget) != text) continue;
        field.observations.push_back(one);
        field.right[one.strategy][name_of(one)] = one.right;
      }
      keep_common(field);
      if (field.right.size() > 1 && field.problems.size() > 1) fields.push_back(std::move(field));
    }
  }
  return fields;
}

double accuracy(const Field& field, const std::string& strategy, std::span<const std::string> problems) {
  double right = 0;
  for (const std::string& problem : problems) right += field.right.at(strategy).at(problem) ? 1 : 0;
  return right / static_cast<double>(problems.size());
}

MeasuredSituation situation_of(const Field& field, const std::string& task, int bin) {
  MeasuredSituation situation;
  situation.task = task;
  situation.verifier = field.verifier;
  situation.budget = field.budget;
  situation.bin = bin;
  return situation;
}

// Learned from those of the field that `keep` names; the choice falls on one of its strategies.
template <typename Keep>
Measurements learned(const Field& field, Keep keep) {
  std::vector<Observation> kept;
  std::ranges::copy_if(field.observations, std::back_inserter(kept), keep);
  return measurements_of(kept);
}

void score_strategies(const Field& field, ChoiceScore& score) {
  score.best_accuracy = -1;
  score.worst_accuracy = 2;
  for (const auto& [strategy, results] : field.right) {
    double mean = 0;
    for (const auto& [task, problems] : field.problems) {
      mean += accuracy(field, strategy, problems) / static_cast<double>(field.problems.size());
    }
    if (mean > score.best_accuracy) {
      score.best_accuracy = mean;
      score.best = strategy;
    }
    if (mean < score.worst_accuracy) {
      score.worst_accuracy = mean;
      score.worst = strategy;
    }
  }
}

double by_other_tasks(const Field& field) {
  double mean = 0;
  for (const auto& [task, problems] : field.problems) {
    const Measurements others = learned(field, [&](const Observation& one) { return one.task != task; });
    const std::vector<RankedStrategy> ranked = ranked_strategies(others, situation_of(field, "", kAllBins));
    const std::string& chosen = cheapest_of_best(ranked, 0.005).strategy;
    mean += accuracy(field, chosen, problems) / static_cast<double>(field.problems.size());
  }
  return mean;
}

// Two folds of every task's problems, in turn.
double by_other_problems(const Field& field, bool by_difficulty) {
  std::map<std::string, int> fold;
  for (const auto& [task, problems] : field.problems) {
    for (std::size_t i = 0; i < problems.size(); ++i) fold[problems[i]] = static_cast<int>(i % 2);
  }
  std::map<std::string, double> difficulty;
  for (const Observation& one : field.observations) {
    if (one.difficulty) difficulty.emplace(name_of(one), *one.difficulty);
  }
  double mean = 0;
  for (const int held_out : {0, 1}) {
    const Measurements others = learned(field, [&](const Observation& one) { return fold[name_of(one)] != held_out; });
    for (const auto& [task, problems] : field.problems) {
      for (const std::string& problem : problems) {
        if (fold[problem] != held_out) continue;
        const auto known = difficulty.find(problem);
        const int bin = by_difficulty && known != difficulty.end() ? bin_of(known->second, others.bins) : kAllBins;
        std::vector<RankedStrategy> ranked = ranked_strategies(others, situation_of(field, task, bin));
        if (ranked.empty()) ranked = ranked_strategies(others, situation_of(field, task, kAllBins));
        const bool right = !ranked.empty() && field.right.at(cheapest_of_best(ranked, 0.005).strategy).at(problem);
        mean += right ? 1.0 / static_cast<double>(problems.size() * field.problems.size()) : 0;
      }
    }
  }
  return mean;
}

}  // namespace

std::vector<ChoiceScore> score_choices(std::span<const Observation> observations) {
  std::vector<ChoiceScore> scores;
  for (const Field& field : fields_of(observations)) {
    ChoiceScore& score = scores.emplace_back();
    score.verifier = field.verifier;
    score.budget = to_string(field.budget);
    score.tasks = std::ssize(field.problems);
    for (const auto& [task, problems] : field.problems) score.problems += std::ssize(problems);
    score_strategies(field, score);
    score.other_tasks = by_other_tasks(field);
    score.other_problems = by_other_problems(field, /*by_difficulty=*/false);
    score.by_difficulty = by_other_problems(field, /*by_difficulty=*/true);
  }
  return scores;
}

}  // namespace reckon
