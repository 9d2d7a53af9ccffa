// MBPP: short Python programs from a sentence, read from the published JSON lines: "text" (or "prompt"), "code", "test_list",
// "test_setup_code", "challenge_test_list", and of the hand-verified part "test_imports". The first `shown` tests stand in the
// prompt and may be used by a verifier; all of them judge. Source: Austin et al. 2021, arXiv:2108.07732.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/problem_file.h"
#include "tasks/program_task.h"

namespace reckon {
namespace {

std::vector<std::string> text_list(const nlohmann::json& line, const char* name) {
  std::vector<std::string> texts;
  const auto list = line.find(name);
  if (list == line.end()) return texts;
  const bool right = list->is_array() && std::ranges::all_of(*list, [](const nlohmann::json& item) { return item.is_string(); });
  if (!right) throw Error(ErrorCode::bad_file, std::string("expected a list of texts in the field '") + name + "'");
  for (const nlohmann::json& item : *list) texts.push_back(item.get<std::string>());
  return texts;
}

ProgramProblem read_mbpp(const nlohmann::json& line) {
  ProgramProblem problem{.prompt = string_field(line, one_field(line, {"text", "prompt"})),
                         .entry = {},
                         .before = line.contains("test_setup_code") ? string_field(line, "test_setup_code") : "",
                         .head = {},
                         .solution = string_field(line, "code"),
                         .judges = text_list(line, "test_list"),
                         .shown = {}};
  if (problem.judges.empty()) throw Error(ErrorCode::bad_file, "expected tests in the field 'test_list'");
  if (!problem.before.empty()) problem.before += '\n';
  for (const std::string& line_of_code : text_list(line, "test_imports")) problem.before += line_of_code + '\n';
  problem.shown = problem.judges;
  for (std::string& test : text_list(line, "challenge_test_list")) problem.judges.push_back(std::move(test));
  return problem;
}

// Published figures of instruct models are mostly of this wording. Source: EvalPlus, Liu et al. 2023, arXiv:2305.01210, whose
// descriptions hold the tests shown.
std::string in_words_of_evalplus(const ProgramProblem& problem) {
  std::string text =
      "Please provide a self-contained Python script that solves the following problem in a markdown code block:\n```\n\"\"\"\n";
  text += problem.prompt + '\n';
  for (const std::string& test : problem.shown) text += test + '\n';
  return text + "\"\"\"\n```";
}

std::vector<ProgramProblem> with_tests_shown(std::vector<ProgramProblem> problems, std::size_t count, bool evalplus) {
  for (ProgramProblem& problem : problems) {
    problem.shown.resize(std::min(problem.shown.size(), count));
    if (evalplus) {
      problem.prompt = in_words_of_evalplus(problem);
      continue;
    }
    problem.prompt += "\nAnswer with the whole Python program in one block.";
    if (!problem.shown.empty()) problem.prompt += " It must pass:";
    for (const std::string& test : problem.shown) problem.prompt += "\n" + test;
  }
  return problems;
}

}  // namespace

TaskEntry mbpp_entry() {
  TaskEntry entry{.name = "mbpp",
                  .summary = "short Python programs from a sentence, read from a file and judged by its tests",
                  .source = "MBPP, arXiv:2108.07732",
                  .parameters = program_parameters(),
                  .make =
                      [](const Parameters& parameters) {
                        const auto shown = static_cast<std::size_t>(parameters.integer("shown"));
                        const bool evalplus = parameters.text("wording") == "evalplus";
                        return program_task("mbpp",
                                            with_tests_shown(read_lines(parameters.text("file"), read_mbpp), shown, evalplus),
                                            parameters);
                      },
                  .checks_steps = false,
                  .runs_programs = true};
  entry.parameters.push_back({.name = "shown",
                              .default_value = std::int64_t{3},
                              .meaning = "tests that stand in the prompt; fewer leave the verifier something to miss",
                              .minimum = 0,
                              .maximum = 100});
  entry.parameters.push_back({.name = "wording",
                              .default_value = std::string("plain"),
                              .meaning = "of the prompt: ours, or EvalPlus's, whose published figures show one test",
                              .choices = {"plain", "evalplus"}});
  return entry;
}

}  // namespace reckon
