#include "tasks/program_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/rng.h"
#include "search/answers/extract.h"
#include "search/answers/fenced_block.h"
#include "search/sandbox/sandbox.h"
#include "search/verifiers/program.h"
#include "tasks/file_addresses.h"
#include "tasks/generation.h"
#include "tasks/problem_file.h"
#include "tasks/set_scores.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestSolution = 1 << 16;  // bytes; a longer one is not run

// Whether `program` has a line "def name(".
bool defines(std::string_view program, std::string_view name) {
  const std::string head = "def " + std::string(name);
  for (std::size_t at = program.find(head); at != std::string_view::npos; at = program.find(head, at + 1)) {
    const std::size_t after = at + head.size();
    const bool starts_line = at == 0 || program[at - 1] == '\n';
    if (starts_line && after < program.size() && (program[after] == '(' || program[after] == ' ')) return true;
  }
  return false;
}

// A continuation ends where a line begins at the left margin: the next function, a test, prose.
std::string_view continuation(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at + 1 < text.size() && std::string_view(" \t\r\n#").find(text[at + 1]) == std::string_view::npos)
      return text.substr(0, at + 1);
  }
  return text;
}

class ProgramTask final : public Task {
 public:
  ProgramTask(std::string name, std::vector<ProgramProblem> problems, const Parameters& parameters)
      : name_(std::move(name)), problems_(std::move(problems)), seconds_(parameters.number("seconds")) {}

  std::vector<int> levels() const override { return {0}; }
  std::optional<std::uint64_t> size() const override { return problems_.size(); }

  Instance generate(Split, int, std::uint64_t index) const override {
    std::string address = file_address(name_, index, problems_.size());
    const ProgramProblem& problem = problems_[index];
    Instance instance{.id = std::move(address), .task = name_, .key = name_ + '|' + problem.prompt};
    instance.prompt = problem.prompt;
    instance.gold = problem.solution;
    instance.reference = "```python\n" + problem.solution + "\n```";
    instance.words = {problem.entry};
    for (const std::string& test : problem.shown) instance.tests += test + "\n\n";
    if (problem.shown.empty()) instance.tests = "pass\n\n";  // nothing is shown: a verifier sees whether the program runs
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return instance.reference; }

  // As judge_program does.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string_view> said = after_thinking(text);
    if (!said) return {.extracted = {}, .detail = "no program: the thinking does not end"};
    const ProgramProblem& problem = problem_of(instance);
    return judge_program(problem, program_in(problem, *said), seconds_);
  }

 private:
  const ProgramProblem& problem_of(const Instance& instance) const {
    const std::optional<std::size_t> place = place_in_file(instance.id, name_, problems_.size());
    if (!place) throw Error(ErrorCode::bad_argument, "no problem of this file", instance.id);
    return problems_[*place];
  }

  std::string name_;
  std::vector<ProgramProblem> problems_;
  double seconds_;
};

}  // namespace

std::string program_in(const ProgramProblem& problem, std::string_view text) {
  const std::optional<FencedBlock> block = last_fenced_block(text, python_fences());
  const std::string_view code = block ? std::string_view(block->code) : text;
  if (problem.entry.empty() || defines(code, problem.entry)) return problem.before + std::string(code);
  return problem.before + problem.head + std::string(continuation(code));
}

Verdict judge_program(const ProgramProblem& problem, const std::string& program, double seconds) {
  if (program.size() > kLongestSolution) return judged(program, false, "the program is longer than 64 KiB");
  require_sandbox();
  // A program that prints what the harness prints would have to know this.
  const std::string token = fmt::format("{:016x}{:016x}", fnv1a(program), fnv1a(problem.prompt + program));
  SandboxLimits limits;
  limits.seconds = seconds;
  const std::string harness = python_harness(program, problem.judges, token);
  const SandboxResult ran = run_in_sandbox({"/usr/bin/python3", "-I", "-"}, harness, limits);
  const std::vector<bool> passed = tests_passed(ran.output, token, problem.judges.size());
  const auto count = static_cast<std::size_t>(std::ranges::count(passed, true));
  std::size_t shown = 0, shown_passed = 0;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    if (std::ranges::find(problem.shown, problem.judges[i]) == problem.shown.end()) continue;
    ++shown;
    shown_passed += passed[i] ? 1 : 0;
  }
  const std::size_t hidden = passed.size() - shown;
  Verdict verdict = judged(program, count == passed.size(),
                           fmt::format("{} of {} tests pass{}", count, passed.size(), ran.timed_out ? ", out of time" : ""));
  verdict.measures = {{"tests passed", share_of(count, passed.size())}};
  if (shown > 0 && hidden > 0) {
    verdict.measures.push_back({"shown passed", share_of(shown_passed, shown)});
    verdict.measures.push_back({"hidden passed", share_of(count - shown_passed, hidden)});
    verdict.measures.push_back({"let through", shown_passed == shown && count < passed.size() ? 1.0 : 0.0});
  }
  return verdict;
}

std::vector<ParameterSpec> program_parameters() {
  return {file_parameter("the JSON lines"), {"seconds", 10.0, "time for one program and all its tests", 0.1, 3600}};
}

std::unique_ptr<const Task> program_task(std::string name, std::vector<ProgramProblem> problems, const Parameters& parameters) {
  return std::make_unique<ProgramTask>(std::move(name), std::move(problems), parameters);
}

}  // namespace reckon
