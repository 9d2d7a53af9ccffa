#include "search/strategies/step_search.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.h"
#include "search/answers/grouping.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

std::string delimiter_named(const std::string& name) {
  const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
  if (number) {
    throw Error(ErrorCode::bad_argument,
                "is " + name + "; for steps of so many tokens write step=tokens,step_tokens=" + name + ", and step=/" + name +
                    "/ for steps that end at this text",
                "parameter 'step'");
  }
  if (name == "newline") return "\n";
  if (name == "blank_line") return "\n\n";
  return name == "tokens" ? "" : name;
}

// "/…/", and what has a name of its own.
std::shared_ptr<const TextPattern> pattern_named(const std::string& name) {
  constexpr std::string_view kWhere = "parameter 'step'";
  constexpr std::string_view kSentence = R"([.!?]["')\]]*\s)";
  if (name == "sentence") return std::make_shared<TextPattern>(kSentence, kWhere);
  const bool pattern = name.size() > 2 && name.front() == '/' && name.back() == '/';
  return pattern ? std::make_shared<TextPattern>(std::string_view(name).substr(1, name.size() - 2), kWhere) : nullptr;
}

// The mean score of all ends with an answer, of which those that give another than this one count 0.
double agreed_score(std::span<const PathRecord> records, std::size_t chosen) {
  std::vector<std::string> answers;
  for (const PathRecord& record : records) answers.push_back(record.answer.value_or(""));
  const auto ends = static_cast<double>(std::ranges::count_if(answers, [](const std::string& text) { return !text.empty(); }));
  double sum = 0;
  for (const AnswerGroup& group : group_answers(answers)) {
    if (std::ranges::find(group.members, chosen) == group.members.end()) continue;
    for (const std::size_t member : group.members) sum += std::clamp(records[member].score, 0.0, 1.0);
  }
  return ends > 0 ? sum / ends : 0;
}

}  // namespace

std::vector<ParameterSpec> step_search_parameters(std::int64_t default_n) {
  std::vector<ParameterSpec> table = drawing_parameters(kSearchTemperature, default_n);
  table.push_back(
      {.name = "step",
       .default_value = std::string("newline"),
       .meaning =
           "what ends a step: newline, blank_line, sentence, tokens (step_tokens alone), a text, or a /regular expression/",
       .needs_text = true});
  table.push_back({"step_tokens", std::int64_t{2048}, "most tokens of a step", 1, 1e9});
  table.push_back({"steps", std::int64_t{40}, "most steps; the last is drawn to the end of the path", 1, 1e6});
  table.push_back(select_parameter());
  return table;
}

StepSearchOptions::StepSearchOptions(const Parameters& parameters, bool own_select)
    : n(parameters.values().contains("n") ? static_cast<int>(parameters.integer("n")) : 1),
      step(step_options(parameters)),
      steps(static_cast<int>(parameters.integer("steps"))),
      select(parameters.text("select")) {
  step.pattern = pattern_named(parameters.text("step"));
  if (!step.pattern) step.delimiter = delimiter_named(parameters.text("step"));
  step.max_tokens = parameters.integer("step_tokens");
  if (!own_select) make_selector(select);  // throws here, before anything is drawn
  last_ = to_the_end();
}

StepOptions StepSearchOptions::to_the_end() const {
  StepOptions options = step;
  options.delimiter.clear();
  options.pattern.reset();
  options.max_tokens = -1;
  return options;
}

const StepOptions& StepSearchOptions::at(int step_index) const { return step_index + 1 < steps ? step : last_; }

bool StepSearchOptions::is_last(const Path& path) const { return std::ssize(path.step_ends) + 1 >= steps; }

awaitable<std::vector<Path>> open_paths(const Problem& problem, SearchSpace& space, int n) {
  std::vector<Path> paths;
  const std::optional<Path> root = co_await space.open(problem);
  if (root) paths = space.fork(*root, n);
  co_return paths;
}

awaitable<void> advance_these(std::vector<Path*> paths, const StepOptions& step, SearchSpace& space) {
  if (paths.empty()) co_return;
  std::vector<Path> batch;
  for (Path* path : paths) batch.push_back(std::move(*path));
  co_await space.advance(batch, step);
  for (std::size_t i = 0; i < paths.size(); ++i) *paths[i] = std::move(batch[i]);
}

awaitable<std::vector<double>> score_these(const Verifier& verifier, std::vector<Path*> paths, const Problem& problem,
                                           SearchSpace& space) {
  if (paths.empty()) co_return std::vector<double>();
  std::vector<Path> batch;
  for (Path* path : paths) batch.push_back(std::move(*path));
  std::vector<double> scores = co_await verifier.score(batch, problem, space);
  for (std::size_t i = 0; i < paths.size(); ++i) *paths[i] = std::move(batch[i]);
  co_return scores;
}

awaitable<void> advance_each(std::vector<Path>& paths, const StepSearchOptions& options, SearchSpace& space) {
  std::vector<Path*> stepping;
  std::vector<Path*> ending;
  for (Path& path : paths) (options.is_last(path) ? ending : stepping).push_back(&path);
  co_await advance_these(std::move(stepping), options.step, space);
  co_await advance_these(std::move(ending), options.to_the_end(), space);
}

