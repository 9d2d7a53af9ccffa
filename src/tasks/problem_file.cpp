#include "tasks/problem_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "search/answers/equivalence.h"
#include "tasks/file_addresses.h"
#include "tasks/generation.h"

namespace reckon {
namespace {

constexpr std::uintmax_t kLargestDocument = std::uintmax_t{64} << 20;
constexpr std::size_t kLongestLine = std::size_t{1} << 20;  // a device without line ends would fill the memory
constexpr const char* kInstruction = "\nPut the final answer in \\boxed{}.";
constexpr const char* kMinervaInstruction = "\nEnd with: Final Answer: The final answer is $...$. I hope it is correct.";

bool braces_match(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    open += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (open < 0) return false;
  }
  return open == 0;
}

class FileTask final : public Task {
 public:
  FileTask(std::string name, std::vector<FileProblem> problems, const Parameters& parameters)
      : name_(std::move(name)),
        problems_(std::move(problems)),
        extraction_(*extraction_named(parameters.text("extract"))),
        equality_{.lenient_percent = parameters.text("percent") == "lenient"},
        instruction_(parameters.flag("instruction")) {}

  std::vector<int> levels() const override { return {0}; }
  std::optional<std::uint64_t> size() const override { return problems_.size(); }

  // A file has one set of problems: `split` and `level` choose nothing.
  Instance generate(Split, int, std::uint64_t index) const override {
    std::string address = file_address(name_, index, problems_.size());
    const FileProblem& problem = problems_[index];
    Instance instance{.id = std::move(address), .task = name_, .level = problem.level, .family = problem.family};
    instance.key = name_;
    instance.prompt = problem.prompt;
    instance.key.append("|").append(problem.prompt);
    if (instruction_ && !problem.shows_form) {
      instance.prompt += extraction_ == Extraction::minerva ? kMinervaInstruction : kInstruction;
    }
    instance.gold = problem.gold;
    instance.reference = reference_of(problem);
    instance.words = problem.words;
    instance.constraints = problem.constraints;
    instance.answer_form = {.extraction = extraction_, .options = problem.options};
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return instance.reference; }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text, instance.answer_form);
    if (!answer) return {.extracted = {}, .detail = "no answer found"};
    const std::vector<std::string>& options = instance.answer_form.options;
    if (!options.empty()) {
      const std::optional<char> letter = choice_letter(*answer, options);
      if (!letter) return judged(*answer, false, "not an option");
      const bool right = choice_letter(instance.gold) == letter;
      return judged(*answer, right, right ? "right" : "another option");
    }
    const EquivalenceVerdict verdict = compare_extracted(instance.gold, *answer, instance.answer_form.extraction, equality_);
    return {.extracted = answer->substr(0, kLongestExtract),
            .correct = verdict.equal,
            .score = verdict.equal ? 1.0 : 0.0,
            .detail = verdict.detail};
  }

 private:
  std::string reference_of(const FileProblem& problem) const {
    if (extraction_ == Extraction::minerva) {
      return problem.working + "Final Answer: The final answer is $" + problem.gold + "$. I hope it is correct.";
    }
    const bool boxable = braces_match(problem.gold);  // a box ends where its brace is closed
    return boxable ? worked_solution(problem.working, problem.gold) : "The final answer is " + problem.gold;
  }

  std::string name_;
  std::vector<FileProblem> problems_;
  Extraction extraction_;
  EquivalenceOptions equality_;
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

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

