#include "tasks/procedures.h"

#include <algorithm>
#include <array>

#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kLettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

char random_of(std::string_view alphabet, SplitMix64& rng) { return alphabet[rng.below(alphabet.size())]; }

std::string random_string(std::string_view alphabet, std::int64_t length, SplitMix64& rng) {
  std::string text;
  for (std::int64_t i = 0; i < length; ++i) text += random_of(alphabet, rng);
  return text;
}

std::int64_t random_steps(StepRange steps, SplitMix64& rng) { return rng.range(steps.low, steps.high); }

std::size_t index_of(const std::string& text) { return static_cast<std::size_t>(std::stoul(text)); }

// Sort: for letters a to z, scan from the current position rightwards, swap each hit to it, advance; changes are recorded.
Words run_sort(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  Words states;
  std::size_t position = 0;
  for (const char letter : kLetters) {
    for (std::size_t i = position; i < text.size(); ++i) {
      if (text[i] != letter) continue;
      if (i != position) {
        std::swap(text[i], text[position]);
        states.push_back(text);
      }
      ++position;
    }
  }
  return states;
}
Words draw_sort(SplitMix64& rng, StepRange steps) {
  for (;;) {  // a random string of n letters takes a little less than n swaps
    const std::string text = random_string(kLetters, random_steps(steps, rng) + rng.range(1, 3), rng);
    const auto count = static_cast<int>(run_sort(std::array{text}).size());
    if (count >= steps.low && count <= steps.high) return {text};
  }
}

// Copy: append string[index] for each index.
Words run_copy(std::span<const std::string> arguments) {
  const Words strings = split_words(arguments[0]);
  std::string result;
  Words states;
  for (const std::string& index : split_words(arguments[1])) states.push_back(result += strings.at(index_of(index)));
  return states;
}
Words draw_copy(SplitMix64& rng, StepRange steps) {
  Words strings;
  for (std::int64_t left = rng.range(3, 6); left > 0; --left) strings.push_back(random_string(kLetters, rng.range(1, 3), rng));
  Words indices;
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    indices.push_back(std::to_string(rng.below(strings.size())));
  }
  return {joined(strings), joined(indices)};
}

// Substitute: left to right, one character per step, whether or not a rule changes it.
Words run_substitute(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  const Words rules = split_words(arguments[1]);
  Words states;
  for (char& c : text) {
    const auto rule = std::ranges::find_if(rules, [c](const std::string& r) { return r[0] == c; });
    if (rule != rules.end()) c = (*rule)[2];
    states.push_back(text);
  }
  return states;
}
Words draw_substitute(SplitMix64& rng, StepRange steps) {
  const std::string text = random_string(kLettersAndDigits, random_steps(steps, rng), rng);
  std::string distinct = text;
  shuffle(distinct, rng);
  Words rules;
  for (const char c : distinct) {
    const bool has_rule = std::ranges::any_of(rules, [c](const std::string& r) { return r[0] == c; });
    if (!has_rule && (rules.empty() || rng.below(4) != 0)) rules.push_back({c, '>', random_of(kLettersAndDigits, rng)});
  }
  return {text, joined(rules)};
}

// Encode: run lengths, one run per step.
Words run_encode(std::span<const std::string> arguments) {
  const std::string& text = arguments[0];
  std::string runs;
  Words states;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(text[i], i), text.size());
    if (!runs.empty()) runs += ',';
    runs += text[i];
    runs += '_' + std::to_string(end - i);
    states.push_back('[' + runs + ']');
    i = end;
  }
  return states;
}
Words draw_encode(SplitMix64& rng, StepRange steps) {
  std::string text;
  char bit = random_of("01", rng);
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    text.append(rng.range(1, 5), bit);
    bit = bit == '0' ? '1' : '0';
  }
  return {text};
}

// Decode: a piece AxB is A repeated B times.
Words run_decode(std::span<const std::string> arguments) {
  std::string result;
  Words states;
  for (const std::string& piece : split_words(arguments[0])) {
    states.push_back(result.append(index_of(piece.substr(2)), piece[0]));
  }
  return states;
}
Words draw_decode(SplitMix64& rng, StepRange steps) {
  Words pieces;
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    pieces.push_back({random_of("01", rng), 'x', static_cast<char>('0' + rng.range(1, 5))});
  }
  return {joined(pieces)};
}