awaitable<std::vector<double>> score_step(const Verifier& verifier, std::span<Path> paths, const Problem& problem,
                                          SearchSpace& space) {
  std::vector<double> scores = co_await verifier.score(paths, problem, space);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i].step_scores.push_back(scores[i]);
  co_return scores;
}

double last_score(const Path& path) { return path.step_scores.empty() ? 0 : path.step_scores.back(); }

std::vector<std::size_t> best_first(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [scores](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

void ClosedPaths::add(Path path, double score) {
  if (path.state == PathState::open) path.state = PathState::pruned;
  ended_ += path.state == PathState::pruned ? 0 : 1;
  const double scores[] = {score};
  records_.push_back(std::move(records_of({&path, 1}, scores, *problem_).front()));
  answers_ += records_.back().answer ? 1 : 0;
}

void ClosedPaths::give_up(Path path, double score) {
  given_up_.push_back(record_of(path, score, *problem_));
  given_up_.back().state = PathState::pruned;
}

void ClosedPaths::add_question(Path path) {
  if (path.state == PathState::open) path.state = PathState::stopped;
  records_.push_back(record_of_question(path, *problem_));
}

void ClosedPaths::cut_off(std::vector<Path> paths) {
  for (Path& path : paths) {
    const double score = last_score(path);
    if (path.state == PathState::open) path.state = PathState::cut_off;
    add(std::move(path), score);
  }
}

Outcome ClosedPaths::outcome(const std::string& selector, bool ran_out) && {
  std::ranges::sort(records_, {}, &PathRecord::id);
  const Selector chooser = make_selector(selector);
  const Selection selection = chooser.select(records_);
  double confidence = confidence_of(chooser, selection, records_);
  if (selection.chosen && chooser.name() != "best") confidence = agreed_score(records_, *selection.chosen);
  std::ranges::move(given_up_, std::back_inserter(records_));
  return outcome_in_order(std::move(records_), selection, confidence, ran_out);
}

void close_ended(std::vector<Path>& paths, std::vector<double>& scores, ClosedPaths& closed) {
  std::vector<Path> open;
  std::vector<double> of_open;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].state == PathState::open) {
      open.push_back(std::move(paths[i]));
      of_open.push_back(scores[i]);
    } else {
      closed.add(std::move(paths[i]), scores[i]);
    }
  }
  paths = std::move(open);
  scores = std::move(of_open);
}

std::vector<std::size_t> places_of(std::span<const double> scores, std::size_t width, std::size_t places) {
  std::vector<std::size_t> result(scores.size(), 0);
  for (const std::size_t index : best_first(scores)) {
    result[index] = std::min(width, places);
    places -= result[index];
  }
  return result;
}

std::vector<Path> continued(std::vector<Path> paths, std::span<const double> scores, std::span<const std::size_t> places,
                            SearchSpace& space, ClosedPaths& closed) {
  std::vector<Path> next;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (places[i] == 0) {
      closed.add(std::move(paths[i]), scores[i]);
      continue;
    }
    std::vector<Path> forks = space.fork(paths[i], static_cast<int>(places[i]) - 1);
    next.push_back(std::move(paths[i]));
    std::ranges::move(forks, std::back_inserter(next));
  }
  return next;
}

Reserve::Reserve(double share, const SearchSpace& space)
    : kept_(share * static_cast<double>(space.drawable())), left_(space.drawable()) {}

bool Reserve::reached(const SearchSpace& space) {
  const std::int64_t left = space.drawable();
  if (left == std::numeric_limits<std::int64_t>::max()) return false;
  const std::int64_t last_round = left_ - left;
  left_ = left;
  return static_cast<double>(left - last_round) < kept_;
}

ParameterSpec reserve_parameter() {
  return {"reserve", 0.25, "share of a budget of tokens kept back to end a path while none has an answer", 0, 1};
}

awaitable<double> end_path(Path path, const StepSearchOptions& options, const Verifier& verifier, const Problem& problem,
                           SearchSpace& space, ClosedPaths& closed) {
  std::vector<Path> one;
  one.push_back(std::move(path));
  co_await space.advance(one, options.to_the_end());
  const std::vector<double> scores = co_await score_step(verifier, one, problem, space);
  closed.add(std::move(one.front()), scores.front());
  co_return scores.front();
}

awaitable<std::size_t> end_best(std::vector<Path>& paths, const StepSearchOptions& options, const Verifier& verifier,
                                const Problem& problem, SearchSpace& space, ClosedPaths& closed) {
  const auto best = std::ranges::max_element(paths, {}, last_score);
  const std::ptrdiff_t index = best - paths.begin();
  Path path = std::move(*best);
  paths.erase(best);
  co_await end_path(std::move(path), options, verifier, problem, space, closed);
  co_return static_cast<std::size_t>(index);
}

awaitable<void> close_open(std::vector<Path> paths, bool ran_out, const StepSearchOptions& options, const Verifier& verifier,
                           const Problem& problem, SearchSpace& space, ClosedPaths& closed) {
  if (!paths.empty() && closed.answers() == 0 && !space.exhausted()) {
    Path first = std::move(paths.front());
    paths.erase(paths.begin());
    co_await end_path(std::move(first), options, verifier, problem, space, closed);
  }
  if (ran_out) {
    closed.cut_off(std::move(paths));
    co_return;
  }
  for (Path& path : paths) {
    const double score = last_score(path);
    closed.add(std::move(path), score);
  }
}

}  // namespace reckon
