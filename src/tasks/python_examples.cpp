#include "tasks/python_examples.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

using Text = std::string_view;

bool in_name(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// How many bytes at the front are blanks.
std::size_t blanks(Text text, Text kinds = " \t") { return std::min(text.size(), text.find_first_not_of(kinds)); }

// Length of the string literal at the front; 0 where there is none, or it does not end on its line.
std::size_t string_literal(Text text) {
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return 0;
  if (text.starts_with("\"\"\"") || text.starts_with("'''")) return 0;  // a description ends
  for (std::size_t i = 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == text[0])
      return i + 1;
  }
  return 0;
}

// Length of a number or one of Python's constant names at the front; 0 where there is neither.
std::size_t plain_literal(Text text) {
  for (const Text name : {Text("True"), Text("False"), Text("None"), Text("true"), Text("false")}) {
    if (text.starts_with(name) && (text.size() == name.size() || !in_name(text[name.size()]))) return name.size();
  }
  std::size_t end = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t first = end;
  while (end < text.size() && (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]))))
    ++end;
  const bool ends = end == text.size() || !in_name(text[end]);
  return end > first && is_digit(text[end - 1]) && ends ? end : 0;
}

std::size_t scalar(Text text) {
  const std::size_t length = string_literal(text);
  return length > 0 ? length : plain_literal(text);
}

// Length of what stands in matching brackets at the front, which begins with one; 0 where something is not closed. With
// `literals` it holds nothing but literals between commas, colons and further brackets.
std::size_t bracketed(Text text, bool literals) {
  std::string closers;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '(' || c == '[' || c == '{') {
      closers += c == '(' ? ')' : c == '[' ? ']' : '}';
      ++at;
    } else if (c == closers.back()) {
      closers.pop_back();
      ++at;
      if (closers.empty()) return at;
    } else if (const std::size_t length = scalar(text.substr(at)); length > 0) {
      at += length;
    } else if (literals && Text(" \t\n,:").find(c) == Text::npos) {
      return 0;
    } else {
      ++at;
    }
  }
  return 0;
}

// Length of a whole literal; 0 where there is none.
std::size_t literal(Text text) {
  const bool brackets = !text.empty() && Text("([{").find(text[0]) != Text::npos;
  return brackets ? bracketed(text, /*literals=*/true) : scalar(text);
}

// Bytes up to the value, behind a call: "==", "=>", "returns" and the like; nullopt where nothing is said.
std::optional<std::size_t> relation(Text text) {
  constexpr std::array<Text, 9> kSigns{"==>", "==", "=>", "->", "➞", "=", "should return", "returns", "return"};
  std::size_t at = blanks(text);
  if (at < text.size() && text[at] == '#') at += 1 + blanks(text.substr(at + 1));
  for (const Text sign : kSigns) {
    if (!text.substr(at).starts_with(sign)) continue;
    at += sign.size();
    return at + blanks(text.substr(at));
  }
  return std::nullopt;
}

// Whether a value may end here: what follows is no part of an expression.
bool ends_value(Text rest) {
  rest.remove_prefix(blanks(rest, " \t\r"));
  return rest.empty() || Text("\n.,;#(\"").find(rest[0]) != Text::npos;
}

std::string in_python(Text value) { return value == "true" ? "True" : value == "false" ? "False" : std::string(value); }

std::string assertion(Text call, Text value) {
  return std::string("assert (").append(call).append(") == (").append(in_python(value)).append(")");
}

// The value that a call shows behind itself, as in "f(1) == 2".
std::optional<std::string> shown_behind(Text text, std::size_t call) {
  const std::optional<std::size_t> sign = relation(text.substr(call));
  if (!sign) return std::nullopt;
  const Text value = text.substr(call + *sign);
  const std::size_t length = literal(value);
  if (length == 0 || !ends_value(value.substr(length))) return std::nullopt;
  return assertion(text.substr(0, call), value.substr(0, length));
}

// The value on the line below a call behind ">>>", of which it is all.
std::optional<std::string> shown_below(Text text, std::size_t call) {
  const std::size_t line_end = text.find('\n', call);
  if (line_end == Text::npos || !trimmed(text.substr(call, line_end - call)).empty()) return std::nullopt;
  const Text below = text.substr(line_end + 1);
  const std::size_t indent = blanks(below);
  const std::size_t length = literal(below.substr(indent));
  const Text line = trimmed(below.substr(0, below.find('\n')));
  if (length > 0 && ends_value(below.substr(indent + length)))
    return assertion(text.substr(0, call), below.substr(indent, length));
  if (line.empty() || line.starts_with(">>>") || line.starts_with("\"\"\"") || line.starts_with("'''")) return std::nullopt;
  return assertion(text.substr(0, call), line);
}

}  // namespace

std::vector<std::string> python_examples(std::string_view description, std::string_view function) {
  std::vector<std::string> tests;
  const std::string head = std::string(function) + '(';
  if (function.empty()) return tests;
  for (std::size_t at = description.find(head); at != Text::npos; at = description.find(head, at + 1)) {
    const bool inside_name = at > 0 && in_name(description[at - 1]);
    const bool definition = description.substr(0, at).ends_with("def ");
    if (inside_name || definition) continue;
    const Text text = description.substr(at, kLongestExample);
    const bool prompt = description.substr(0, at).ends_with(">>> ");
    const std::size_t arguments = bracketed(text.substr(function.size()), /*literals=*/!prompt);
    if (arguments == 0) continue;
    const std::size_t call = function.size() + arguments;
    std::optional<std::string> test = shown_behind(text, call);
    if (!test && prompt) test = shown_below(text, call);
    if (test) tests.push_back(std::move(*test));
  }
  return tests;
}

}  // namespace reckon
