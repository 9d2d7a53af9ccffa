// Whether a line of working is true of its problem, found the plainest way: for tasks in which several lines may come next.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tasks/task.h"
#include "tasks/wording.h"

namespace reckon::trial {

// "2x-3y+z=5/2" holds at the only solution, in floating point; systems without one are not looked at.
inline bool is_true_combination(const Instance& instance, const std::string& line) {
  if (instance.gold == "none" || instance.gold == "many") return true;
  std::vector<double> roots;
  for (const std::string& root : split_words(instance.gold.substr(1, instance.gold.size() - 2), ',')) {
    const std::size_t slash = root.find('/');
    roots.push_back(std::stod(root) / (slash == std::string::npos ? 1 : std::stod(root.substr(slash + 1))));
  }
  const std::size_t sign = line.find('=');
  const std::string right = line.substr(sign + 1);
  const std::size_t slash = right.find('/');
  double sum = -std::stod(right) / (slash == std::string::npos ? 1 : std::stod(right.substr(slash + 1)));
  std::string term;
  for (const char c : line.substr(0, sign)) {
    if (c < 'x' || c > 'z') {
      term += c;
      continue;
    }
    const bool bare = term.empty() || term == "+" || term == "-";
    sum += roots.at(static_cast<std::size_t>(c - 'x')) * (bare ? (term == "-" ? -1 : 1) : std::stod(term));
    term.clear();
  }
  return sum < 1e-6 && sum > -1e-6;
}

// "0 3 4 = 25": the distances add up.
inline bool is_true_trip(const Instance& instance, const std::string& line) {
  const auto numbers = numbers_in(line, 64).value_or(std::vector<std::int64_t>{});
  if (numbers.size() < 3) return false;
  std::int64_t length = 0;
  for (std::size_t i = 0; i + 2 < numbers.size(); ++i) {
    length += instance.numbers.at(static_cast<std::size_t>(2 + numbers[i] * instance.numbers[0] + numbers[i + 1]));
  }
  return length == numbers.back();
}

// "0R 3G x": no edge has one colour at both ends; x stands exactly where some vertex sees all three.
inline bool is_true_colouring(const Instance& instance, const std::string& line) {
  std::string colours(static_cast<std::size_t>(instance.numbers[0]), '.');
  bool dead = false;
  for (const std::string& word : split_words(line)) {
    if (word == "x") {
      dead = true;
    } else {
      colours.at(static_cast<std::size_t>(std::stoi(word))) = word.back();
    }
  }
  bool stuck = false;
  for (std::size_t v = 0; v < colours.size(); ++v) {
    std::string seen;
    for (std::size_t i = 2; i + 1 < instance.numbers.size(); i += 2) {
      const auto a = static_cast<std::size_t>(instance.numbers[i]);
      const auto b = static_cast<std::size_t>(instance.numbers[i + 1]);
      if (a == v || b == v) seen += colours[a == v ? b : a];
    }
    if (colours[v] != '.' && seen.find(colours[v]) != std::string::npos) return false;
    const auto sees = [&](char colour) { return seen.find(colour) != std::string::npos; };
    stuck = stuck || (colours[v] == '.' && sees('R') && sees('G') && sees('B'));
  }
  return stuck == dead;
}

// "-1 4: 2 -3": in every assignment that satisfies all clauses and has the first literals, the others hold too; x: there is none.
inline bool is_true_implication(const Instance& instance, const std::string& line) {
  const std::size_t colon = line.find(':');
  const auto literals = [](const std::string& text) { return numbers_in(text, 64).value_or(std::vector<std::int64_t>{}); };
  const std::vector<std::int64_t> decided = literals(line.substr(0, colon));
  const std::vector<std::int64_t> implied = literals(line.substr(colon));
  const bool refuted = line.ends_with('x');
  for (std::uint64_t code = 0; code < std::uint64_t{1} << instance.numbers[0]; ++code) {
    const auto holds = [&](std::int64_t literal) { return (code >> (std::abs(literal) - 1) & 1) == (literal > 0 ? 1U : 0U); };
    bool model = true;
    for (const std::int64_t literal : decided) model = model && holds(literal);
    for (std::size_t i = 2; model && i + 2 < instance.numbers.size(); i += 3) {
      model = holds(instance.numbers[i]) || holds(instance.numbers[i + 1]) || holds(instance.numbers[i + 2]);
    }
    if (!model) continue;
    if (refuted) return false;
    for (const std::int64_t literal : implied) {
      if (!holds(literal)) return false;
    }
  }
  return true;
}

}  // namespace reckon::trial
