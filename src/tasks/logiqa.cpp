// LogiQA: multiple-choice questions on a short text. Read from JSON lines (LogiQA 2.0: "text", "question", "options", and
// "answer" as the index of the right one) or from the published text file: per problem a blank line, the right letter, the text,
// the question, four lines of options. Source: Liu et al. 2020, arXiv:2007.08124.
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/problem_file.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr std::size_t kOptions = 4;
constexpr std::size_t kMostOptions = 8;

FileProblem posed(const std::string& text, const std::string& question, std::vector<std::string> options, std::size_t right) {
  FileProblem problem{.prompt = text + '\n' + question, .gold = std::string(1, static_cast<char>('A' + right)), .working = {}};
  problem.prompt = with_options(std::move(problem.prompt), options);
  problem.options = std::move(options);
  return problem;
}

FileProblem read_line(const nlohmann::json& line) {
  const auto list = line.find("options");
  if (list == line.end() || !list->is_array() || list->size() < 2 || list->size() > kMostOptions) {
    throw Error(ErrorCode::bad_file, "expected a list of two to eight texts in the field 'options'");
  }
  std::vector<std::string> options;
  for (const nlohmann::json& option : *list) {
    if (!option.is_string()) throw Error(ErrorCode::bad_file, "expected texts in the field 'options'");
    options.push_back(option.get<std::string>());
  }
  const auto answer = line.find("answer");
  if (answer == line.end() || !answer->is_number_unsigned() || answer->get<std::uint64_t>() >= options.size()) {
    throw Error(ErrorCode::bad_file, "expected the index of an option in the field 'answer'");
  }
  return posed(string_field(line, "text"), string_field(line, "question"), std::move(options), answer->get<std::size_t>());
}

// "A.text" -> "text".
std::string without_letter(std::string_view line) {
  const bool lettered = line.size() > 2 && line[0] >= 'A' && line[0] <= 'D' && (line[1] == '.' || line[1] == ')');
  return std::string(trimmed(lettered ? line.substr(2) : line));
}

std::vector<FileProblem> read_text(std::istream& file, const std::string& path) {
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  const std::vector<std::string_view> lines = split_lines(content);  // the blank ones are gone
  constexpr std::size_t kLines = 3 + kOptions;
  std::vector<FileProblem> problems;
  for (std::size_t i = 0; i + kLines <= lines.size(); i += kLines) {
    const std::string_view letter = trimmed(lines[i]);
    if (letter.size() != 1 || letter[0] < 'a' || letter[0] > 'd') {
      throw Error(ErrorCode::bad_file, "expected a letter from a to d before the text",
                  path + ": problem " + std::to_string(problems.size() + 1));
    }
    std::vector<std::string> options;
    for (std::size_t option = 0; option < kOptions; ++option) options.push_back(without_letter(lines[i + 3 + option]));
    problems.push_back(posed(std::string(lines[i + 1]), std::string(lines[i + 2]), std::move(options),
                             static_cast<std::size_t>(letter[0] - 'a')));
  }
  if (problems.empty() || lines.size() % kLines != 0) {
    throw Error(ErrorCode::bad_file, "expected seven lines per problem: letter, text, question, four options", path);
  }
  return problems;
}

std::vector<FileProblem> read_logiqa(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file >> std::ws;
  const bool plain_text = file && file.peek() != '{' && file.peek() != std::char_traits<char>::eof();
  return plain_text ? read_text(file, path) : read_lines(path, read_line);
}

}  // namespace

TaskEntry logiqa_entry() {
  return {
      .name = "logiqa",
      .summary = "multiple-choice questions of logic on a short text, read from a file",
      .source = "LogiQA, arXiv:2007.08124",
      .parameters = problem_file_parameters("the JSON lines, or of the published text file"),
      .make =
          [](const Parameters& parameters) { return task_over_file("logiqa", read_logiqa(parameters.text("file")), parameters); },
      .checks_steps = false};
}

}  // namespace reckon
