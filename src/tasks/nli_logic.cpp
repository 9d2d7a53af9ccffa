// Does a hypothesis follow from premises, contradict them, or neither? Sentences of four families: connectives over facts,
// quantifiers over kinds, numbers, and who did what to whom. Truth by trying every world. Source: standard; the families are
// those of published suites (MED, HANS, ConjNLI); sentences and levels are ours. Working: "h: possible", "not h: impossible".
// Instance::words holds the family, then the words that sentences speak of; numbers: how many of these, then kind, a, b per
// sentence, the hypothesis last.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/nli_sentences.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kNliLogicVersion = 1;
constexpr std::array<std::string_view, 4> kFamilies{"connectives", "quantifiers", "numbers", "roles"};
constexpr int kMostThings = 10;  // numbers of things are tried from none to this

using Kind = LogicKind;
using Sentence = LogicSentence;

struct LogicLevel {
  int words;  // facts, kinds or people; the largest number of things is 3 times this
  int premises;
};
constexpr std::array<LogicLevel, 5> kNliLogicLevels{{{2, 1}, {2, 2}, {3, 3}, {3, 4}, {4, 5}}};

// A world is a number; what it means depends on the family. Facts: bit per fact. Kinds: bit per combination of kinds that
// somebody has; above them the individual's combination. Numbers: how many. Roles: bit per ordered pair.
struct Logic {
  std::string family;
  int words = 0;

  std::uint32_t worlds() const {
    if (family == "connectives") return 1U << words;
    if (family == "numbers") return kMostThings + 1;
    if (family == "roles") return 1U << (words * words);
    return (1U << combinations()) << words;
  }
  std::uint32_t combinations() const { return 1U << words; }

  bool possible(std::uint32_t world) const {  // the individual's combination is one that somebody has
    return family != "quantifiers" || (world >> (world >> combinations()) & 1U) != 0;
  }
  bool holds(const Sentence& s, std::uint32_t world) const {
    const auto fact = [&](int literal) { return (world >> (std::abs(literal) - 1) & 1U) == (literal > 0 ? 1U : 0U); };
    const auto somebody = [&](bool is_b) {  // of kind a, and of kind b or not
      for (std::uint32_t c = 0; c < combinations(); ++c) {
        if ((world >> c & 1U) != 0 && (c >> (s.a - 1) & 1U) != 0 && ((c >> (s.b - 1) & 1U) != 0) == is_b) return true;
      }
      return false;
    };
    const auto role = [&] { return (world >> ((s.a - 1) * words + s.b - 1) & 1U) != 0; };
    switch (s.kind) {
      case Kind::fact: return fact(s.a);
      case Kind::both: return fact(s.a) && fact(s.b);
      case Kind::either: return fact(s.a) || fact(s.b);
      case Kind::implies: return !fact(s.a) || fact(s.b);
      case Kind::same: return fact(s.a) == fact(s.b);
      case Kind::every: return !somebody(false);
      case Kind::some: return somebody(true);
      case Kind::none: return !somebody(true);
      case Kind::some_not: return somebody(false);
      case Kind::is: return ((world >> combinations()) >> (std::abs(s.b) - 1) & 1U) == (s.b > 0 ? 1U : 0U);
      case Kind::at_least: return static_cast<int>(world) >= s.a;
      case Kind::at_most: return static_cast<int>(world) <= s.a;
      case Kind::exactly: return static_cast<int>(world) == s.a;
      case Kind::did:
      case Kind::was_done: return role();
      case Kind::did_not: return !role();
    }
    return false;
  }
};

struct LogicProblem {
  Logic logic;
  std::vector<Sentence> sentences;  // the hypothesis last

