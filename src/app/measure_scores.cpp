#include "app/measure_scores.h"

#include <algorithm>

#include "app/strategy_score.h"

namespace reckon {
namespace {

const Measure* measure_of(const ProblemResult& result, const std::string& name) {
  const std::vector<Measure>& all = result.verdict.measures;
  const auto found = std::ranges::find(all, name, &Measure::name);
  return found == all.end() ? nullptr : &*found;
}

// Each name once, with its kind, in the order of the first answer that has it.
std::vector<Measure> named_in(std::span<const ProblemResult> results) {
  std::vector<Measure> names;
  for (const ProblemResult& result : results) {
    for (const Measure& measure : result.verdict.measures) {
      if (std::ranges::find(names, measure.name, &Measure::name) == names.end()) names.push_back(measure);
    }
  }
  return names;
}

MeasureScore mean_of(const std::string& name, const std::vector<double>& values) {
  MeasureScore score{.name = name, .problems = std::ssize(values), .value = 0, .interval = {}, .baseline = {}};
  for (const double value : values) score.value += value / static_cast<double>(values.size());
  score.interval = bootstrap_mean(values, /*seed=*/0, resamples_for(values.size()));
  return score;
}

std::vector<double> values_of(const Measure& wanted, std::span<const ProblemResult> results) {
  std::vector<double> values;
  for (const ProblemResult& result : results) {
    if (const Measure* measure = measure_of(result, wanted.name)) {
      values.push_back(measure->value);
    } else if (wanted.kind == MeasureKind::share && result.verdict.measures.empty()) {
      values.push_back(0);
    }
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
  for (const Measure& wanted : named_in(results)) {
    const std::vector<double> values = values_of(wanted, results);
    scores.push_back(mean_of(wanted.name, values));
    constexpr std::string_view kSaid = "said ";
    if (!wanted.name.starts_with(kSaid)) continue;
    const Measure truth{wanted.name.substr(kSaid.size()), 0, MeasureKind::share};
    const std::vector<double> is = values_of(truth, results);
    if (is.size() == values.size()) scores.push_back(f1_of(truth.name, is, values));
  }
  return scores;
}

}  // namespace reckon
