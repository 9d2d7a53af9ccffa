#include "app/measure_scores.h"

#include <algorithm>
#include <numeric>

namespace reckon {
namespace {

const Measure* measure_of(const ProblemResult& result, const std::string& name) {
  const std::vector<Measure>& all = result.verdict.measures;
  const auto found = std::ranges::find(all, name, &Measure::name);
  return found == all.end() ? nullptr : &*found;
}

// Each name once, in the order of the first answer that has it.
std::vector<std::string> named_in(std::span<const ProblemResult> results) {
  std::vector<std::string> names;
  for (const ProblemResult& result : results) {
    for (const Measure& measure : result.verdict.measures) {
      if (std::ranges::find(names, measure.name) == names.end()) names.push_back(measure.name);
    }
  }
  return names;
}

MeasureScore mean_of(const std::string& name, const std::vector<double>& values) {
  MeasureScore score{.name = name, .problems = std::ssize(values), .value = 0, .interval = {}, .baseline = {}};
  score.value = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  score.interval = bootstrap_mean(values, /*seed=*/0, resamples_for(values.size()));
  return score;
}

std::vector<double> values_of(const std::string& name, std::span<const ProblemResult> results) {
  std::vector<double> values;
  for (const ProblemResult& result : results) {
    if (const Measure* measure = measure_of(result, name)) values.push_back(measure->value);
  }
  return values;
}

// F1 = 2 sum(is and said) / (sum(is) + sum(said)). Always saying it finds all of a share p: 2 p / (1 + p).
MeasureScore f1_of(const std::string& name, const std::vector<double>& is, const std::vector<double>& said) {
  std::vector<double> both, all;
  double shared = 0, either = 0, so = 0;
  for (std::size_t i = 0; i < is.size(); ++i) {
    both.push_back(2 * is[i] * said[i]);
    all.push_back(is[i] + said[i]);
    shared += both.back();
    either += all.back();
    so += is[i];
  }
  const double share = so / static_cast<double>(is.size());
  return {.name = "F1 of " + name,
          .problems = std::ssize(is),
          .value = either > 0 ? shared / either : 0,
          .interval = bootstrap_ratio(both, all, /*seed=*/0, resamples_for(is.size())),
          .baseline = 2 * share / (1 + share)};
}

}  // namespace

std::vector<MeasureScore> measure_scores(std::span<const ProblemResult> results) {
  std::vector<MeasureScore> scores;
  for (const std::string& name : named_in(results)) {
    const std::vector<double> values = values_of(name, results);
    scores.push_back(mean_of(name, values));
    constexpr std::string_view kSaid = "said ";
    if (!name.starts_with(kSaid)) continue;
    const std::string truth = name.substr(kSaid.size());
    const std::vector<double> is = values_of(truth, results);
    if (is.size() == values.size()) scores.push_back(f1_of(truth, is, values));
  }
  return scores;
}

}  // namespace reckon
