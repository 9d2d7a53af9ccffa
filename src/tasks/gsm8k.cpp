// GSM8K: grade-school word problems, read from the published JSON lines: "question", and "answer" with calculator annotations
// <<16-3-4=9>> and the number after "#### ". Source: Cobbe et al. 2021, arXiv:2110.14168.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/expression.h"
#include "tasks/problem_file.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

std::string without_annotations(std::string_view text) {
  std::string plain;
  for (;;) {
    const std::size_t open = text.find("<<");
    const std::size_t close = text.find(">>", open);
    if (open == std::string_view::npos || close == std::string_view::npos) return plain.append(text);
    plain.append(text.substr(0, open));
    text.remove_prefix(close + 2);
  }
}

// "18", "-3.5", "1/2", "$18", "10%".
bool is_amount(std::string_view text) {
  if (text.starts_with('$')) text.remove_prefix(1);
  if (text.ends_with('%')) text.remove_suffix(1);
  return parse_value(text).has_value();
}

FileProblem read_gsm8k(const nlohmann::json& line) {
  FileProblem problem{.prompt = string_field(line, "question"), .gold = {}, .working = {}};
  const std::string answer = string_field(line, "answer");
  const std::size_t mark = answer.rfind("####");
  if (mark == std::string::npos) throw Error(ErrorCode::bad_file, "expected '#### ' and a number in the field 'answer'");
  problem.gold = trimmed(std::string_view(answer).substr(mark + 4));
  std::erase(problem.gold, ',');
  if (!is_amount(problem.gold)) {
    throw Error(ErrorCode::bad_file, "expected a number after '####' in the field 'answer', got '" + problem.gold + "'");
  }
  problem.working = without_annotations(std::string_view(answer).substr(0, mark));
  return problem;
}

}  // namespace

TaskEntry gsm8k_entry() {
  return {.name = "gsm8k",
          .summary = "grade-school word problems, read from a file",
          .source = "GSM8K, arXiv:2110.14168",
          .parameters = problem_file_parameters(),
          .make =
              [](const Parameters& parameters) {
                return task_over_file("gsm8k", read_lines(parameters.text("file"), read_gsm8k), parameters);
              },
          .checks_steps = false};
}

}  // namespace reckon
