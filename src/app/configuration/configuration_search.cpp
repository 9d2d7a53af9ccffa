#include "app/configuration/configuration_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/units.h"
#include "tasks/plot.h"

namespace reckon {
namespace {

bool has_places(const std::string& text) { return !Family(text).places().empty(); }

// Several verifiers are the alternatives of a place, and no place stands inside another: where one of them has places of its own,
// each makes a family.
std::vector<Family> families_of(const ConfigurationRequest& request) {
  const std::vector<std::string> strategies = request.strategies.empty() ? default_families() : request.strategies;
  const std::vector<std::string> verifiers =
      request.verifiers.empty() ? std::vector<std::string>{kUsualVerifier} : request.verifiers;
  const std::size_t together = std::ranges::any_of(verifiers, has_places) ? 1 : verifiers.size();
  std::vector<Family> families;
  for (const std::string& strategy : strategies) {
    const bool asks = find_strategy(strategy.substr(0, strategy.find(':'))).uses_verifier;
    for (std::size_t first = 0; first < verifiers.size(); first += together) {
      if (first == 0 || asks) families.push_back(family_of(strategy, std::span(verifiers).subspan(first, together)));
    }
  }
  return families;
}

EvaluationRequest evaluation_of(const ConfigurationRequest& request, const Configuration& configuration, std::int64_t first,
                                std::int64_t count) {
  EvaluationRequest evaluation = request.evaluation;
  evaluation.strategies = {configuration.strategy};
  evaluation.verifier = configuration.verifier;
  evaluation.grid.clear();
  evaluation.offset += first;
  evaluation.limit = count;
  evaluation.on_progress = nullptr;
  evaluation.on_result = nullptr;
  const std::string name = configuration.strategy.substr(0, configuration.strategy.find(':'));
  if (!find_strategy(name).asks_models) evaluation.ensemble.clear();
  return evaluation;
}

// A task's file may hold fewer problems than asked for.
HalvingOptions halving_of(const ConfigurationRequest& request) {
  HalvingOptions options = request.halving;
  options.seed = request.evaluation.seed;
  if (const auto size = make_task(request.evaluation.task)->size()) {
    const std::int64_t left = static_cast<std::int64_t>(*size) - request.evaluation.offset;
    options.problems = std::min(options.problems, left);
    if (left < 1) throw Error(ErrorCode::bad_argument, "the task holds no problem from there", "--offset");
  }
  return options;
}

bool can_be_made(const Configuration& configuration) {
  try {
    require_configuration(configuration);
    return true;
  } catch (const Error& fault) {  // parameters that do not go together: another is proposed
    if (fault.code() == ErrorCode::bad_argument) return false;
    throw;
  }
}

std::vector<TrialResult> results_of(const Evaluation& evaluation) {
  std::vector<TrialResult> results;
  for (const ProblemResult& result : evaluation.cells.front().results) {
    TrialResult& one = results.emplace_back();
    one.right = result.right();
    one.tokens = static_cast<double>(result.solved.receipt.ledger.total());
  }
  return results;
}

std::string quoted(const std::string& text) {  // a basic string of TOML
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += fmt::format("\\{}", c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string table_of(const char* command, const ConfigurationRequest& request, const Configuration& best) {
  std::string text = fmt::format("\n[{}]\nstrategy = {}\n", command, quoted(best.strategy));
  if (!best.verifier.empty()) text += fmt::format("verifier = {}\n", quoted(best.verifier));
  text += fmt::format("budget = {}\n", quoted(exact_text(request.evaluation.budget)));
  if (!request.model.empty()) text += fmt::format("model = {}\n", quoted(request.model));
  const std::vector<std::string> models = evaluation_of(request, best, 0, 1).ensemble;
  std::string list;
  for (const std::string& file : models) list += (list.empty() ? "" : ", ") + quoted(file);
  if (!list.empty()) text += fmt::format("ensemble = [{}]\n", list);
  if (!request.evaluation.system.empty()) text += fmt::format("system = {}\n", quoted(request.evaluation.system));
  if (!request.evaluation.chat) text += "plain = true\n";
  return text;
}

}  // namespace

void validate(const ConfigurationRequest& request) {
  if (to_string(request.evaluation.budget) == to_string(Budget{})) {
    throw Error(ErrorCode::bad_argument, "is missing; expected what each problem may cost, as tokens=2000", "--budget");
  }
  const HalvingOptions options = halving_of(request);
  for (const std::string& strategy : request.strategies) require_strategy(strategy);
  for (const std::string& verifier : request.verifiers) require_verifier(verifier);
  bool several = false;
  for (const Family& family : families_of(request)) {
    const Configuration middle = configuration_of(family, family.middle());
    validate(evaluation_of(request, middle, 0, 1));
    several = several || !evaluation_of(request, middle, 0, 1).ensemble.empty();
  }
  if (!request.evaluation.ensemble.empty() && !several) {
    throw Error(ErrorCode::bad_argument, "no strategy asks more than one model; take ensemble or pipeline", "--ensemble");
  }
  if (options.configurations < 1) throw Error(ErrorCode::bad_argument, "is below 1; expected how many to try", "--trials");
}

SearchedConfigurations search_configurations(const RuntimeOptions& options, const std::function<Runtime&()>& runtime,
                                             const ConfigurationRequest& request, ResultStore* store) {
  validate(request);
  const std::vector<Family> families = families_of(request);
  const HalvingOptions halving = halving_of(request);
  const std::int64_t planned = planned_solutions(families.size(), halving);
  std::int64_t done = 0;
  HalvingCallbacks callbacks;
  callbacks.valid = can_be_made;
  if (request.on_trial) callbacks.on_trial = request.on_trial;
  callbacks.solve = [&](const Configuration& configuration, std::int64_t first, std::int64_t count) {
    EvaluationRequest evaluation = evaluation_of(request, configuration, first, count);
    evaluation.on_progress = [&](std::int64_t, std::int64_t) {
      ++done;
      if (request.on_progress) request.on_progress(done, std::max(done, planned));
    };
    return results_of(store != nullptr ? evaluate(options, runtime, evaluation, *store) : evaluate(runtime(), evaluation));
  };
  return search_by_halving(families, halving, callbacks);
}

std::string configuration_file(const ConfigurationRequest& request, const SearchedConfigurations& searched) {
  const Trial& best = searched.trials[searched.best];
  const ConfidenceInterval interval = interval_of(best);
  std::string text =
      fmt::format("# The best of {} on {} ({}, {} from {} on, seed {}):\n", counted(std::ssize(searched.trials), "configuration"),
                  request.evaluation.task, name_of(request.evaluation.split), counted(std::ssize(best.results), "problem"),
                  request.evaluation.offset, request.evaluation.seed);
  text += fmt::format(
      "# {:.1f} % right ({:.1f} … {:.1f} %) for {:.1f} tokens each. It was chosen for that figure: on other problems\n",
      100 * best.accuracy(), 100 * interval.low, 100 * interval.high, best.tokens_mean());
  text += "# expect somewhat less. reckon --config FILE solve …\n";
  return text + table_of("solve", request, best.configuration) + table_of("eval", request, best.configuration);
}

std::string configuration_plot(const ConfigurationRequest& request, const SearchedConfigurations& searched) {
  std::vector<PlotSeries> series;
  for (const std::size_t index : whole_trials(searched)) {
    const Trial& trial = searched.trials[index];
    const std::string& strategy = trial.configuration.strategy;
    const std::string name = strategy.substr(0, strategy.find(':'));
    auto of_family = std::ranges::find(series, name, &PlotSeries::name);
    if (of_family == series.end()) of_family = series.insert(series.end(), PlotSeries{.name = name, .points = {}});
    PlotPoint& point = of_family->points.emplace_back();
    point.cost = trial.tokens_mean();
    point.accuracy = trial.accuracy();
    point.interval = interval_of(trial);
  }
  PlotPanel panel;
  panel.axis = CostAxis::tokens;
  panel.series = std::move(series);
  const std::string title =
      fmt::format("{}, {} under {}", request.evaluation.task, counted(std::ssize(searched.trials), "configuration"),
                  to_string(request.evaluation.budget));
  return accuracy_panels(title, std::span(&panel, 1));
}

ConfidenceInterval interval_of(const Trial& trial) {
  const auto right = std::ranges::count(trial.results, true, &TrialResult::right);
  return wilson_interval(static_cast<int>(right), static_cast<int>(trial.results.size()));
}

std::vector<std::size_t> whole_trials(const SearchedConfigurations& searched) {
  std::vector<std::size_t> indices;
  const std::size_t problems = searched.trials[searched.best].results.size();
  for (std::size_t i = 0; i < searched.trials.size(); ++i) {
    if (searched.trials[i].results.size() == problems) indices.push_back(i);
  }
  std::ranges::stable_sort(indices, [&](std::size_t a, std::size_t b) {
    const Trial& first = searched.trials[a];
    const Trial& second = searched.trials[b];
    return std::pair(-first.accuracy(), first.tokens_mean()) < std::pair(-second.accuracy(), second.tokens_mean());
  });
  return indices;
}

}  // namespace reckon