  const Sentence& hypothesis() const { return sentences.back(); }
  std::span<const Sentence> premises() const { return std::span(sentences).first(sentences.size() - 1); }
  // Words are numbered as they come up: which words they are is no part of the content. Numbers of things are.
  std::string key() const {
    std::vector<int> seen;
    const bool numbers = logic.family == "numbers";
    const auto number = [&](int n) {
      if (n == 0 || numbers) return std::to_string(n);
      if (std::ranges::find(seen, std::abs(n)) == seen.end()) seen.push_back(std::abs(n));
      return (n < 0 ? "-" : "") + std::to_string(std::ranges::find(seen, std::abs(n)) - seen.begin() + 1);
    };
    std::string key = "nli_logic|" + logic.family;
    for (const Sentence& s : sentences) {
      key += '|' + std::to_string(static_cast<int>(s.kind)) + ',' + number(s.a);
      key += ',' + number(s.b);
    }
    return key;
  }
};

struct Truth {
  bool consistent = false;  // some world satisfies the premises
  bool with = false;        // and the hypothesis
  bool without = false;     // and not the hypothesis
  const char* label() const { return !without ? "entailed" : !with ? "contradicted" : "neutral"; }
};

Truth truth_of(const LogicProblem& problem) {
  Truth truth;
  for (std::uint32_t world = 0; world < problem.logic.worlds(); ++world) {
    if (!problem.logic.possible(world)) continue;
    const bool sound = std::ranges::all_of(problem.premises(), [&](const Sentence& s) { return problem.logic.holds(s, world); });
    if (!sound) continue;
    truth.consistent = true;
    (problem.logic.holds(problem.hypothesis(), world) ? truth.with : truth.without) = true;
  }
  return truth;
}

Sentence draw_sentence(SplitMix64& rng, const Logic& logic, int largest) {
  const auto word = [&] { return static_cast<int>(rng.range(1, logic.words)); };
  const auto two = [&](Kind kind) {
    Sentence s{kind, word(), static_cast<int>(rng.range(1, logic.words - 1))};
    if (s.b >= s.a) ++s.b;
    return s;
  };
  if (logic.family == "connectives") {
    Sentence s = two(static_cast<Kind>(static_cast<int>(Kind::fact) + static_cast<int>(rng.below(5))));
    if (s.kind == Kind::fact) s.b = 0;
    if (rng.below(3) == 0) s.a = -s.a;
    if (rng.below(3) == 0) s.b = -s.b;
    return s;
  }
  if (logic.family == "quantifiers") {
    Sentence s = two(static_cast<Kind>(static_cast<int>(Kind::every) + static_cast<int>(rng.below(5))));
    if (s.kind == Kind::is) {
      s.a = 0;
      if (rng.below(3) == 0) s.b = -s.b;
    }
    return s;
  }
  if (logic.family == "numbers") {
    return {static_cast<Kind>(static_cast<int>(Kind::at_least) + static_cast<int>(rng.below(3))),
            static_cast<int>(rng.range(1, largest)), 0};
  }
  return two(static_cast<Kind>(static_cast<int>(Kind::did) + static_cast<int>(rng.below(3))));
}

LogicProblem draw_problem(SplitMix64& rng, const LogicLevel& level, const std::string& family) {
  LogicProblem problem;
  problem.logic.family = family == "any" ? std::string(one_of(kFamilies, rng)) : family;
  const bool quantifiers = problem.logic.family == "quantifiers";
  problem.logic.words = quantifiers || problem.logic.family == "roles" ? std::min(level.words, 3) : level.words;
  while (problem.sentences.size() < static_cast<std::size_t>(level.premises) + 1) {
    const Sentence next = draw_sentence(rng, problem.logic, std::min(3 * level.words, kMostThings));
    if (std::ranges::find(problem.sentences, next) == problem.sentences.end()) problem.sentences.push_back(next);
  }
  return problem;
}

// The label in the language of the problem.
std::string_view label_in(const LogicLanguage& language, std::string_view label) {
  return label == "entailed" ? language.entailed : label == "neutral" ? language.neutral : language.contradicted;
}

std::string working(const LogicProblem& problem) {
  const Truth truth = truth_of(problem);
  return std::string("h: ") + (truth.with ? "possible" : "impossible") +
         "\nnot h: " + (truth.without ? "possible" : "impossible") + '\n';
}
std::string worked(const LogicProblem& problem, std::string_view label) { return worked_solution(working(problem), label); }

