// Programs over words and dicts, and small classes.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>

#include "tasks/python_programs.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

std::string quoted(const std::string& text) { return '\'' + text + '\''; }

std::string list_literal(const std::vector<std::string>& items) { return '[' + joined(items, ", ") + ']'; }

std::string dict_literal(const std::map<std::string, std::int64_t>& dict) {
  std::vector<std::string> items;
  for (const auto& [key, value] : dict) items.push_back(quoted(key) + ": " + std::to_string(value));
  return '{' + joined(items, ", ") + '}';
}

// Words of few letters, so that they meet again.
std::string draw_word(SplitMix64& rng) {
  constexpr std::string_view kLetters = "abcdelnorst";
  std::string word;
  for (std::int64_t left = rng.range(1, 6); left > 0; --left) word += kLetters[rng.below(kLetters.size())];
  return word;
}
std::vector<std::string> draw_text(SplitMix64& rng) {
  std::vector<std::string> words;
  for (std::int64_t left = rng.range(0, 6); left > 0; --left) {
    words.push_back(!words.empty() && rng.below(3) == 0 ? one_of(words, rng) : draw_word(rng));
  }
  return words;
}

struct WordChoice {
  std::string code, words;  // of a word w
  std::function<bool(const std::string&)> holds;
};
WordChoice draw_word_choice(SplitMix64& rng) {
  const std::int64_t k = rng.range(1, 5);
  const auto length = static_cast<std::size_t>(k);
  const std::string number = std::to_string(k);
  const char letter = "abcdelnorst"[rng.below(11)];
  const std::string c(1, letter);
  switch (rng.below(5)) {
    case 0:
      return {"len(w) > " + number, "has more than " + number + (k == 1 ? " letter" : " letters"),
              [length](const auto& w) { return w.size() > length; }};
    case 1:
      return {"len(w) <= " + number, "has at most " + number + (k == 1 ? " letter" : " letters"),
              [length](const auto& w) { return w.size() <= length; }};
    case 2: return {"w.startswith('" + c + "')", "begins with " + c, [letter](const auto& w) { return w.front() == letter; }};
    case 3: return {"'" + c + "' in w", "contains " + c, [letter](const auto& w) { return w.find(letter) != std::string::npos; }};
    default: return {"w.endswith('" + c + "')", "ends with " + c, [letter](const auto& w) { return w.back() == letter; }};
  }
}

struct WordChange {
  std::string code, words;
  std::function<std::string(const std::string&)> apply;
};
WordChange draw_word_change(SplitMix64& rng) {
  const std::size_t k = 1 + rng.below(3);
  const std::string number = std::to_string(k);
  const char letter = "abcdelnorst"[rng.below(11)];
  const std::string c(1, letter);
  switch (rng.below(5)) {
    case 0: return {"w[::-1]", "is reversed", [](const auto& w) { return std::string(w.rbegin(), w.rend()); }};
    case 1:
      return {"w[:" + number + "]", "is cut to its first " + number + (k == 1 ? " letter" : " letters"),
              [k](const auto& w) { return w.substr(0, k); }};
    case 2: return {"w + w[-1]", "has its last letter doubled", [](const auto& w) { return w + w.back(); }};
    case 3:
      return {"w.replace('" + c + "', '')", "loses every " + c, [letter](auto w) {
                std::erase(w, letter);
                return w;
              }};
    default: return {"w + '" + c + "'", "gets " + c + " at its end", [c](const auto& w) { return w + c; }};
  }
}

PythonProblem changed_words(SplitMix64& rng, std::size_t tests) {
  const WordChoice choice = draw_word_choice(rng);
  const WordChange change = draw_word_change(rng);
  constexpr std::array<std::string_view, 3> kBetween{" ", "-", "_"};
  const std::string between(one_of(kBetween, rng));
  PythonProblem problem{.family = "words",
                        .entry = "f",
                        .description = "a function f(text) in which every word of the text, split at blanks, that " +
                                       choice.words + ' ' + change.words + ", and returns the words joined by " +
                                       (between == " " ? "blanks" : quoted(between)),
                        .solution = "def f(text):\n    return '" + between + "'.join(" + change.code + " if " + choice.code +
                                    " else w for w in text.split())",
                        .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const std::vector<std::string> words = draw_text(r);
    std::vector<std::string> result;
    for (const std::string& w : words) result.push_back(choice.holds(w) ? change.apply(w) : w);
    return "assert f(" + quoted(joined(words)) + ") == " + quoted(joined(result, between));
  });
  return problem;
}

PythonProblem counted_words(SplitMix64& rng, std::size_t tests) {
  const WordChoice choice = draw_word_choice(rng);
  const std::int64_t start = rng.range(0, 9);
  const std::string more = start == 0 ? "" : ", plus " + std::to_string(start);
  PythonProblem problem{
      .family = "dict",
      .entry = "f",
      .description = "a function f(text) that returns a dict from each word of the text, split at blanks, that " + choice.words +
                     " to how often it stands there" + more,
      .solution = "def f(text):\n    counts = {}\n    for w in text.split():\n        if " + choice.code +
                  ":\n            counts[w] = counts.get(w, " + std::to_string(start) + ") + 1\n    return counts",
      .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const std::vector<std::string> words = draw_text(r);
    std::map<std::string, std::int64_t> counts;
    for (const std::string& w : words) {
      if (choice.holds(w)) ++counts.try_emplace(w, start).first->second;
    }
    return "assert f(" + quoted(joined(words)) + ") == " + dict_literal(counts);
  });
  return problem;
}