std::ifstream open_problem_file(const std::string& path, const std::string& expected) {
  std::error_code fault;
  if (std::filesystem::is_directory(path, fault)) {  // which opens, and reads as empty
    throw Error(ErrorCode::bad_argument, "is a directory; expected " + expected, path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::not_found, "cannot open the file; expected " + expected, path);
  return file;
}

std::string string_field(const nlohmann::json& line, const char* name) {
  const auto field = line.find(name);
  if (field == line.end() || !field->is_string()) {
    throw Error(ErrorCode::bad_file, std::string("expected a string field '") + name + "'");
  }
  return field->get<std::string>();
}

std::string value_field(const nlohmann::json& line, const char* name) {
  const auto field = line.find(name);
  if (field != line.end() && field->is_number_integer()) return field->dump();
  if (field != line.end() && field->is_string()) return field->get<std::string>();
  throw Error(ErrorCode::bad_file, std::string("expected a text or a whole number in the field '") + name + "'");
}

const char* one_field(const nlohmann::json& line, std::initializer_list<const char*> names) {
  std::string known;
  for (const char* name : names) {
    if (line.contains(name)) return name;
    known.append(known.empty() ? "'" : " or '").append(name).append("'");
  }
  throw Error(ErrorCode::bad_file, "expected a field " + known);
}

std::string with_options(std::string question, const std::vector<std::string>& options) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    question.append("\n").append(1, static_cast<char>('A' + i)).append(". ").append(options[i]);
  }
  return question;
}

nlohmann::json read_json_document(const std::string& path) {
  if (path.empty()) throw Error(ErrorCode::bad_argument, "expected the path of a JSON document", "file");
  std::ifstream file = open_problem_file(path, "one JSON document");
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) throw Error(ErrorCode::bad_argument, "is not a regular file; expected one JSON document", path);
  if (size > kLargestDocument)
    throw Error(ErrorCode::bad_file, "the file is larger than 64 MiB; expected one JSON document", path);
  nlohmann::json document = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) throw Error(ErrorCode::bad_file, "expected one JSON document", path);
  return document;
}

void add_constraints(const nlohmann::json& line, FileProblem& problem) {
  if (line.contains("constraints")) problem.constraints = string_field(line, "constraints");
}

void require_answerable(const FileProblem& problem) {
  if (is_blank(problem.prompt)) throw Error(ErrorCode::bad_file, "the problem is empty");
  if (is_blank(problem.gold)) throw Error(ErrorCode::bad_file, "the answer is empty");
}

void for_each_line(const std::string& path, const std::function<void(const nlohmann::json&)>& read) {
  if (path.empty()) throw Error(ErrorCode::bad_argument, "expected the path of a file of JSON lines", "file");
  std::ifstream file = open_problem_file(path, "JSON lines, one problem each");
  bool empty = true;
  std::string line;
  std::string where = path + ":1";
  for (std::size_t number = 1; next_line(file, line, where); where = path + ':' + std::to_string(++number)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const nlohmann::json object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) throw Error(ErrorCode::bad_file, "expected a JSON object on one line", where);
    try {
      read(object);
      empty = false;
    } catch (const Error& error) {  // the reader knows the field, this loop the line
      throw Error(error.code(), error.message(), where);
    }
  }
  if (empty) throw Error(ErrorCode::bad_file, "the file holds no problem", path);
}

ParameterSpec file_parameter(const std::string& what) {
  return {
      .name = "file", .default_value = std::string(), .meaning = "path of " + what + "; one set of problems, whatever the split"};
}

std::vector<ParameterSpec> problem_file_parameters(const std::string& what) {
  return {
      file_parameter(what),
      {.name = "extract",
       .default_value = std::string("lenient"),
       .meaning = "where the answer is looked for in the text; of a multiple choice lenient takes any letter that stands alone",
       .choices = {extraction_names().begin(), extraction_names().end()}},
      {.name = "percent",
       .default_value = std::string("strict"),
       .meaning = "whether 10 meets an answer of 10%: never, or where the answer of the file is a percentage",
       .choices = {"strict", "lenient"}},
      {.name = "instruction",
       .default_value = true,
       .meaning = "add a line that asks for the answer in \\boxed{}, unless examples show how it is given"}};
}

std::unique_ptr<const Task> task_over_file(std::string name, std::vector<FileProblem> problems, const Parameters& parameters) {
  return std::make_unique<FileTask>(std::move(name), std::move(problems), parameters);
}

}  // namespace reckon
