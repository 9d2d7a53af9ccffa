// MATH-500: competition mathematics, read from the published JSON lines: "problem", "solution", "answer", "subject", "level".
// Source: MATH, Hendrycks et al. 2021, arXiv:2103.03874; the 500 of Lightman et al. 2023, arXiv:2305.20050.
// Instance::words holds the subject.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/generation.h"
#include "tasks/problem_file.h"

namespace reckon {
namespace {

// 3, or "Level 3" as in the full data set.
int level_of(const nlohmann::json& line) {
  const auto field = line.find("level");
  int level = 0;
  if (field != line.end() && field->is_number_integer()) level = static_cast<int>(std::clamp<std::int64_t>(*field, 0, 9));
  if (field != line.end() && field->is_string()) {
    const auto& text = field->get_ref<const std::string&>();
    if (!text.empty()) level = text.back() - '0';
  }
  if (level < kLowestLevel || level > kHighestLevel) {
    throw Error(ErrorCode::bad_file, "expected a field 'level' from 1 to 5");
  }
  return level;
}

FileProblem read_math(const nlohmann::json& line) {
  FileProblem problem{.prompt = string_field(line, "problem"),
                      .gold = string_field(line, "answer"),
                      .working = line.contains("solution") ? string_field(line, "solution") : "",
                      .level = level_of(line)};
  if (line.contains("subject")) {
    problem.family = string_field(line, "subject");
    problem.words.push_back(problem.family);
  }
  if (!problem.working.empty() && problem.working.back() != '\n') problem.working += '\n';
  return problem;
}

std::vector<FileProblem> chosen(std::vector<FileProblem> problems, const Parameters& parameters) {
  const std::string& levels = parameters.text("level");
  const std::vector<int> wanted = levels == "all" ? std::vector{1, 2, 3, 4, 5} : parse_levels(levels);
  const std::string& subject = parameters.text("subject");
  std::erase_if(problems, [&](const FileProblem& problem) {
    const bool other_subject = subject != "all" && (problem.words.empty() || problem.words[0] != subject);
    return other_subject || std::ranges::find(wanted, problem.level) == wanted.end();
  });
  if (problems.empty()) {
    throw Error(ErrorCode::bad_argument, "no problem of level " + levels + " and subject " + subject, parameters.text("file"));
  }
  return problems;
}

}  // namespace

TaskEntry math500_entry() {
  TaskEntry entry{.name = "math500",
                  .summary = "competition mathematics, read from a file",
                  .source = "MATH, arXiv:2103.03874; the 500 of arXiv:2305.20050",
                  .parameters = problem_file_parameters(),
                  .make =
                      [](const Parameters& parameters) {
                        return task_over_file("math500", chosen(read_lines(parameters.text("file"), read_math), parameters),
                                              parameters);
                      },
                  .checks_steps = false};
  entry.parameters.push_back({.name = "level", .default_value = std::string("all"), .meaning = "levels kept: all, 3 or 4+5"});
  entry.parameters.push_back(
      {.name = "subject", .default_value = std::string("all"), .meaning = "subject kept, as written in the file"});
  return entry;
}

}  // namespace reckon
