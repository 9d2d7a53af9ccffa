#include "search/constraints/cnf.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "base/error.h"
#include "search/constraints/claim.h"

namespace reckon {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

class CnfReader {  // words of the text, with the line they stand in
 public:
  explicit CnfReader(std::string_view text) : rest_(text) {}

  std::string_view next() {
    while (true) {
      skip_blanks();
      if (!line_begins_ || !rest_.starts_with('c')) break;
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }
    const std::string_view word = rest_.substr(0, rest_.find_first_of(kBlanks));
    rest_.remove_prefix(word.size());
    line_begins_ = false;
    return word;
  }

  std::int64_t number(std::string_view word, std::int64_t least, std::int64_t most, std::string_view what) const {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (fault != std::errc() || end != word.data() + word.size() || value < least || value > most) {
      fail(fmt::format("'{}' is not {} from {} to {}", word.substr(0, 40), what, least, most));
    }
    return value;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorCode::bad_file, fmt::format("line {}: {}", line_, message), "DIMACS CNF");
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && kBlanks.find(rest_.front()) != std::string_view::npos) {
      if (rest_.front() == '\n') {
        ++line_;
        line_begins_ = true;
      }
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  bool line_begins_ = true;
};

// Says of a variable whether it is true; false where it was said otherwise before.
bool put(Assignment& assignment, std::int64_t variable, bool value) {
  std::int8_t& place = assignment[static_cast<std::size_t>(variable)];
  const std::int8_t said = value ? 1 : -1;
  return std::exchange(place, said) != -said;
}

std::optional<bool> truth_of(std::string_view word) {
  const std::string plain = trimmed_lower(word);
  if (plain == "1" || plain == "true" || plain == "t") return true;
  if (plain == "0" || plain == "false" || plain == "f") return false;
  return std::nullopt;
}

// 1..variables, or nothing.
std::optional<std::int64_t> variable_of(std::string_view digits, int variables) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc() || end != digits.data() + digits.size() || value < 1 || value > variables) return std::nullopt;
  return value;
}

// "x_3=true", "3=0".
bool put_equation(Assignment& assignment, std::string_view word, std::size_t equals, int variables) {
  std::string_view name = word.substr(0, equals);
  name.remove_prefix(std::min(name.find_first_of("0123456789"), name.size()));
  const auto variable = variable_of(name, variables);
  const auto value = truth_of(word.substr(equals + 1));
  return variable && value && put(assignment, *variable, *value);
}

bool put_literal(Assignment& assignment, std::string_view word, int variables) {
  bool value = true;
  for (const std::string_view negation : {"-", "~", "!", "\u00ac", "\u2212"}) {
    if (!word.starts_with(negation)) continue;
    word.remove_prefix(negation.size());
    value = false;
    break;
  }
  const auto variable = variable_of(word, variables);
  return variable && put(assignment, *variable, value);
}

// Cut at blanks, commas, semicolons and brackets. An equals sign holds together what stands around it.
std::vector<std::string> words_of_line(std::string_view answer) {
  std::vector<std::string> words;
  bool joined = false;  // the next character belongs to the last word
  bool equals_waits = false;
  for (const char c : answer) {
    if (std::string_view(" \t\r\n,;()[]{}\\$").find(c) != std::string_view::npos) {
      joined = joined && equals_waits;
      continue;
    }
    if (c == '=' && !words.empty()) {
      joined = true;
    } else if (!joined) {
      words.emplace_back();
      joined = true;
    }
    words.back() += c;
    equals_waits = c == '=';
  }
  return words;
}

std::optional<Assignment> from_digits(std::string_view digits) {
  Assignment assignment(1, 0);
  for (const char digit : digits) assignment.push_back(digit == '1' ? 1 : -1);
  return assignment;
}

}  // namespace

std::span<const int> Cnf::clause(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends[index - 1];
  return std::span(literals).subspan(begin, ends[index] - begin);
}

Cnf parse_cnf(std::string_view text) {
  CnfReader reader(text);
  if (text.size() > kMostConstraintBytes) reader.fail(fmt::format("the formula has more than {} bytes", kMostConstraintBytes));
  if (reader.next() != "p" || reader.next() != "cnf") reader.fail("expected 'p cnf VARIABLES CLAUSES'");
  Cnf cnf;
  cnf.variables = static_cast<int>(reader.number(reader.next(), 0, kMostCnfVariables, "a number of variables"));
  const auto bytes = static_cast<std::int64_t>(kMostConstraintBytes);
  const std::int64_t clauses = reader.number(reader.next(), 0, bytes, "a number of clauses");
  std::string_view word = reader.next();
  for (; !word.empty(); word = reader.next()) {
    if (std::ssize(cnf.ends) == clauses) {
      if (word == "%") break;  // older collections end so
      reader.fail(fmt::format("there are more clauses than the {} promised", clauses));
    }
    const std::int64_t literal = reader.number(word, -cnf.variables, cnf.variables, "a literal");
    if (literal == 0) {
      cnf.ends.push_back(cnf.literals.size());
    } else {
      cnf.literals.push_back(static_cast<int>(literal));
    }
  }
  const bool ended = cnf.literals.empty() || (!cnf.ends.empty() && cnf.ends.back() == cnf.literals.size());
  if (!ended) reader.fail("the last clause is not ended by 0");
  if (std::ssize(cnf.ends) != clauses) reader.fail(fmt::format("expected {} clauses, found {}", clauses, cnf.ends.size()));
  return cnf;
}

std::optional<Assignment> read_assignment(std::string_view answer, int variables) {
  if (answer.size() > kMostConstraintBytes) return std::nullopt;
  std::vector<std::string> words = words_of_line(answer);
  if (words.empty()) return std::nullopt;
  const auto is_bits = [](std::string_view word) { return word.find_first_not_of("01") == std::string_view::npos; };
  if (std::ranges::all_of(words, is_bits)) {
    std::string digits;
    for (const std::string& word : words) digits += word;
    if (std::ssize(digits) == variables) return from_digits(digits);
  }
  if (words.size() > 1 && words.back() == "0") words.pop_back();
  Assignment assignment(static_cast<std::size_t>(variables) + 1, 0);
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const bool said = equals == std::string::npos ? put_literal(assignment, word, variables)
                                                  : put_equation(assignment, word, equals, variables);
    if (!said) return std::nullopt;
  }
  return assignment;
}

std::size_t satisfied_clauses(const Cnf& cnf, const Assignment& assignment) {
  std::size_t satisfied = 0;
  for (std::size_t i = 0; i < cnf.clauses(); ++i) {
    satisfied += std::ranges::any_of(cnf.clause(i), [&](int literal) {
      const std::int8_t value = assignment[static_cast<std::size_t>(literal < 0 ? -literal : literal)];
      return literal < 0 ? value < 0 : value > 0;
    });
  }
  return satisfied;
}

}  // namespace reckon