// Rhythm: append a number, then a letter; both sequences are cyclic.
Words run_rhythm(std::span<const std::string> arguments) {
  const Words numbers = split_words(arguments[0]);
  const Words letters = split_words(arguments[1]);
  std::string result;
  Words states;
  for (std::size_t i = 0; i < index_of(arguments[2]); ++i) {
    states.push_back(result += numbers[i % numbers.size()] + letters[i % letters.size()]);
  }
  return states;
}
Words draw_rhythm(SplitMix64& rng, StepRange steps) {
  Words numbers, letters;
  for (std::int64_t left = rng.range(3, 6); left > 0; --left) numbers.push_back(std::to_string(rng.range(1, 9)));
  for (std::int64_t left = rng.range(2, 5); left > 0; --left) letters.push_back({random_of(kLetters, rng)});
  return {joined(numbers), joined(letters), std::to_string(random_steps(steps, rng))};
}

// PushPop: left+c and right+c push, left- and right- pop.
Words run_push_pop(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const bool left = command[0] == 'l';
    if (command.back() != '-') {
      text.insert(left ? text.begin() : text.end(), command.back());
    } else {
      text.erase(left ? text.begin() : text.end() - 1);
    }
    states.push_back(text);
  }
  return states;
}
Words draw_push_pop(SplitMix64& rng, StepRange steps) {
  const std::int64_t length = rng.range(3, 8);
  const std::string text = random_string(kLetters, length, rng);
  std::int64_t size = length;
  Words commands;
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    const bool push = size == 1 || rng.below(2) == 0;
    size += push ? 1 : -1;
    const std::string side = rng.below(2) == 0 ? "left" : "right";
    commands.push_back(push ? side + '+' + random_of(kLetters, rng) : side + '-');
  }
  return {text, joined(commands)};
}

// Rotate: m,n turns the characters m to n-1 right by one.
Words run_rotate(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const Words bounds = split_words(command, ',');
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(index_of(bounds.at(1)));
    std::rotate(text.begin() + static_cast<std::ptrdiff_t>(index_of(bounds.at(0))), end - 1, end);
    states.push_back(text);
  }
  return states;
}
Words draw_rotate(SplitMix64& rng, StepRange steps) {
  const std::int64_t length = rng.range(5, 10);
  std::string text(kLetters);
  shuffle(text, rng);
  text.resize(static_cast<std::size_t>(length));
  Words commands;
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    const std::int64_t from = rng.range(0, length - 2);
    commands.push_back(std::to_string(from) + ',' + std::to_string(rng.range(from + 2, length)));
  }
  return {text, joined(commands)};
}

// DeleteChar: remove the first occurrence of each letter.
Words run_delete_char(std::span<const std::string> arguments) {
  std::string text = arguments[0];
  Words states;
  for (const std::string& letter : split_words(arguments[1])) {
    text.erase(text.find(letter[0]), 1);
    states.push_back(text);
  }
  return states;
}
Words draw_delete_char(SplitMix64& rng, StepRange steps) {
  const std::int64_t count = random_steps(steps, rng);
  const std::string text = random_string(kLetters.substr(0, 12), count + rng.range(1, 6), rng);  // few letters: repeats
  std::string letters = text;
  shuffle(letters, rng);
  Words removed;
  for (std::int64_t i = 0; i < count; ++i) removed.push_back({letters[static_cast<std::size_t>(i)]});
  return {text, joined(removed)};
}

