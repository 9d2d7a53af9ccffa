// The procedures of ProcBench over lists, words and rules. Arguments and states as procedures.h says.
#include <algorithm>
#include <array>

#include "tasks/procedures.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr std::string_view kListLetters = "abcdefghijklmnopqrstuvwxyz";

std::string letters(std::string_view alphabet, std::int64_t length, SplitMix64& rng) {
  std::string text;
  for (; length > 0; --length) text += alphabet[rng.below(alphabet.size())];
  return text;
}

std::size_t list_index_of(const std::string& text) { return static_cast<std::size_t>(std::stoul(text)); }
std::string listed(const Words& words) { return '[' + joined(words, ",") + ']'; }
std::int64_t steps_in(StepRange steps, SplitMix64& rng) { return rng.range(steps.low, steps.high); }

Words sentence(std::int64_t length, SplitMix64& rng) {
  Words words;
  for (; length > 0; --length) words.emplace_back(one_of(rng.below(3) == 0 ? adjectives() : nouns(), rng));
  return words;
}

// Gather: for each N,i,n append n characters from index i of string N.
Words run_gather(std::span<const std::string> arguments) {
  const Words strings = split_words(arguments[0]);
  std::string result;
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const Words part = split_words(command, ',');
    states.push_back(result +=
                     strings.at(list_index_of(part.at(0))).substr(list_index_of(part.at(1)), list_index_of(part.at(2))));
  }
  return states;
}
Words draw_gather(SplitMix64& rng, StepRange steps) {
  Words strings;
  for (std::int64_t left = rng.range(2, 6); left > 0; --left) strings.push_back(letters(kListLetters, rng.range(5, 10), rng));
  Words commands;
  for (std::int64_t left = steps_in(steps, rng); left > 0; --left) {
    const std::size_t which = rng.below(strings.size());
    const auto size = static_cast<std::int64_t>(strings[which].size());
    const std::int64_t from = rng.range(0, size - 1);
    const std::int64_t count = rng.range(1, std::min<std::int64_t>(4, size - from));
    commands.push_back(std::to_string(which) + ',' + std::to_string(from) + ',' + std::to_string(count));
  }
  return {joined(strings), joined(commands)};
}

// Count: letters N1, the digits as one number N2, and their product, per string; last, the sum of products.
Words run_count(std::span<const std::string> arguments) {
  Words states;
  std::int64_t sum = 0;
  for (const std::string& text : split_words(arguments[0])) {
    std::int64_t letters_seen = 0;
    std::int64_t number = 0;
    for (const char c : text) {
      const bool digit = c >= '0' && c <= '9';
      letters_seen += digit ? 0 : 1;
      number = digit ? number * 10 + (c - '0') : number;
    }
    sum += letters_seen * number;
    states.push_back(listed({text, std::to_string(letters_seen), std::to_string(number), std::to_string(letters_seen * number)}));
  }
  states.push_back(std::to_string(sum));
  return states;
}
Words draw_count(SplitMix64& rng, StepRange steps) {
  Words strings;
  for (std::int64_t left = steps_in(steps, rng) - 1; left > 0; --left) {
    strings.push_back(letters("abcdefghijklmnopqrstuvwxyz0123456789012345", rng.range(4, 9), rng));
  }
  return {joined(strings)};
}

// Search: per piece, add the number of its places in every string, without overlap.
std::int64_t places(const std::string& text, const std::string& piece) {
  std::int64_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size())) ++count;
  return count;
}
Words run_search(std::span<const std::string> arguments) {
  const Words strings = split_words(arguments[0]);
  std::vector<std::int64_t> counts(strings.size(), 0);
  Words states;
  for (const std::string& piece : split_words(arguments[1])) {
    Words shown;
    for (std::size_t i = 0; i < strings.size(); ++i) shown.push_back(std::to_string(counts[i] += places(strings[i], piece)));
    states.push_back(listed(shown));
  }
  return states;
}
Words draw_search(SplitMix64& rng, StepRange steps) {
  Words strings, pieces;
  for (std::int64_t left = rng.range(3, 6); left > 0; --left) strings.push_back(letters("abc", rng.range(3, 10), rng));
  for (std::int64_t left = steps_in(steps, rng); left > 0; --left) pieces.push_back(letters("abc", rng.range(1, 3), rng));
  return {joined(strings), joined(pieces)};
}

