#include "search/constraints/smt_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "base/error.h"
#include "search/constraints/claim.h"

namespace reckon {
namespace {

constexpr int kMostBrackets = 200;
constexpr std::string_view kSmtBlanks = " \t\r\n";

// Of names that are declared: none that a solver might take for an operator of its own, such as ^.
bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || (c != '\0' && std::string_view("_.-!$@?").find(c) != std::string_view::npos);
}

}  // namespace

bool is_number(std::string_view atom) {
  const std::size_t digits = static_cast<std::size_t>(std::ranges::find_if_not(atom, is_digit) - atom.begin());
  if (digits == 0 || digits == atom.size()) return digits > 0;
  return atom[digits] == '.' && digits + 1 < atom.size() && std::ranges::all_of(atom.substr(digits + 1), is_digit);
}

std::string_view without_bars(std::string_view atom) {
  return atom.size() >= 2 && atom.front() == '|' && atom.back() == '|' ? atom.substr(1, atom.size() - 2) : atom;
}

bool is_name(std::string_view atom) {
  const std::string_view bare = without_bars(atom);
  const bool in_bars = bare.size() != atom.size();
  const auto allowed = [in_bars](char c) { return is_name_character(c) || (in_bars && c == ' '); };
  return !bare.empty() && (is_letter(bare.front()) || bare.front() == '_') && std::ranges::all_of(bare, allowed);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  std::string shown = "'";
  for (const char c : text.substr(0, kShown)) shown += c >= ' ' && c < '\x7f' ? c : '?';
  return shown + (text.size() > kShown ? "…'" : "'");
}

SmtReader::SmtReader(std::string_view text) : text_(text) {
  if (text.size() <= kMostConstraintBytes) return;
  throw Error(ErrorCode::unsupported, fmt::format("the script has more than {} bytes", kMostConstraintBytes), "SMT-LIB script");
}

void SmtReader::refuse(std::string_view at, const std::string& message) const {
  const auto offset = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at.data() - text_.data(), 0, std::ssize(text_)));
  const auto line = std::ranges::count(text_.substr(0, offset), '\n') + 1;
  throw Error(ErrorCode::bad_file, fmt::format("line {}: {}", line, message), "SMT-LIB script");
}

void SmtReader::skip_blanks() {
  while (at_ < text_.size()) {
    if (text_[at_] == ';') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (kSmtBlanks.find(text_[at_]) != std::string_view::npos) {
      ++at_;
    } else {
      return;
    }
  }
}

std::optional<SmtNode> SmtReader::next() {
  skip_blanks();
  if (at_ == text_.size()) return std::nullopt;
  return read(0);
}

SmtNode SmtReader::read(int depth) {
  if (text_[at_] == ')') refuse(text_.substr(at_), "a bracket is closed that was not opened");
  if (text_[at_] != '(') return read_atom();
  if (depth >= kMostBrackets) refuse(text_.substr(at_), fmt::format("more than {} brackets stand in each other", kMostBrackets));
  SmtNode node;
  node.atom = false;
  const std::size_t begin = at_++;
  for (skip_blanks(); at_ < text_.size() && text_[at_] != ')'; skip_blanks()) node.parts.push_back(read(depth + 1));
  if (at_ == text_.size()) refuse(text_.substr(begin), "the bracket that opens here is not closed");
  ++at_;
  node.text = text_.substr(begin, at_ - begin);
  return node;
}

SmtNode SmtReader::read_atom() {
  const std::size_t begin = at_;
  const char first = text_[at_];
  if (first == '|' || first == '"') {
    const std::size_t end = text_.find(first, at_ + 1);
    if (end == std::string_view::npos) refuse(text_.substr(begin), "the quotation that begins here does not end");
    at_ = end + 1;
  } else {
    at_ = std::min(text_.find_first_of(" \t\r\n()|\";", at_), text_.size());
  }
  SmtNode node;
  node.text = text_.substr(begin, at_ - begin);
  return node;
}

}  // namespace reckon