PythonProblem chosen_entries(SplitMix64& rng, std::size_t tests) {
  const WordChoice choice = draw_word_choice(rng);
  const std::int64_t k = rng.range(1, 12);
  const std::uint64_t kind = rng.below(3);
  const std::string bound = std::to_string(k);
  constexpr std::array<std::string_view, 3> kWords{"a sorted list of the keys", "the sum of the values", "a dict of the entries"};
  constexpr std::array<std::string_view, 3> kCode{"sorted(w for w, v in d.items() if ", "sum(v for w, v in d.items() if ",
                                                  "{w: v for w, v in d.items() if "};
  PythonProblem problem{
      .family = "dict",
      .entry = "f",
      .description = "a function f(d) that returns, of a dict d from words to numbers, " + std::string(kWords.at(kind)) +
                     " where the key " + choice.words + " and the value is greater than " + bound,
      .solution =
          "def f(d):\n    return " + std::string(kCode.at(kind)) + choice.code + " and v > " + bound + (kind == 2 ? "}" : ")"),
      .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    std::map<std::string, std::int64_t> dict, chosen;
    for (std::int64_t left = r.range(0, 5); left > 0; --left) dict[draw_word(r)] = r.range(0, 20);
    std::int64_t sum = 0;
    std::vector<std::string> keys;
    for (const auto& [key, value] : dict) {
      if (!choice.holds(key) || value <= k) continue;
      chosen.emplace(key, value);
      keys.push_back(quoted(key));
      sum += value;
    }
    const std::string expected = kind == 0 ? list_literal(keys) : kind == 1 ? std::to_string(sum) : dict_literal(chosen);
    return "assert f(" + dict_literal(dict) + ") == " + expected;
  });
  return problem;
}

// A number that moves within bounds.
PythonProblem dial(SplitMix64& rng, std::size_t tests) {
  const std::int64_t limit = rng.range(5, 12), step = rng.range(1, 4), back = rng.range(1, 3), start = rng.range(0, 4);
  const bool wraps = rng.below(2) == 0;
  const std::string top = std::to_string(limit), by = std::to_string(step), less = std::to_string(back);
  const std::string bounded = wraps ? " % " + top : "";
  PythonProblem problem{
      .family = "class",
      .entry = "Dial",
      .description = "a class Dial whose value is " + std::to_string(start) + " at first; up() adds " + by +
                     " and down() subtracts " + less + ", " +
                     (wraps ? "modulo " + top : "but never above " + top + " or below 0") + "; both return the new value",
      .solution = "class Dial:\n    def __init__(self):\n        self.value = " + std::to_string(start) +
                  "\n\n    def up(self):\n        self.value = " +
                  (wraps ? "(self.value + " + by + ")" + bounded : "min(self.value + " + by + ", " + top + ")") +
                  "\n        return self.value\n\n    def down(self):\n        self.value = " +
                  (wraps ? "(self.value - " + less + ")" + bounded : "max(self.value - " + less + ", 0)") +
                  "\n        return self.value",
      .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    std::int64_t value = start;
    std::string test = "d = Dial()";
    for (std::int64_t left = r.range(2, 6); left > 0; --left) {
      const bool up = r.below(3) != 0;
      value += up ? step : -back;
      value = wraps ? floor_remainder(value, limit) : std::clamp<std::int64_t>(value, 0, limit);
      test += std::string("\nassert d.") + (up ? "up" : "down") + "() == " + std::to_string(value);
    }
    return test;
  });
  return problem;
}

// A box of so many numbers, taken out at one end.
PythonProblem box(SplitMix64& rng, std::size_t tests) {
  const std::int64_t capacity = rng.range(1, 4), least = rng.range(0, 9), missing = -rng.range(1, 9);
  const bool oldest = rng.below(2) == 0;
  const std::string room = std::to_string(capacity), bound = std::to_string(least), none = std::to_string(missing);
  PythonProblem problem{
      .family = "class",
      .entry = "Box",
      .description = "a class Box that holds at most " + room + (capacity == 1 ? " number" : " numbers") +
                     "; put(x) adds x where there is room and x is at least " + bound +
                     ", and returns whether it did; take() removes and returns the " + (oldest ? "oldest" : "newest") +
                     " number, or returns " + none + " where there is none",
      .solution = "class Box:\n    def __init__(self):\n        self.items = []\n\n    def put(self, x):\n        if x < " +
                  bound + " or len(self.items) >= " + room +
                  ":\n            return False\n        self.items.append(x)\n        return True\n\n"
                  "    def take(self):\n        return self.items.pop(" +
                  (oldest ? "0" : "") + ") if self.items else " + none,
      .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    std::vector<std::int64_t> items;
    std::string test = "b = Box()";
    for (std::int64_t left = r.range(2, 7); left > 0; --left) {
      if (r.below(5) < 3) {
        const std::int64_t x = r.range(0, 15);
        const bool fits = x >= least && std::ssize(items) < capacity;
        if (fits) items.push_back(x);
        test += "\nassert b.put(" + std::to_string(x) + ") == " + (fits ? "True" : "False");
      } else {
        const std::int64_t x = items.empty() ? missing : oldest ? items.front() : items.back();
        if (!items.empty()) items.erase(oldest ? items.begin() : items.end() - 1);
        test += "\nassert b.take() == " + std::to_string(x);
      }
    }
    return test;
  });
  return problem;
}

}  // namespace

PythonProblem draw_text_program(SplitMix64& rng, std::size_t tests) {
  switch (rng.below(3)) {
    case 0: return changed_words(rng, tests);
    case 1: return counted_words(rng, tests);
    default: return chosen_entries(rng, tests);
  }
}

PythonProblem draw_class(SplitMix64& rng, std::size_t tests) { return rng.below(2) == 0 ? dial(rng, tests) : box(rng, tests); }

}  // namespace reckon
