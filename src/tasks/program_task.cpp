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
#include "tasks/generation.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestProgram = 1 << 16;  // bytes; a longer one is not run

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
      : name_(std::move(name)), problems_(std::move(problems)) {
    limits_.seconds = parameters.number("seconds");
  }

  std::vector<int> levels() const override { return {0}; }
  std::optional<std::uint64_t> size() const override { return problems_.size(); }

  Instance generate(Split, int, std::uint64_t index) const override {
    if (index >= problems_.size()) {
      const std::string count = std::to_string(problems_.size());
      throw Error(ErrorCode::bad_argument, "problem " + std::to_string(index) + " does not exist; the file has " + count, name_);
    }
    const ProgramProblem& problem = problems_[index];
    Instance instance{.id = name_ + '/' + std::to_string(index), .task = name_, .key = name_ + '|' + problem.prompt};
    instance.prompt = problem.prompt;
    instance.gold = problem.solution;
    instance.reference = "```python\n" + problem.solution + "\n```";
    instance.words = {problem.entry};
    for (const std::string& test : problem.shown) instance.tests += test + "\n\n";
    if (problem.shown.empty()) instance.tests = "pass\n\n";  // nothing is shown: a verifier sees whether the program runs
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return instance.reference; }

  // Runs the program in the sandbox, for up to `seconds`. Throws Error unsupported where this machine has no sandbox.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string_view> said = after_thinking(text);
    if (!said) return {.extracted = {}, .detail = "no program: the thinking does not end"};
    const ProgramProblem& problem = problem_of(instance);
    const std::string program = program_in(problem, *said);
    if (program.size() > kLongestProgram) return judged(program, false, "the program is longer than 64 KiB");
    require_sandbox();
    const std::string token = fmt::format("{:016x}{:016x}", fnv1a(program), fnv1a(instance.id + program));
    const std::string harness = python_harness(program, problem.judges, token);
    const SandboxResult ran = run_in_sandbox({"/usr/bin/python3", "-I", "-"}, harness, limits_);
    const std::size_t passed = passed_tests(ran.output, token, problem.judges.size());
    const auto share = static_cast<double>(passed) / static_cast<double>(problem.judges.size());
    Verdict verdict =
        judged(program, passed == problem.judges.size(),
               fmt::format("{} of {} tests pass{}", passed, problem.judges.size(), ran.timed_out ? ", out of time" : ""));
    verdict.measures = {{"tests passed", share}};
    return verdict;
  }

 private:
  const ProgramProblem& problem_of(const Instance& instance) const {
    const std::string_view id = instance.id;
    const auto index = whole_number(id.substr(std::min(id.size(), name_.size() + 1)));
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= problems_.size()) {
      throw Error(ErrorCode::bad_argument, "no problem of this file", instance.id);
    }
    return problems_[static_cast<std::size_t>(*index)];
  }

  std::string name_;
  std::vector<ProgramProblem> problems_;
  SandboxLimits limits_;
};

}  // namespace

std::string program_in(const ProgramProblem& problem, std::string_view text) {
  const std::optional<FencedBlock> block = last_fenced_block(text, python_fences());
  const std::string_view code = block ? std::string_view(block->code) : text;
  if (problem.entry.empty() || defines(code, problem.entry)) return problem.before + std::string(code);
  return problem.before + problem.head + std::string(continuation(code));
}

std::vector<ParameterSpec> program_parameters() {
  return {{.name = "file", .default_value = std::string(), .meaning = "path of the JSON lines"},
          {"seconds", 10.0, "time for one program and all its tests", 0.1, 3600}};
}

std::unique_ptr<const Task> program_task(std::string name, std::vector<ProgramProblem> problems, const Parameters& parameters) {
  return std::make_unique<ProgramTask>(std::move(name), std::move(problems), parameters);
}

}  // namespace reckon
