#include "search/strategies/worked_examples.h"

#include <algorithm>
#include <array>

#include "search/fork.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

constexpr const char* kKind =
    "{problem}\n\nDo not solve it. In one line, say what type of problem it is, its key terms, and how they are related.\n";
constexpr const char* kSteps = "{problem}\n\nSteps of solutions to similar problems:\n{steps}\n";
constexpr std::int64_t kKindTokens = 64;
constexpr std::size_t kStepBytes = 2000;  // of one step that is shown, with the one behind it

std::vector<std::string> column(const std::vector<WorkedProblem>& worked, bool kinds) {
  std::vector<std::string> texts;
  for (const WorkedProblem& one : worked) texts.push_back(kinds && !one.kind.empty() ? one.kind : one.problem);
  return texts;
}

std::vector<std::string> steps_of(const std::vector<WorkedProblem>& worked, bool followed) {
  std::vector<std::string> steps;
  for (const WorkedProblem& one : worked) {
    const std::vector<std::string> lines = pieces_of(one.solution, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool last = i + 1 == lines.size();
      steps.push_back(followed && !last ? lines[i] + "\n" + lines[i + 1] : lines[i]);
    }
  }
  return steps;
}

std::string_view last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
}

// Finished turns of the examples, the most alike last, and the user's turn they stand before.
std::vector<Turn> turns_of(const Examples& examples, const std::string& text) {
  std::vector<Turn> turns;
  const std::size_t most = quoted_bytes(kLongestWorkedField, 2 * examples.size());
  for (std::size_t i = examples.size(); i-- > 0;) {
    turns.push_back({"user", clipped(examples[i]->problem, most)});
    turns.push_back({"assistant", clipped(examples[i]->solution, most)});
  }
  turns.push_back({"user", text});
  return turns;
}

// The problem in these words behind the examples, of which those least alike are dropped until it fits into half of the context.
// Nothing where not even the bare words do.
std::optional<Problem> behind(Examples& examples, const Problem& problem, std::string text, const SearchSpace& space) {
  Problem shown = asked_as(problem, std::move(text));
  for (;; examples.pop_back()) {
    if (!examples.empty()) shown.prompt = problem.render(turns_of(examples, shown.text));
    if (examples.empty()) shown = asked_as(problem, std::move(shown.text));
    if (std::ssize(shown.prompt) <= space.longest_prompt() / 2) return shown;
    if (examples.empty()) return std::nullopt;
  }
}

}  // namespace

WorkedExamples::WorkedExamples(std::vector<WorkedProblem> worked)
    : worked_(std::move(worked)),
      by_problem_(column(worked_, /*kinds=*/false)),
      by_kind_(column(worked_, /*kinds=*/true)),
      steps_(steps_of(worked_, /*followed=*/false)),
      followed_(steps_of(worked_, /*followed=*/true)),
      by_step_(steps_) {}

Examples WorkedExamples::named(const std::vector<std::size_t>& indices) const {
  Examples found;
  for (const std::size_t index : indices) found.push_back(&worked_[index]);
  return found;
}

Examples WorkedExamples::problems_like(std::string_view problem, std::size_t most) const {
  return named(by_problem_.best(problem, most));
}

Examples WorkedExamples::problems_of_kind(std::string_view kind, std::size_t most) const {
  return named(by_kind_.best(kind, most));
}

std::vector<std::string> WorkedExamples::steps_like(std::string_view step, std::size_t most) const {
  std::vector<std::string> found;
  for (const std::size_t index : by_step_.best(step, steps_.size())) {
    if (found.size() == most) break;
    if (std::ranges::find(found, followed_[index]) == found.end()) found.push_back(followed_[index]);
  }
  return found;
}

std::vector<ParameterSpec> retrieval_parameters() {
  return {{"retrieve", std::string(), "file of solved problems to take examples from; empty = none"},
          {"examples", std::int64_t{3}, "solved problems shown before the problem", 0, 64},
          {"step_examples", std::int64_t{2},
           "solved steps shown where a node gets children; then it gets others without them too", 0, 64},
          {.name = "retrieve_by",
           .default_value = std::string("problem"),
           .meaning = "what examples are looked for with: the problem's words, or its kind as the model puts it",
           .choices = {"problem", "kind"}}};
}

Retrieval::Retrieval(const Parameters& parameters)
    : problems_(static_cast<std::size_t>(parameters.integer("examples"))),
      steps_(static_cast<std::size_t>(parameters.integer("step_examples"))),
      by_kind_(parameters.text("retrieve_by") == "kind") {
  const std::string& file = parameters.text("retrieve");
  if (!file.empty()) examples_ = std::make_shared<WorkedExamples>(read_worked_problems(file));
}

// What the model makes of the problem, in one greedy line; "" where the budget cannot pay for it, or it has no room.
awaitable<std::string> Retrieval::kind_of(const Problem& problem, SearchSpace& space, ClosedPaths& closed) {
  const Problem asked = asked_as(problem, filled_in(kKind, "problem", problem.text));
  if (!fits(asked, space)) co_return "";
  const std::optional<Path> root = co_await space.open(asked);
  if (!root) co_return "";
  std::vector<Path> paths = space.fork(*root, 1);
  StepOptions line;
  line.delimiter = "\n";
  line.max_tokens = kKindTokens;
  line.sampling.temperature = 0;
  co_await space.advance(paths, line);
  std::string kind = paths.front().text;
  closed.add_question(std::move(paths.front()));
  co_return kind;
}

awaitable<std::optional<Path>> Retrieval::open(const Problem& problem, SearchSpace& space, ClosedPaths& closed,
                                               Examples& shown) const {
  if (examples_ && problems_ > 0) {
    std::string kind;
    if (by_kind_) kind = co_await kind_of(problem, space, closed);
    shown = kind.empty() ? examples_->problems_like(problem.text, problems_) : examples_->problems_of_kind(kind, problems_);
    const std::optional<Problem> asked = behind(shown, problem, problem.text, space);
    if (asked && !shown.empty()) {
      std::optional<Path> root = co_await space.open(*asked);
      if (root) co_return root;
    }
    shown.clear();
  }
  std::optional<Path> bare = co_await space.open(problem);
  co_return bare;
}

awaitable<std::optional<Path>> Retrieval::beside_steps(const Path& path, const Problem& problem, SearchSpace& space,
                                                       const Examples& shown) const {
  if (!examples_ || steps_ == 0) co_return std::nullopt;
  const std::string_view query = path.text.empty() ? std::string_view(problem.text) : last_line(path.text);
  std::string steps;
  for (const std::string& step : examples_->steps_like(query, steps_)) steps += clipped(step, kStepBytes) + "\n\n";
  if (steps.empty()) co_return std::nullopt;
  Examples before = shown;
  const std::array fillings{Filling{"problem", problem.text}, Filling{"steps", steps}};
  const std::optional<Problem> asked = behind(before, problem, filled_in(kSteps, fillings), space);
  if (!asked) co_return std::nullopt;
  std::optional<Path> root = co_await space.open(*asked);
  if (!root || (!path.text.empty() && !space.append(*root, path.text))) co_return std::nullopt;
  Path copy = fork_of(path, root->id);  // what it holds was drawn once, by that path
  copy.data = std::move(root->data);
  copy.watch = std::move(root->watch);
  co_return copy;
}

}  // namespace reckon