// Cumulate: add or multiply.
Words run_cumulate(std::span<const std::string> arguments) {
  std::int64_t value = std::stoll(arguments[0]);
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const std::int64_t operand = std::stoll(command.substr(1));
    value = command[0] == '+' ? value + operand : value * operand;
    states.push_back(std::to_string(value));
  }
  return states;
}
Words draw_cumulate(SplitMix64& rng, StepRange steps) {
  constexpr std::int64_t kLargest = 9999;  // ours: keeps the numbers readable where the published ranges let them explode
  const std::int64_t start = rng.range(1, 9);
  std::int64_t value = start;
  Words commands;
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    const std::int64_t factor = rng.range(1, 5);
    if (rng.below(2) == 0 && value * factor <= kLargest) {
      value *= factor;
      commands.push_back('*' + std::to_string(factor));
    } else {
      const std::int64_t term = rng.range(0, 9);
      value += term;
      commands.push_back('+' + std::to_string(term));
    }
  }
  return {std::to_string(start), joined(commands)};
}

// MoveCyclic: the x moves left or right on a ring.
Words run_move_cyclic(std::span<const std::string> arguments) {
  const std::size_t width = arguments[0].size();
  std::size_t position = arguments[0].find('x');
  Words states;
  for (const std::string& command : split_words(arguments[1])) {
    const std::size_t distance = index_of(command.substr(1)) % width;
    position = (position + (command[0] == 'R' ? distance : width - distance)) % width;
    std::string ring(width, '-');
    ring[position] = 'x';
    states.push_back(ring);
  }
  return states;
}
Words draw_move_cyclic(SplitMix64& rng, StepRange steps) {
  std::string ring(static_cast<std::size_t>(rng.range(5, 12)), '-');
  ring[rng.below(ring.size())] = 'x';
  Words commands;
  for (std::int64_t left = random_steps(steps, rng); left > 0; --left) {
    commands.push_back((rng.below(2) == 0 ? 'R' : 'L') + std::to_string(rng.range(1, 9)));
  }
  return {ring, joined(commands)};
}

// FindCyclic: from (letter, n) step right, wrap, and count down; at 0 only the letter is left.
Words run_find_cyclic(std::span<const std::string> arguments) {
  const std::string& ring = arguments[0];
  std::size_t position = ring.find(arguments[1][0]);
  Words states;
  for (std::size_t left = index_of(arguments[1].substr(2)); left > 0;) {
    position = (position + 1) % ring.size();
    --left;
    const std::string letter(1, ring[position]);
    states.push_back(left == 0 ? letter : '(' + letter + ',' + std::to_string(left) + ')');
  }
  return states;
}
Words draw_find_cyclic(SplitMix64& rng, StepRange steps) {
  std::string ring(kLettersAndDigits);
  shuffle(ring, rng);
  const std::int64_t count = random_steps(steps, rng);
  ring.resize(static_cast<std::size_t>(rng.range(3, std::min<std::int64_t>(count + 4, 12))));
  return {ring, std::string(1, random_of(ring, rng)) + ' ' + std::to_string(count)};
}

}  // namespace

std::span<const Procedure> text_procedures() {
  static const std::array table{
      Procedure{"Sort", "for a to z, swap each occurrence to the front part; list the changes", draw_sort, run_sort},
      Procedure{"Copy", "append the string of each index (from 0)", draw_copy, run_copy},
      Procedure{"Substitute", "left to right, replace one character per step by its rule", draw_substitute, run_substitute},
      Procedure{"Encode", "append one run as character_length per step", draw_encode, run_encode},
      Procedure{"Decode", "append character times count per step", draw_decode, run_decode},
      Procedure{"Rhythm", "append the next number and letter, both cyclic", draw_rhythm, run_rhythm},
      Procedure{"PushPop", "push (+) or pop (-) a letter at the left or right end", draw_push_pop, run_push_pop},
      Procedure{"Rotate", "m,n: turn characters m to n-1 right by one", draw_rotate, run_rotate},
      Procedure{"DeleteChar", "delete the first occurrence of each letter", draw_delete_char, run_delete_char},
      Procedure{"Cumulate", "add or multiply", draw_cumulate, run_cumulate},
      Procedure{"MoveCyclic", "move x left (L) or right (R) on a ring", draw_move_cyclic, run_move_cyclic},
      Procedure{"FindCyclic", "step right on a ring, count down to the letter", draw_find_cyclic, run_find_cyclic},
  };
  return table;
}

}  // namespace reckon
