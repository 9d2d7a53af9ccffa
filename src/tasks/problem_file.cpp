#include "tasks/problem_file.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "search/answers/equivalence.h"
#include "tasks/generation.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;  // a device without line ends would fill the memory
constexpr const char* kInstruction = "\nPut the final answer in \\boxed{}.";

class FileTask final : public Task {
 public:
  FileTask(std::string name, std::vector<FileProblem> problems, const Parameters& parameters)
      : name_(std::move(name)),
        problems_(std::move(problems)),
        extraction_(*extraction_named(parameters.text("extract"))),
        instruction_(parameters.flag("instruction")) {}

  std::vector<int> levels() const override { return {0}; }
  std::optional<std::uint64_t> size() const override { return problems_.size(); }

  // A file has one set of problems: `split` and `level` choose nothing.
  Instance generate(Split, int, std::uint64_t index) const override {
    if (index >= problems_.size()) {
      const std::string count = std::to_string(problems_.size());
      throw Error(ErrorCode::bad_argument, "problem " + std::to_string(index) + " does not exist; the file has " + count, name_);
    }
    const FileProblem& problem = problems_[index];
    Instance instance{.id = name_, .task = name_, .level = problem.level, .family = problem.family};
    instance.key = name_;
    instance.prompt = problem.prompt;
    instance.id.append("/").append(std::to_string(index));
    instance.key.append("|").append(problem.prompt);
    if (instruction_) instance.prompt += kInstruction;
    instance.gold = problem.gold;
    instance.reference = worked_solution(problem.working, problem.gold);
    instance.words = problem.words;
    instance.constraints = problem.constraints;
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return instance.reference; }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text, extraction_);
    if (!answer) return {.extracted = {}, .detail = "no answer found"};
    const EquivalenceVerdict verdict = compare_answers(instance.gold, *answer);
    return {.extracted = answer->substr(0, kLongestExtract),
            .correct = verdict.equal,
            .score = verdict.equal ? 1.0 : 0.0,
            .detail = verdict.detail};
  }

 private:
  std::string name_;
  std::vector<FileProblem> problems_;
  Extraction extraction_;
  bool instruction_;
};

// Whether there was another line; it is in `line` then. Throws Error bad_file, at `where`, for one longer than kLongestLine.
bool next_line(std::istream& file, std::string& line, const std::string& where) {
  line.resize(kLongestLine + 1);
  file.getline(line.data(), static_cast<std::streamsize>(line.size()));
  const auto read = static_cast<std::size_t>(file.gcount());
  if (file.fail() && read > 0) throw Error(ErrorCode::bad_file, "the line is longer than 1 MiB; expected JSON lines", where);
  line.resize(file.eof() || read == 0 ? read : read - 1);  // without the newline that was read
  return !file.fail();
}

}  // namespace

std::string string_field(const nlohmann::json& line, const char* name) {
  const auto field = line.find(name);
  if (field == line.end() || !field->is_string()) {
    throw Error(ErrorCode::bad_file, std::string("expected a string field '") + name + "'");
  }
  return field->get<std::string>();
}

std::vector<FileProblem> read_problem_file(const std::string& path, ReadProblem read) {
  if (path.empty()) throw Error(ErrorCode::bad_argument, "expected the path of a file of JSON lines", "file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::not_found, "cannot open the file; expected JSON lines, one problem each", path);
  std::vector<FileProblem> problems;
  std::string line;
  std::string where = path + ":1";
  for (std::size_t number = 1; next_line(file, line, where); where = path + ':' + std::to_string(++number)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const nlohmann::json object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) throw Error(ErrorCode::bad_file, "expected a JSON object on one line", where);
    try {
      problems.push_back(read(object));
      if (object.contains("constraints")) problems.back().constraints = string_field(object, "constraints");
    } catch (const Error& error) {  // the reader knows the field, this loop the line
      throw Error(error.code(), error.message(), where);
    }
  }
  if (problems.empty()) throw Error(ErrorCode::bad_file, "the file holds no problem", path);
  return problems;
}

std::vector<ParameterSpec> problem_file_parameters() {
  return {{.name = "file", .default_value = std::string(), .meaning = "path of the JSON lines"},
          {.name = "extract",
           .default_value = std::string("lenient"),
           .meaning = "where the answer is looked for in the text",
           .choices = {"boxed", "lenient", "number", "gsm8k-strict", "gsm8k-flex"}},
          {.name = "instruction", .default_value = true, .meaning = "add a line that asks for the answer in \\boxed{}"}};
}

std::unique_ptr<const Task> task_over_file(std::string name, std::vector<FileProblem> problems, const Parameters& parameters) {
  return std::make_unique<FileTask>(std::move(name), std::move(problems), parameters);
}

}  // namespace reckon
