#include <algorithm>
#include <array>
#include <cstdlib>

#include "tasks/nli_sentences.h"
#include "tasks/wording.h"
#include "tasks/written.h"

namespace reckon {
namespace {

constexpr std::array<std::string_view, 10> kEnglishPeople{"baker",   "doctor", "farmer", "judge",  "miller",
                                                          "painter", "pilot",  "sailor", "tailor", "teacher"};

std::string english_text_of(const LogicSentence& s, const LogicSentence*, const std::vector<std::string>& words) {
  const auto word = [&](int i) { return words[static_cast<std::size_t>(i)]; };
  const auto fact = [&](int literal) {
    const std::vector<std::string> parts = split_words(word(std::abs(literal) - 1));
    return "the " + parts[0] + (literal > 0 ? " is " : " is not ") + parts[1];
  };
  const auto things = [&](const char* how) {
    const std::string verb = s.a == 1 ? " is " : "s are ";
    return how + std::to_string(s.a) + ' ' + word(0) + verb + word(1);
  };
  const auto deed = [&](int who, int whom) { return "the " + word(who) + ' ' + word(0) + " the " + word(whom); };
  switch (s.kind) {
    case LogicKind::fact: return fact(s.a);
    case LogicKind::both: return fact(s.a) + " and " + fact(s.b);
    case LogicKind::either: return fact(s.a) + " or " + fact(s.b) + ", or both";
    case LogicKind::implies: return "if " + fact(s.a) + " then " + fact(s.b);
    case LogicKind::same: return fact(s.a) + " exactly if " + fact(s.b);
    case LogicKind::every: return "every " + word(s.a - 1) + " is a " + word(s.b - 1);
    case LogicKind::some: return "some " + word(s.a - 1) + " is a " + word(s.b - 1);
    case LogicKind::none: return "no " + word(s.a - 1) + " is a " + word(s.b - 1);
    case LogicKind::some_not: return "some " + word(s.a - 1) + " is not a " + word(s.b - 1);
    case LogicKind::is: return words.back() + (s.b > 0 ? " is a " : " is not a ") + word(std::abs(s.b) - 1);
    case LogicKind::at_least: return things("at least ");
    case LogicKind::at_most: return things("at most ");
    case LogicKind::exactly: return things("exactly ");
    case LogicKind::did: return deed(s.a, s.b);
    case LogicKind::did_not: return "it is not true that " + deed(s.a, s.b);
    case LogicKind::was_done: return "the " + word(s.b) + " was " + word(0) + " by the " + word(s.a);
  }
  return "";
}

std::vector<std::string> draw_english_words(SplitMix64& rng, std::string_view family, int count) {
  std::vector<std::string> words, taken;
  const auto fresh = [&](std::span<const std::string_view> from) {
    for (;;) {
      std::string word(one_of(from, rng));
      if (std::ranges::find(taken, word) != taken.end()) continue;
      taken.push_back(word);
      return word;
    }
  };
  if (family == "connectives") {
    for (int i = 0; i < count; ++i) {
      std::string thing = fresh(nouns());
      words.push_back(thing.append(" ").append(fresh(adjectives())));
    }
  } else if (family == "quantifiers") {
    for (const std::string& name : invented_names(rng, static_cast<std::size_t>(count), taken)) {
      words.push_back(name);
      words.back().front() = static_cast<char>(name.front() - 'A' + 'a');
    }
    words.push_back(invented_names(rng, 1, taken).front());
  } else if (family == "numbers") {
    words = {fresh(nouns()), fresh(adjectives())};
  } else {
    constexpr std::array<std::string_view, 6> kTransitiveDeeds{"admired", "followed", "helped", "praised", "thanked", "warned"};
    words.emplace_back(one_of(kTransitiveDeeds, rng));
    for (int i = 0; i < count; ++i) words.push_back(fresh(kEnglishPeople));
  }
  return words;
}

std::string english_prompt(std::span<const std::string> premises, const std::string& hypothesis) {
  std::string text = "Premises:";
  for (const std::string& premise : premises) text += ' ' + capitalised(premise) + '.';
  return text + " Hypothesis: " + capitalised(hypothesis) + ". Entailed, contradicted or neutral?";
}

}  // namespace

const LogicLanguage& english_logic() {
  static constexpr LogicLanguage kEnglish{draw_english_words, english_text_of, english_prompt,
                                          "entailed",         "contradicted",  "neutral"};
  return kEnglish;
}

}  // namespace reckon