// Split1: cut before the given positions, counted in the whole string.
Words run_split1(std::span<const std::string> arguments) {
  const std::string& text = arguments[0];
  std::vector<std::size_t> cuts{0, text.size()};
  Words states;
  for (const std::string& position : split_words(arguments[1])) {
    cuts.insert(std::ranges::upper_bound(cuts, list_index_of(position)), list_index_of(position));
    Words pieces;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) pieces.push_back(text.substr(cuts[i], cuts[i + 1] - cuts[i]));
    states.push_back(listed(pieces));
  }
  return states;
}
Words draw_split1(SplitMix64& rng, StepRange steps) {
  const std::int64_t count = steps_in(steps, rng);
  const std::int64_t length = rng.range(count + 1, std::max<std::int64_t>(count + 4, 10));
  Words positions;
  for (std::int64_t i = 1; i < length; ++i) positions.push_back(std::to_string(i));
  shuffle(positions, rng);
  positions.resize(static_cast<std::size_t>(count));
  return {letters(kListLetters, length, rng), joined(positions)};
}

// Split2: i,j cuts piece i before its character j.
Words run_split2(std::span<const std::string> arguments) {
  Words pieces{arguments[0]};
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const Words part = split_words(command, ',');
    const std::size_t piece = list_index_of(part.at(0));
    const std::string right = pieces.at(piece).substr(list_index_of(part.at(1)));
    pieces[piece].erase(list_index_of(part[1]));
    pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(piece) + 1, right);
    states.push_back(listed(pieces));
  }
  return states;
}
Words draw_split2(SplitMix64& rng, StepRange steps) {
  const std::int64_t count = steps_in(steps, rng);
  const std::int64_t length = rng.range(count + 1, std::max<std::int64_t>(count + 4, 10));
  std::vector<std::int64_t> sizes{length};
  Words commands;
  while (static_cast<std::int64_t>(commands.size()) < count) {
    const std::size_t piece = rng.below(sizes.size());
    if (sizes[piece] < 2) continue;  // some piece is longer: there are fewer cuts than characters
    const std::int64_t at = rng.range(1, sizes[piece] - 1);
    sizes.insert(sizes.begin() + static_cast<std::ptrdiff_t>(piece) + 1, sizes[piece] - at);
    sizes[piece] = at;
    commands.push_back(std::to_string(piece) + ',' + std::to_string(at));
  }
  return {letters(kListLetters, length, rng), joined(commands)};
}

