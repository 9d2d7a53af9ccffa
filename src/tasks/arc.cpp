// ARC, the AI2 reasoning challenge: multiple-choice science questions, read from JSON lines in the published form
// {"question": {"stem", "choices": [{"text", "label"}]}, "answerKey"} or the flat one {"question", "choices": {"text", "label"},
// "answerKey"}. Source: Clark et al. 2018, arXiv:1803.05457.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/problem_file.h"

namespace reckon {
namespace {

constexpr std::size_t kMostArcOptions = 8;

struct Choices {
  std::vector<std::string> labels, texts;

  void add(std::string label, std::string text) {
    labels.push_back(std::move(label));
    texts.push_back(std::move(text));
  }
};

Choices choices_of(const nlohmann::json& choices) {
  Choices result;
  if (choices.is_array()) {
    for (const nlohmann::json& choice : choices) {
      if (!choice.is_object()) throw Error(ErrorCode::bad_file, "expected objects with 'label' and 'text' in 'choices'");
      result.add(string_field(choice, "label"), string_field(choice, "text"));
    }
  } else if (choices.is_object() && choices.contains("label") && choices.contains("text") && choices["label"].is_array() &&
             choices["text"].is_array() && choices["label"].size() == choices["text"].size()) {
    for (std::size_t i = 0; i < choices["label"].size(); ++i) {
      const nlohmann::json pair{{"label", choices["label"][i]}, {"text", choices["text"][i]}};
      result.add(string_field(pair, "label"), string_field(pair, "text"));
    }
  }
  if (result.texts.size() < 2 || result.texts.size() > kMostArcOptions) {
    throw Error(ErrorCode::bad_file, "expected two to eight choices in the field 'choices'");
  }
  return result;
}

FileProblem read_arc(const nlohmann::json& line) {
  const auto question = line.find("question");
  const bool nested = question != line.end() && question->is_object();
  const nlohmann::json& holder = nested ? *question : line;
  if (!holder.contains("choices")) throw Error(ErrorCode::bad_file, "expected a field 'choices'");
  const Choices choices = choices_of(holder["choices"]);
  const std::string key = string_field(line, "answerKey");
  FileProblem problem{.prompt = string_field(holder, nested ? "stem" : "question"), .gold = {}, .working = {}};
  for (std::size_t i = 0; i < choices.labels.size(); ++i) {  // some questions are labelled 1 to 4
    if (choices.labels[i] == key) problem.gold = std::string(1, static_cast<char>('A' + i));
  }
  if (problem.gold.empty()) throw Error(ErrorCode::bad_file, "the field 'answerKey' names no choice: '" + key + "'");
  problem.prompt = with_options(std::move(problem.prompt), choices.texts);
  problem.options = choices.texts;
  return problem;
}

}  // namespace

TaskEntry arc_entry() {
  return {.name = "arc",
          .summary = "multiple-choice science questions, read from a file",
          .source = "ARC, arXiv:1803.05457",
          .parameters = problem_file_parameters(),
          .make =
              [](const Parameters& parameters) {
                return task_over_file("arc", read_lines(parameters.text("file"), read_arc), parameters);
              },
          .checks_steps = false};
}

}  // namespace reckon
