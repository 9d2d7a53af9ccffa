#include "search/verifiers/verdict.h"

#include <algorithm>
#include <cctype>

#include "base/ascii.h"
#include "base/error.h"
#include "search/answers/extract.h"
#include "search/small_file.h"

namespace reckon {
namespace {

constexpr std::string_view kFast =
    "Problem:\n{problem}\n\nProposed solution:\n{solution}\n\nIs the proposed solution correct? Answer yes or no.";
constexpr std::string_view kSlow =
    "Problem:\n{problem}\n\nProposed solution:\n{solution}\n\nCheck the proposed solution step by step. Then say whether it is "
    "correct: end with yes or no.";

bool is_word(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return std::isalnum(byte) != 0 || byte >= 0x80;
}

// Whether `word` stands at text[at], as a word of its own.
bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
  if (word.size() > text.size() - at || !same_word(text.substr(at, word.size()), word)) return false;
  const std::size_t end = at + word.size();
  return (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
}

void check_question(const std::string& question, const std::string& file) {
  if (question.find("{solution}") != std::string::npos) return;
  throw Error(ErrorCode::bad_file,
              "a question to a judge must hold {solution}, where the path's text goes, and may hold {problem}", file);
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

JudgeQuestions read_judge_questions(const std::string& file) {
  if (file.empty()) return {std::string(kFast), std::string(kSlow)};
  const std::string text = small_file(file, "the judge's questions");
  const std::size_t line = text.find("\n---\n");
  JudgeQuestions questions{text.substr(0, line), line == std::string::npos ? text : text.substr(line + 5)};
  for (std::string* question : {&questions.fast, &questions.slow}) {
    while (question->ends_with('\n')) question->pop_back();
    check_question(*question, file);
  }
  return questions;
}

std::string asked_about(std::string_view question, std::string_view problem, std::string_view solution) {
  constexpr std::string_view kProblem = "{problem}";
  constexpr std::string_view kSolution = "{solution}";
  std::string text;
  for (std::size_t at = 0; at < question.size();) {
    if (question.substr(at).starts_with(kProblem)) {
      text += problem;
      at += kProblem.size();
    } else if (question.substr(at).starts_with(kSolution)) {
      text += solution;
      at += kSolution.size();
    } else {
      text += question[at++];
    }
  }
  return text;
}

std::vector<std::string> verdict_words(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find('/'));
    list.remove_prefix(std::min(list.size(), word.size() + 1));
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::vector<std::string> spellings(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  const auto add = [&all](std::string text) {
    if (std::ranges::find(all, text) == all.end()) all.push_back(std::move(text));
  };
  for (const std::string& word : words) {
    std::string capital = word;
    capital.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(capital.front())));
    for (const std::string& spelled : {word, capital}) {
      add(spelled);
      add(" " + spelled);
    }
  }
  return all;
}

std::optional<bool> verdict_in(std::string_view text, const std::vector<std::string>& yes, const std::vector<std::string>& no,
                               VerdictPlace place) {
  const std::string_view said = after_thinking(text).value_or(std::string_view());
  std::optional<bool> verdict;
  for (std::size_t at = 0; at < said.size(); ++at) {
    if (at > 0 && is_word(said[at - 1])) continue;
    const auto here = [&](const std::string& word) { return stands_at(said, at, word); };
    const bool accepts = std::ranges::any_of(yes, here);
    if (!accepts && std::ranges::none_of(no, here)) continue;
    verdict = accepts;
    if (place == VerdictPlace::first) break;
  }
  return verdict;
}

}  // namespace reckon