LogicProblem nli_logic_problem_of(const Instance& instance) {
  LogicProblem problem{{instance.words.at(0), static_cast<int>(instance.numbers.at(0))}, {}};
  for (std::size_t i = 1; i + 2 < instance.numbers.size(); i += 3) {
    problem.sentences.push_back({static_cast<Kind>(instance.numbers[i]), static_cast<int>(instance.numbers[i + 1]),
                                 static_cast<int>(instance.numbers[i + 2])});
  }
  return problem;
}

// "entailed", "entailment", "e"; likewise the others.
bool means(std::string_view answer, std::string_view label) {
  const std::string stem(label.substr(0, label.size() - 2));  // entail, contradict; neutr
  return answer == label.substr(0, 1) || (answer.starts_with(stem) && answer.size() <= stem.size() + 4);
}

class NliLogic final : public GeneratedTask {
 public:
  explicit NliLogic(const Parameters& parameters)
      : GeneratedTask(parameters),
        family_(parameters.text("family")),
        language_(parameters.text("language") == "zh" ? chinese_logic() : english_logic()) {}

  // Labels are drawn first, so that each is as frequent as the others.
  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("nli_logic", kNliLogicVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const LogicLevel& knobs = kNliLogicLevels[static_cast<std::size_t>(level - 1)];
    constexpr std::array<std::string_view, 3> kLabels{"entailed", "contradicted", "neutral"};
    const std::string_view wanted = one_of(kLabels, rng);
    const LogicProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw_problem(r, knobs, family_); },
        [&](const LogicProblem& p) {
          const Truth truth = truth_of(p);
          return truth.consistent && truth.label() == wanted;
        });
    const std::vector<std::string> words = language_.draw_words(rng, problem.logic.family, problem.logic.words);
    instance.family = problem.logic.family;
    instance.key = problem.key();
    instance.words = words;
    instance.words.insert(instance.words.begin(), problem.logic.family);
    instance.numbers = {problem.logic.words};
    for (const Sentence& s : problem.sentences)
      instance.numbers.insert(instance.numbers.end(), {static_cast<std::int64_t>(s.kind), s.a, s.b});
    std::vector<std::string> premises;
    for (std::size_t i = 0; i + 1 < problem.sentences.size(); ++i) {
      premises.push_back(language_.text(problem.sentences[i], i == 0 ? nullptr : &problem.sentences[i - 1], words));
    }
    instance.prompt = language_.prompt(premises, language_.text(problem.hypothesis(), nullptr, words));
    instance.gold = label_in(language_, wanted);
    instance.reference = worked(problem, instance.gold);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const LogicProblem problem = nli_logic_problem_of(instance);
    return worked(problem, label_in(language_, truth_of(problem).label()));
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const std::string_view label = truth_of(nli_logic_problem_of(instance)).label();
    const std::string plain = plain_words(std::string_view(*answer).substr(0, kLongestExtract));
    const bool right = means(plain, label) || plain == label_in(language_, label);
    return judged(*answer, right, right ? "right" : "another label");
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return lines_as_expected(working_lines(text), working(nli_logic_problem_of(instance)));
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Does the hypothesis follow from the premises (entailed), can it not be true together with them (contradicted), or "
           "neither "
           "(neutral)? 'Every' does not say that there is one.";
  }

 private:
  std::string family_;
  const LogicLanguage& language_;
};

}  // namespace

TaskEntry nli_logic_entry() {
  return {
      .name = "nli_logic",
      .summary = "does a hypothesis follow from premises, contradict them, or neither",
      .source = "standard; families after published suites, sentences and levels are ours",
      .parameters = generated_task_parameters("1+2", {{.name = "family",
                                                       .default_value = std::string("any"),
                                                       .meaning = "kind of sentences",
                                                       .choices = {"any", "connectives", "quantifiers", "numbers", "roles"}},
                                                      {.name = "language",
                                                       .default_value = std::string("en"),
                                                       .meaning = "of sentences: English or Chinese",
                                                       .choices = {"en", "zh"}}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<NliLogic>(parameters); }};
}

}  // namespace reckon