// Compose: AB>C on the right-most pair that has a rule, until none has. Decompose: A>BC on the left-most letter that has one.
const std::string* rule_for(const Words& rules, std::string_view left) {
  const auto rule = std::ranges::find_if(rules, [&](const std::string& r) { return r.substr(0, r.find('>')) == left; });
  return rule == rules.end() ? nullptr : &*rule;
}
Words run_compose(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  const Words rules = split_words(arguments[1]);
  Words states;
  for (std::size_t i = text.size(); i-- > 1;) {
    const std::string* rule = rule_for(rules, std::string_view(text).substr(i - 1, 2));
    if (!rule) continue;
    text.replace(i - 1, 2, 1, rule->back());
    states.push_back(text);
    i = text.size();  // again from the right
  }
  return states;
}
Words draw_compose(SplitMix64& rng, StepRange steps) {
  constexpr std::string_view kAlphabet = "abcdef";
  for (;;) {
    const std::int64_t count = steps_in(steps, rng);
    const std::string text = letters(kAlphabet, rng.range(count + 3, std::max<std::int64_t>(30, count + 3)), rng);
    Words rules;
    // A rule for a pair of the last state adds a step at least; rules that change what came before may take some away again.
    for (int tries = 0; tries < 60; ++tries) {
      const Words states = run_compose(std::array{text, joined(rules)});
      if (static_cast<std::int64_t>(states.size()) == count) {
        for (std::size_t dummies = rules.size() / 7; dummies > 0; --dummies) rules.push_back(letters("xyz", 2, rng) + ">x");
        shuffle(rules, rng);
        return {text, joined(rules)};
      }
      const std::string& last = states.empty() ? text : states.back();
      if (static_cast<std::int64_t>(states.size()) > count || last.size() < 2) break;
      const std::string pair = last.substr(rng.below(last.size() - 1), 2);
      rules.push_back(pair + '>' + letters(kAlphabet, 1, rng));
    }
  }
}
Words run_decompose(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  const Words rules = split_words(arguments[1]);
  Words states;
  for (std::size_t i = 0; i < text.size();) {
    const std::string* rule = rule_for(rules, std::string_view(text).substr(i, 1));
    if (!rule) {
      ++i;  // letters to the left have no rule, and get none
      continue;
    }
    text.replace(i, 1, *rule, 2);
    states.push_back(text);
  }
  return states;
}
Words draw_decompose(SplitMix64& rng, StepRange steps) {
  for (;;) {  // rules point to later letters only, so every text comes to an end
    std::string order(kListLetters.substr(0, 12));
    shuffle(order, rng);
    Words rules;
    for (std::size_t i = 0; i < 9; ++i) {
      if (rng.below(5) < 2) continue;
      const std::string_view later = std::string_view(order).substr(i + 1);
      rules.push_back(std::string(1, order[i]) + '>' + letters(later, 2, rng));
    }
    const std::string text = letters(order, rng.range(2, 4 + steps.low / 3), rng);
    shuffle(rules, rng);
    if (rules.empty()) continue;
    const auto count = static_cast<int>(run_decompose(std::array{text, joined(rules)}).size());
    if (count >= steps.low && count <= steps.high) return {text, joined(rules)};
  }
}

// Compare: the common beginning of the target with each candidate until one is equal; last, the list of all with the target.
Words run_compare(std::span<const std::string> arguments) {
  const std::string& target = arguments[0];
  Words found;
  for (const std::string& candidate : split_words(arguments[1])) {
    const auto [end, other] = std::ranges::mismatch(target, candidate);
    (void)other;
    if (candidate == target) break;
    found.emplace_back(target.begin(), end);
  }
  Words states = found;
  found.push_back(target);
  states.push_back(listed(found));
  return states;
}
Words draw_compare(SplitMix64& rng, StepRange steps) {
  const std::string target = letters(kListLetters, rng.range(5, 9), rng);
  Words candidates;
  const std::int64_t before = steps_in(steps, rng) - 1;
  for (std::int64_t i = 0; i < before + rng.range(0, 2); ++i) {
    std::string candidate = target;
    const std::size_t at = 1 + rng.below(target.size() - 1);  // a common beginning is never empty
    const char old = candidate[at];
    while (candidate[at] == old) candidate[at] = kListLetters[rng.below(kListLetters.size())];
    candidates.push_back(candidate.substr(0, at + 1) + letters(kListLetters, rng.range(0, 4), rng));
  }
  candidates.insert(candidates.begin() + static_cast<std::ptrdiff_t>(before), target);
  return {target, joined(candidates)};
}

