// Small Python programs from a description and some tests; others that are not shown judge, so that a program that only fits what
// is shown is found out. Source: shape of MBPP (arXiv:2108.07732); programs and levels are ours. Programs run in the sandbox.
// Instance::words holds the name asked for, then the tests, those that are shown first; numbers: how many are shown; gold the
// program.
#include <array>

#include "search/answers/extract.h"
#include "search/verifiers/program.h"
#include "tasks/generation.h"
#include "tasks/program_task.h"
#include "tasks/python_programs.h"

namespace reckon {
namespace {

constexpr int kCodegenVersion = 1;
constexpr std::size_t kHidden = 8;
constexpr std::size_t kMostShown = 6;  // drawn with every problem, so that `shown` does not change the hidden ones

using DrawProgram = PythonProblem (*)(SplitMix64&, std::size_t);
constexpr std::array<DrawProgram, 5> kCodegenLevels{draw_one_liner, draw_loop, draw_text_program, draw_recursion, draw_class};

std::string reference_of(const std::string& program) { return "```python\n" + program + "\n```"; }

class Codegen final : public GeneratedTask {
 public:
  explicit Codegen(const Parameters& parameters)
      : GeneratedTask(parameters),
        shown_(static_cast<std::size_t>(parameters.integer("shown"))),
        seconds_(parameters.number("seconds")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("codegen", kCodegenVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const DrawProgram draw = kCodegenLevels[static_cast<std::size_t>(level - 1)];
    const PythonProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw(r, kMostShown + kHidden); },
        [](const PythonProblem& drawn) { return drawn.tests.size() == kMostShown + kHidden; });
    instance.family = problem.family;
    instance.key = problem.key();
    instance.prompt = "Write in Python " + problem.description + '.';
    instance.words = {problem.entry};
    for (std::size_t i = 0; i < problem.tests.size(); ++i) {
      if (i >= shown_ && i < kMostShown) continue;
      instance.words.push_back(problem.tests[i]);
      if (i >= shown_) continue;
      instance.prompt.append(i == 0 ? " It must pass:\n" : "\n").append(problem.tests[i]);
      instance.tests.append(problem.tests[i]).append("\n\n");
    }
    instance.numbers = {static_cast<std::int64_t>(shown_)};
    instance.gold = problem.solution;
    instance.reference = reference_of(problem.solution);
    return instance;
  }

  // The program that the description was made from.
  std::optional<std::string> solve(const Instance& instance) const override { return reference_of(instance.gold); }

  // The program is the last fenced block, else what is boxed, else the whole text after the thinking. `shown passed` 1 with
  // `hidden passed` below 1 is a program that a verifier of shown tests lets through.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string_view> said = after_thinking(text);
    if (!said) return {.extracted = {}, .detail = "no program: the thinking does not end"};
    const ProgramProblem problem = problem_of(instance);
    const std::optional<std::string> boxed = said->find("```") == std::string_view::npos ? extract_answer(text) : std::nullopt;
    return judge_program(problem, program_in(problem, boxed ? std::string_view(*boxed) : *said), seconds_);
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Write the Python program that is described, all of it in one block between lines of ```. Tests that are not shown "
           "judge it.";
  }

 private:
  static ProgramProblem problem_of(const Instance& instance) {
    ProgramProblem problem{.prompt = instance.prompt,
                           .entry = {},
                           .before = {},
                           .head = {},
                           .solution = instance.gold,
                           .judges = {instance.words.begin() + 1, instance.words.end()},
                           .shown = {}};
    const auto shown = static_cast<std::ptrdiff_t>(instance.numbers.at(0));
    problem.shown.assign(problem.judges.begin(), problem.judges.begin() + shown);
    return problem;
  }

  std::size_t shown_;
  double seconds_;
};

}  // namespace

TaskEntry codegen_entry() {
  return {
      .name = "codegen",
      .summary = "small Python programs from a description and tests, judged by hidden tests",
      .source = "shape of MBPP, arXiv:2108.07732; programs and levels are ours",
      .parameters = generated_task_parameters("1+2", {{.name = "shown",
                                                       .default_value = std::int64_t{3},
                                                       .meaning = "tests in the prompt",
                                                       .minimum = 0,
                                                       .maximum = static_cast<double>(kMostShown)},
                                                      {"seconds", 2.0, "time for one program and all its tests", 0.1, 3600}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Codegen>(parameters); },
      .checks_steps = false,
      .runs_programs = true};
}

}  // namespace reckon
