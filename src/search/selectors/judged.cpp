#include "search/selectors/judged.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "search/selectors/vote.h"
#include "search/truth/truth.h"

namespace reckon {
namespace {

constexpr std::size_t kWrongVerdict = 0;
constexpr std::size_t kRightVerdict = 1;

// The paths that vote, and what was said of each.
struct Docket {
  std::vector<std::size_t> voters;
  std::vector<std::vector<JudgeVerdict>> verdicts;  // [voters]
};

Docket docket_of(std::span<const PathRecord> paths) {
  Docket docket;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!paths[i].answer) continue;
    docket.voters.push_back(i);
    docket.verdicts.push_back(paths[i].verdicts);
  }
  const bool one_judge = std::ranges::all_of(docket.verdicts, [](const auto& verdicts) { return verdicts.empty(); });
  for (std::size_t i = 0; one_judge && i < docket.voters.size(); ++i) {
    docket.verdicts[i].push_back({0, paths[docket.voters[i]].score});
  }
  return docket;
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

// Where a judge's scores part: one above it accepts, one below rejects.
struct Bar {
  double score;
  std::optional<std::size_t> at_it;  // what a score at it says; nothing where it says nothing
};

// Of a judge who gives few different scores, many may lie at the median: then they are on the side that is empty.
Bar median_bar(std::vector<double> scores) {
  const auto [least, most] = std::ranges::minmax(scores);
  Bar bar{median_of(std::move(scores)), std::nullopt};
  if (bar.score == least && least < most) bar.at_it = kWrongVerdict;
  if (bar.score == most && least < most) bar.at_it = kRightVerdict;
  return bar;
}

std::map<std::size_t, Bar> bars_of(const Docket& docket, const Parameters& parameters) {
  std::map<std::size_t, std::vector<double>> scores;
  for (const auto& verdicts : docket.verdicts) {
    for (const JudgeVerdict& verdict : verdicts) scores[verdict.judge].push_back(verdict.score);
  }
  std::map<std::size_t, Bar> bars;
  for (auto& [judge, given] : scores) {
    bars[judge] = parameters.flag("median") ? median_bar(std::move(given)) : Bar{parameters.number("threshold"), kRightVerdict};
  }
  return bars;
}

using Labels = std::vector<std::pair<std::size_t, std::size_t>>;  // worker and label of each verdict, sorted

std::vector<Labels> labels_of(const Docket& docket, const Parameters& parameters) {
  const std::map<std::size_t, Bar> bars = bars_of(docket, parameters);
  std::vector<Labels> labels;
  for (const auto& verdicts : docket.verdicts) {
    Labels& of_path = labels.emplace_back();
    for (const JudgeVerdict& verdict : verdicts) {
      const auto place = bars.find(verdict.judge);
      const Bar& bar = place->second;
      const auto worker = static_cast<std::size_t>(std::distance(bars.begin(), place));
      const std::optional<std::size_t> label =
          verdict.score == bar.score ? bar.at_it : std::optional(verdict.score > bar.score ? kRightVerdict : kWrongVerdict);
      if (label) of_path.emplace_back(worker, *label);
    }
    std::ranges::sort(of_path);
  }
  return labels;
}

}  // namespace

std::vector<ParameterSpec> judged_parameters(const JudgedMethod& method) {
  std::vector<ParameterSpec> parameters{
      {"threshold", 0.5, "a judge accepts a path to which it gives this score or more", 0, 1},
      {"median", false, "instead, it accepts what it scores above the median of its scores, and rejects what it scores below"}};
  std::ranges::copy(find_truth_method(method.name).parameters, std::back_inserter(parameters));
  return parameters;
}

std::vector<double> chances_right(std::span<const PathRecord> paths, const JudgedMethod& method, const Parameters& parameters) {
  std::vector<double> chances(paths.size(), 0);
  const Docket docket = docket_of(paths);
  if (docket.voters.empty()) return chances;
  const std::vector<Labels> labels = labels_of(docket, parameters);
  // Paths of whom the same was said are alike: in the order of that, sums come out the same whatever order the paths are in.
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&labels](std::size_t a, std::size_t b) { return labels[a] < labels[b]; });
  VoteTable table;
  table.items = order.size();
  table.classes.assign(order.size(), 2);
  table.shared = method.estimates_prior;
  for (std::size_t item = 0; item < order.size(); ++item) {
    for (const auto& [worker, label] : labels[order[item]]) {
      table.workers = std::max(table.workers, worker + 1);
      table.votes.push_back({item, worker, label});
    }
  }
  // What one judge says can be compared with nothing, and is believed.
  const std::string_view by = table.workers > 1 ? method.name : "majority";
  const TruthEstimate estimate = find_truth_method(by).infer(table, parameters);
  for (std::size_t item = 0; item < order.size(); ++item) {
    chances[docket.voters[order[item]]] = rounded_weight(estimate.posterior[item][kRightVerdict]);
  }
  return chances;
}

Selection vote_by_judges(std::span<const PathRecord> paths, const JudgedMethod& method, const Parameters& parameters) {
  return vote(paths, chances_right(paths, method, parameters));
}

}  // namespace reckon
