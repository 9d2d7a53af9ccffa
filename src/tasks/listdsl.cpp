// Programs over lists: a pipe of named functions that turns every input into its output. Some pairs are shown, others are hidden
// and judge, so that a program that fits only what is shown is found out. Source: shape of list-processing synthesis (DeepCoder,
// Balog et al. 2016, arXiv:1611.01989); functions and levels are ours. Working: the first input, function after function, "even:
// 2 8 6". Instance::words holds the program, then the inputs as numbers with blanks; numbers: how many of them are shown.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/list_program.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kListdslVersion = 1;
constexpr std::size_t kHiddenCases = 12;

NumberList draw_list(SplitMix64& rng) {
  NumberList list;
  for (std::int64_t left = rng.range(3, 8); left > 0; --left) list.push_back(rng.range(-9, 9));
  return list;
}

struct ListProblem {
  std::vector<std::string> program;
  std::vector<NumberList> inputs;
  std::size_t shown = 0;

  // What a solver sees: programs that do the same are the same problem.
  std::string key() const {
    std::string key = "listdsl";
    for (std::size_t i = 0; i < shown; ++i) {
      key += '|' + list_text(inputs[i]) + '>' + list_text(run_list_program(program, inputs[i]).value_or(NumberList{}));
    }
    return key;
  }
};

// Every function changes the first input as it finds it, and leaves something of it; all inputs stay within bounds.
bool list_is_worth_asking(const ListProblem& problem) {
  NumberList list = problem.inputs.front();
  for (const std::string& name : problem.program) {
    const std::optional<NumberList> next = run_list_program(std::span(&name, 1), list);
    if (!next || next->empty() || *next == list) return false;
    list = *next;
  }
  return std::ranges::all_of(problem.inputs,
                             [&](const NumberList& input) { return run_list_program(problem.program, input).has_value(); });
}

ListProblem draw_problem(SplitMix64& rng, int length, std::size_t shown) {
  ListProblem problem;
  for (int i = 0; i < length; ++i) problem.program.emplace_back(one_of(list_functions(), rng));
  for (std::size_t i = 0; i < shown + kHiddenCases; ++i) problem.inputs.push_back(draw_list(rng));
  problem.shown = shown;
  return problem;
}

std::string worked(const ListProblem& problem) {
  NumberList list = problem.inputs.front();
  std::string lines;
  for (const std::string& name : problem.program) {
    list = run_list_program(std::span(&name, 1), list).value_or(NumberList{});
    lines += name + ": " + list_text(list) + '\n';
  }
  return worked_solution(lines, joined(problem.program, " | "));
}

ListProblem listdsl_problem_of(const Instance& instance) {
  ListProblem problem{.program = list_program(instance.words.at(0)).value_or(std::vector<std::string>{}), .inputs = {}};
  for (std::size_t i = 1; i < instance.words.size(); ++i) {
    NumberList list;
    for (const std::string& number : split_words(instance.words[i])) list.push_back(whole_number(number).value_or(0));
    problem.inputs.push_back(std::move(list));
  }
  problem.shown = static_cast<std::size_t>(instance.numbers.at(0));
  return problem;
}

class ListDsl final : public GeneratedTask {
 public:
  explicit ListDsl(const Parameters& parameters)
      : GeneratedTask(parameters), shown_(static_cast<std::size_t>(parameters.integer("shown"))) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("listdsl", kListdslVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const ListProblem problem =
        draw_in_split(rng, split, [&](SplitMix64& r) { return draw_problem(r, level, shown_); }, list_is_worth_asking);
    instance.key = problem.key();
    instance.gold = joined(problem.program, " | ");
    instance.words = {instance.gold};
    instance.numbers = {static_cast<std::int64_t>(problem.shown)};
    for (std::size_t i = 0; i < problem.inputs.size(); ++i) {
      instance.words.push_back(list_text(problem.inputs[i]));
      if (i >= problem.shown) continue;
      instance.prompt += "in [" + list_text(problem.inputs[i]) + "] out [" +
                         list_text(*run_list_program(problem.program, problem.inputs[i])) + "] ; ";
    }
    instance.prompt += "program?";
    instance.reference = worked(problem);
    return instance;
  }

  // The drawn program: another that does the same on all inputs is as right.
  std::optional<std::string> solve(const Instance& instance) const override { return worked(listdsl_problem_of(instance)); }

  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"shown passed", "hidden passed", "let through"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const auto program = list_program(*answer);
    if (!program) return judged(*answer, false, "not a pipe of known functions");
    const ListProblem problem = listdsl_problem_of(instance);
    double seen = 0;
    double hidden = 0;
    for (std::size_t i = 0; i < problem.inputs.size(); ++i) {
      const auto output = run_list_program(*program, problem.inputs[i]);
      const bool same = output && *output == run_list_program(problem.program, problem.inputs[i]);
      (i < problem.shown ? seen : hidden) += same ? 1 : 0;
    }
    seen /= static_cast<double>(problem.shown);
    hidden /= static_cast<double>(problem.inputs.size() - problem.shown);
    const bool right = seen == 1 && hidden == 1;
    Verdict verdict = judged(*answer, right,
                             right       ? "right"
                             : seen == 1 ? "fits what is shown, not what is hidden"
                                         : "does not fit",
                             0.1 * seen);
    verdict.measures = {{"shown passed", seen}, {"hidden passed", hidden}, {"let through", seen == 1 && hidden < 1 ? 1.0 : 0.0}};
    return verdict;
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    NumberList list = listdsl_problem_of(instance).inputs.front();
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const std::string name(line.substr(0, std::min<std::size_t>(line.find(':'), 32)));
      const bool known = std::ranges::find(list_functions(), name) != list_functions().end();
      const auto next = known ? run_list_program(std::span(&name, 1), list) : std::nullopt;
      sound =
          sound && verdicts.size() < kMostLines && next && line == (next->empty() ? name + ':' : name + ": " + list_text(*next));
      if (sound) list = *next;
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    std::vector<std::string> names;
    for (const std::string_view name : list_functions()) names.emplace_back(name);
    return "Find a pipe of functions that turns every input into its output. There are " + joined(names, ", ") +
           ". The answer is the names in order with | between, as in even | x2 | sort.";
  }

 private:
  std::size_t shown_;
};

}  // namespace

TaskEntry listdsl_entry() {
  return {
      .name = "listdsl",
      .summary = "a pipe of list functions from inputs and outputs, judged by hidden ones",
      .source = "shape of DeepCoder, arXiv:1611.01989; functions and levels are ours",
      .parameters = generated_task_parameters(
          "1+2",
          {{.name = "shown", .default_value = std::int64_t{3}, .meaning = "pairs in the prompt", .minimum = 1, .maximum = 16}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<ListDsl>(parameters); }};
}

}  // namespace reckon