// Count2: how often each letter has come so far, word by word.
Words run_count2(std::span<const std::string> arguments) {
  std::array<int, 26> counts{};
  Words states;
  for (const std::string& word : split_words(arguments[0])) {
    for (const char c : word) ++counts[static_cast<std::size_t>(c - 'a')];
    Words shown;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) shown.push_back(kListLetters[i] + std::to_string(counts[i]));
    }
    states.push_back(listed(shown));
  }
  return states;
}
Words draw_count2(SplitMix64& rng, StepRange steps) { return {joined(sentence(steps_in(steps, rng), rng))}; }

// FillWord: put each word in the place of its number in brackets.
Words run_fill_word(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const std::size_t sign = command.find('=');
    const std::string mark = '[' + command.substr(0, sign) + ']';
    text.replace(text.find(mark), mark.size(), command.substr(sign + 1));
    states.push_back(text);
  }
  return states;
}
Words draw_fill_word(SplitMix64& rng, StepRange steps) {
  const std::int64_t count = steps_in(steps, rng);
  Words words = sentence(count + rng.range(1, 6), rng);
  std::vector<std::size_t> places_left(words.size());
  for (std::size_t i = 0; i < places_left.size(); ++i) places_left[i] = i;
  shuffle(places_left, rng);
  places_left.resize(static_cast<std::size_t>(count));
  std::ranges::sort(places_left);
  Words commands;
  for (std::size_t i = 0; i < places_left.size(); ++i) {
    std::string& word = words[places_left[i]];
    commands.push_back(std::to_string(i + 1) + '=' + word);
    word = '[' + std::to_string(i + 1) + ']';
  }
  shuffle(commands, rng);
  return {joined(words), joined(commands)};
}

// DeleteWord: remove the first occurrence of each word.
Words run_delete_word(std::span<const std::string> arguments) {
  Words words = split_words(arguments[0]);
  Words states;
  for (const std::string& word : split_words(arguments[1])) {
    words.erase(std::ranges::find(words, word));
    states.push_back(joined(words));
  }
  return states;
}
Words draw_delete_word(SplitMix64& rng, StepRange steps) {
  const std::int64_t count = steps_in(steps, rng);
  Words few = sentence(2 + count / 2, rng);  // so that words come back
  Words words;
  for (std::int64_t left = count + rng.range(1, 6); left > 0; --left) words.push_back(few[rng.below(few.size())]);
  Words removed = words;
  shuffle(removed, rng);
  removed.resize(static_cast<std::size_t>(count));
  return {joined(words), joined(removed)};
}

}  // namespace

std::span<const Procedure> list_procedures() {
  static const std::array table{
      Procedure{"Gather", "N,i,n: append n characters of string N from its character i on (from 0)", draw_gather, run_gather},
      Procedure{"Count", "per string [string,letters,its digits as a number or 0,their product]; last the sum of products",
                draw_count, run_count},
      Procedure{"Search", "per piece, add its number of places in each string", draw_search, run_search},
      Procedure{"Split1", "cut before each position, counted from 0 in the whole string", draw_split1, run_split1},
      Procedure{"Split2", "i,j: cut piece i before its character j (from 0)", draw_split2, run_split2},
      Procedure{"Compose", "AB>C: replace the right-most pair that has a rule, until none has", draw_compose, run_compose},
      Procedure{"Decompose", "A>BC: replace the left-most letter that has a rule, until none has", draw_decompose, run_decompose},
      Procedure{"Compare", "common beginning of the first word with each other until one is equal; last the list of all",
                draw_compare, run_compare},
      Procedure{"Count2", "how often each letter has come, after each word", draw_count2, run_count2},
      Procedure{"FillWord", "replace each number in brackets by its word", draw_fill_word, run_fill_word},
      Procedure{"DeleteWord", "delete the first occurrence of each word", draw_delete_word, run_delete_word},
  };
  return table;
}

const Procedure* find_procedure(std::string_view name) {
  for (const std::span<const Procedure> table : {text_procedures(), list_procedures()}) {
    const auto found = std::ranges::find(table, name, &Procedure::name);
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

}  // namespace reckon
