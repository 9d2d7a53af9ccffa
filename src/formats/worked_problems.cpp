#include "formats/worked_problems.h"

#include <fstream>

#include "base/error.h"
#include "formats/json_lines.h"

namespace reckon {
namespace {

std::string field(const nlohmann::json& line, const char* name, const std::string& where) {
  const auto found = line.find(name);
  if (found != line.end() && found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    if (!text.empty() && text.size() <= kLongestWorkedField) return text;
  }
  throw Error(ErrorCode::bad_file, std::string("expected '") + name + "' to be a string of 1 to 200000 bytes", where);
}

}  // namespace

std::vector<WorkedProblem> parse_worked_problems(std::istream& stream, const std::string& where) {
  std::vector<WorkedProblem> problems;
  std::size_t bytes = 0;
  JsonLines lines(stream, where, kLongestWorkedLine, R"({"problem":…,"solution":…})");
  while (const auto line = lines.next()) {
    const std::string place = lines.place();
    WorkedProblem& worked = problems.emplace_back();
    worked.problem = field(*line, "problem", place);
    worked.solution = field(*line, "solution", place);
    const auto kind = line->find("kind");
    const bool says_kind = kind != line->end() && !(kind->is_string() && kind->get_ref<const std::string&>().empty());
    if (says_kind) worked.kind = field(*line, "kind", place);
    bytes += worked.problem.size() + worked.solution.size() + worked.kind.size();
    if (problems.size() > kMostWorkedProblems || bytes > kMostWorkedBytes) {
      throw Error(ErrorCode::bad_file, "there are more than 100000 problems, or 256 MiB of them", place);
    }
  }
  if (problems.empty()) throw Error(ErrorCode::bad_file, "it holds no solved problem", where);
  return problems;
}

std::vector<WorkedProblem> read_worked_problems(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::not_found, "cannot open the file; expected JSON lines, one solved problem each", path);
  return parse_worked_problems(file, path);
}

}  // namespace reckon
