#include "tasks/corr2cause_published.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/error.h"
#include "tasks/problem_file.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;
constexpr std::size_t kMostNames = 6;  // classes of more variables take too long to enumerate

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::bad_file, what); }

// The next record of comma-separated values: fields may stand in quotes, which are doubled inside (RFC 4180).
std::vector<std::string> next_record(std::string_view& rest) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (quoted && c == '"' && at + 1 < rest.size() && rest[at + 1] == '"') {
      fields.back() += '"';
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      fields.emplace_back();
    } else if (!quoted && c == '\n') {
      break;
    } else if (quoted || c != '\r') {
      fields.back() += c;
    }
  }
  rest.remove_prefix(std::min(at + 1, rest.size()));
  if (quoted) refuse("a quote does not close");
  return fields;
}

// Cuts `text` at `mark` and gives what stands before it; nullopt, and nothing cut, where there is none.
std::optional<std::string_view> until(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return before;
}

int variable(const CausalQuestion& question, std::string_view name) {
  const auto found = std::ranges::find(question.names, trimmed(name));
  if (found == question.names.end()) refuse("no variable '" + std::string(name.substr(0, 40)) + "' was introduced");
  return static_cast<int>(found - question.names.begin());
}

// "A, C and E".
std::vector<std::string> listed_names(std::string_view text) {
  std::string commas(text);
  for (std::size_t at = commas.find(" and "); at != std::string::npos; at = commas.find(" and ")) commas.replace(at, 5, ", ");
  std::vector<std::string> names;
  for (const std::string& name : split_words(commas, ',')) names.emplace_back(trimmed(name));
  return names;
}

// Correlations say nothing that the independences leave open.
void read_statement(CausalQuestion& question, std::string_view statement) {
  if (statement.starts_with("However, ")) statement.remove_prefix(9);
  if (const auto first = until(statement, " correlates with ")) {
    (void)variable(question, *first);
    (void)variable(question, statement);
    return;
  }
  Independence fact;
  if (const auto first = until(statement, " is independent of ")) {
    fact = {variable(question, *first), variable(question, statement), 0};
  } else if (const auto pair = until(statement, " are independent given ")) {
    std::string_view second = *pair;
    const auto name = until(second, " and ");
    if (!name) refuse("expected two variables before 'are independent'");
    fact = {variable(question, *name), variable(question, second), 0};
    for (const std::string& given : listed_names(statement))
      fact.given |= static_cast<VariableSet>(1U << variable(question, given));
  } else {
    refuse("expected a correlation or an independence, got '" + std::string(statement.substr(0, 60)) + "'");
  }
  if (fact.first > fact.second) std::swap(fact.first, fact.second);
  const bool proper = fact.first != fact.second && (fact.given >> fact.first & 1) == 0 && (fact.given >> fact.second & 1) == 0;
  if (!proper) refuse("a variable stands twice in one independence");
  question.facts.push_back(fact);
}

void read_premise(CausalQuestion& question, std::string_view premise) {
  if (!until(premise, "variables, ")) refuse("expected 'Premise: … variables, A, B …'");
  const auto names = until(premise, ".");
  const auto introduction = until(premise, " are as follows: ");
  if (!names || !introduction) refuse("expected the names of the variables, and what is known after 'are as follows:'");
  question.names = listed_names(*names);
  std::vector<std::string> sorted = question.names;
  std::ranges::sort(sorted);
  const bool counted = sorted.size() >= 2 && sorted.size() <= kMostNames;
  const bool distinct = counted && std::ranges::adjacent_find(sorted) == sorted.end() && !sorted.front().empty();
  if (!distinct) refuse("expected from 2 to 6 different variables");
  while (!trimmed(premise).empty()) {
    const auto statement = until(premise, ".");
    if (!statement) refuse("expected a full stop at the end of the premise");
    read_statement(question, trimmed(*statement));
  }
}

struct Form {
  std::string_view before, between, after;
  CausalRelation relation;
};
constexpr std::array<Form, 5> kForms{{
    {"", " directly causes ", ".", CausalRelation::parent},
    {"", " causes something else which causes ", ".", CausalRelation::ancestor},
    {"", " is a cause for ", ", but not a direct one.", CausalRelation::ancestor},
    {"There exists at least one collider (i.e., common effect) of ", " and ", ".", CausalRelation::collider},
    {"There exists at least one confounder (i.e., common cause) of ", " and ", ".", CausalRelation::confounder},
}};

void read_hypothesis(CausalQuestion& question, std::string_view hypothesis) {
  for (const Form& form : kForms) {
    std::string_view rest = hypothesis;
    if (!rest.starts_with(form.before) || !rest.ends_with(form.after)) continue;
    rest = rest.substr(form.before.size(), rest.size() - std::min(rest.size(), form.before.size() + form.after.size()));
    const auto first = until(rest, form.between);
    if (!first) continue;
    question.relation = form.relation;
    question.i = variable(question, *first);
    question.j = variable(question, rest);
    if (question.i == question.j) refuse("the hypothesis names one variable twice");
    return;
  }
  refuse("the hypothesis is none of the published forms: '" + std::string(hypothesis.substr(0, 60)) + "'");
}

CausalQuestion read_question(const std::string& input, std::string_view label) {
  if (label != "0" && label != "1") refuse("expected the label 0 or 1");
  CausalQuestion question;
  question.text = trimmed(input);
  question.follows = label == "1";
  std::string_view rest = question.text;
  const auto premise = until(rest, "Hypothesis: ");
  if (!premise) refuse("expected 'Hypothesis: ' after the premise");
  read_premise(question, *premise);
  read_hypothesis(question, trimmed(rest));
  return question;
}

}  // namespace

std::vector<CausalQuestion> parse_corr2cause(std::string_view text, const std::string& where) {
  std::vector<CausalQuestion> questions;
  std::size_t number = 0;
  try {
    const std::vector<std::string> header = next_record(text);
    const auto input = static_cast<std::size_t>(std::ranges::find(header, "input") - header.begin());
    const auto label = static_cast<std::size_t>(std::ranges::find(header, "label") - header.begin());
    if (input == header.size() || label == header.size()) refuse("expected the columns 'input' and 'label'");
    while (!text.empty()) {
      ++number;
      const std::vector<std::string> record = next_record(text);
      if (record.size() == 1 && record[0].empty()) continue;
      if (record.size() != header.size()) refuse("expected " + std::to_string(header.size()) + " columns");
      questions.push_back(read_question(record[input], record[label]));
    }
    if (questions.empty()) refuse("the file holds no problem");
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), where + ", record " + std::to_string(number));
  }
  return questions;
}

std::vector<CausalQuestion> read_corr2cause(const std::string& path) {
  std::ifstream file = open_problem_file(path, "the columns input and label");
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) throw Error(ErrorCode::bad_argument, "is not a regular file; expected the columns input and label", path);
  if (size > kLargestFile) throw Error(ErrorCode::bad_file, "the file is larger than 64 MiB", path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_corr2cause(text, path);
}

}  // namespace reckon
