// AIME: competition problems whose answer is an integer from 0 to 999, read from JSON lines as they are published in several
// sets: "problem" or "question", and "answer" as a number or a text; "solution" where there is one. Source: American Invitational
// Mathematics Examination.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/problem_file.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

FileProblem read_aime(const nlohmann::json& line) {
  FileProblem problem{.prompt = string_field(line, one_field(line, {"problem", "question", "Question"})),
                      .gold = value_field(line, one_field(line, {"answer", "Answer"})),
                      .working = line.contains("solution") ? string_field(line, "solution") : ""};
  if (!problem.working.empty() && problem.working.back() != '\n') problem.working += '\n';
  const std::optional<std::int64_t> answer = whole_number(problem.gold);
  if (!answer || *answer < 0 || *answer > 999) {
    throw Error(ErrorCode::bad_file, "expected an integer from 0 to 999 in the field 'answer', got '" + problem.gold + "'");
  }
  problem.gold = std::to_string(*answer);  // "025" is 25
  return problem;
}

}  // namespace

TaskEntry aime_entry() {
  return {.name = "aime",
          .summary = "competition problems with an integer answer, read from a file",
          .source = "American Invitational Mathematics Examination",
          .parameters = problem_file_parameters(),
          .make =
              [](const Parameters& parameters) {
                return task_over_file("aime", read_lines(parameters.text("file"), read_aime), parameters);
              },
          .checks_steps = false};
}

}  // namespace reckon
