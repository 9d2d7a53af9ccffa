// Needles in a long text: what was said about a key, about several keys, every value of a key, or which names hold a value that
// was handed on. The text around them is made of sentences that mean nothing. Source: shape of the published long-context suites
// (RULER, Hsieh et al. 2024, arXiv:2404.06654); text and levels are ours. Instance::words holds the references that must occur.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr int kNeedleVersion = 1;
constexpr std::array<std::string_view, 8> kKinds{"single", "keys", "values", "queries", "store", "track", "common", "frequent"};

struct NeedleLevel {
  std::size_t small, full;  // bytes of text: for small byte-level models, and at four bytes per token of 1K to 128K
  int needles;
};
constexpr std::array<NeedleLevel, 5> kNeedleLevels{
    {{512, 4096, 1}, {1024, 16384, 4}, {2048, 65536, 4}, {3072, 262144, 6}, {4096, 524288, 8}}};

struct NeedleProblem {
  std::string kind;
  std::vector<std::string> needles;  // sentences, in the order in which they stand in the text
  std::vector<std::string> fill;     // words instead of sentences, where words are counted
  std::string question;
  std::vector<std::string> references;

  // What is hidden and asked; the text around it is no part of the content.
  std::string key() const {
    std::string key = "needle|" + kind + '|' + question + '|' + joined(needles, "|");
    return fill.empty() ? key : key + '|' + joined(fill);
  }
};

std::string draw_key(SplitMix64& rng) {
  std::string key(one_of(adjectives(), rng));
  return key.append("-").append(one_of(nouns(), rng));
}
std::string draw_value(SplitMix64& rng) { return std::to_string(rng.range(10'000, 99'999)); }
std::string needle_text(const std::string& key, const std::string& value) {
  return "The number for " + key + " is " + value + '.';
}

// Keys with values of their own; the first ones are asked for.
NeedleProblem draw_pairs(SplitMix64& rng, int needles, int asked) {
  NeedleProblem problem;
  std::vector<std::string> keys, questions;
  while (static_cast<int>(keys.size()) < needles) {
    const std::string key = draw_key(rng);
    if (std::ranges::find(keys, key) != keys.end()) continue;
    keys.push_back(key);
    const std::string value = draw_value(rng);
    problem.needles.push_back(needle_text(key, value));
    if (static_cast<int>(keys.size()) > asked) continue;
    questions.push_back(key);
    problem.references.push_back(value);
  }
  shuffle(problem.needles, rng);
  problem.question = (asked == 1 ? "What is the number for " : "What are the numbers for ") + joined(questions, ", ") + '?';
  return problem;
}

NeedleProblem draw_values(SplitMix64& rng, int values) {
  NeedleProblem problem;
  const std::string key = draw_key(rng);
  while (static_cast<int>(problem.references.size()) < values) {
    const std::string value = draw_value(rng);
    if (std::ranges::find(problem.references, value) != problem.references.end()) continue;
    problem.references.push_back(value);
    problem.needles.push_back(needle_text(key, value));
  }
  problem.question = "What are all the numbers for " + key + '?';
  return problem;
}

// "X1 = 40512. X2 = X1." and another chain beside it.
NeedleProblem draw_chain(SplitMix64& rng, int hops) {
  NeedleProblem problem;
  const auto first = static_cast<char>('A' + rng.below(20));
  const std::string value = draw_value(rng);
  const auto chain = [&](char letter, const std::string& start, bool wanted) {
    std::vector<std::string> links;
    for (int i = 1; i <= hops + 1; ++i) {
      const std::string name = letter + std::to_string(i);
      links.push_back(name + " = " + (i == 1 ? start : letter + std::to_string(i - 1)) + '.');
      if (wanted) problem.references.push_back(name);
    }
    return links;
  };
  const std::vector<std::string> asked = chain(first, value, true);
  const std::vector<std::string> other = chain(static_cast<char>(first + 1), draw_value(rng), false);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    problem.needles.push_back(asked[i]);
    problem.needles.push_back(other[i]);
  }
  problem.question = "Which names hold " + value + '?';
  return problem;
}

// A list of words: some far more often than all others (common), or one most often, another next (frequent).
NeedleProblem draw_counts(SplitMix64& rng, std::size_t bytes, const std::string& kind) {
  NeedleProblem problem;
  const std::size_t asked = kind == "common" ? 3 : 1;
  std::vector<std::string> words;
  for (const std::string_view noun : nouns()) words.emplace_back(noun);
  shuffle(words, rng);
  words.resize(asked + 12);
  const std::size_t total = std::max<std::size_t>(bytes / 8, 40);  // words, of seven letters and a blank
  for (std::size_t i = 0; i < asked; ++i) {
    problem.references.push_back(words[i]);
    problem.fill.insert(problem.fill.end(), total / (2 * asked), words[i]);
  }
  for (std::size_t left = total / 2; left > 0; --left) problem.fill.push_back(words[asked + left % 12]);
  shuffle(problem.fill, rng);
  problem.question = asked == 1 ? "Which word comes most often?" : "Which three words come most often?";
  return problem;
}

NeedleProblem draw_problem(SplitMix64& rng, const NeedleLevel& level, int number, const std::string& wanted, std::size_t bytes) {
  // Without a wish, a level has the kinds of its length: single, then several, then handed on, then many.
  constexpr std::array<std::string_view, 5> kFirst{"single", "keys", "values", "store", "queries"};
  constexpr std::array<std::string_view, 5> kSecond{"single", "frequent", "track", "common", "track"};
  const std::string kind =
      wanted != "any" ? wanted : std::string((rng.below(2) == 0 ? kFirst : kSecond)[static_cast<std::size_t>(number - 1)]);
  const int several = std::max(2, level.needles);
  NeedleProblem problem = kind == "single"    ? draw_pairs(rng, 1, 1)
                          : kind == "keys"    ? draw_pairs(rng, several, 1)
                          : kind == "values"  ? draw_values(rng, several)
                          : kind == "queries" ? draw_pairs(rng, 2 * several, several)
                          : kind == "store"   ? draw_pairs(rng, static_cast<int>(bytes / 48) + 2, 1)
                          : kind == "track"   ? draw_chain(rng, several)
                                              : draw_counts(rng, bytes, kind);
  problem.kind = kind;
  return problem;
}

std::string filler_sentence(SplitMix64& rng) {
  std::string text = rng.below(2) == 0 ? "The " : "A ";
  text.append(one_of(adjectives(), rng)).append(" ").append(one_of(nouns(), rng));
  text.append(" ").append(rng.below(2) == 0 ? "near the " : "behind the ").append(one_of(nouns(), rng));
  return text + " was " + std::string(one_of(adjectives(), rng)) + '.';
}

// Sentences up to `bytes`, with the needles in order at random places; the first at `depth` per cent of the text where that is 0
// or more.
std::string haystack(SplitMix64& rng, const NeedleProblem& problem, std::size_t bytes, std::int64_t depth) {
  if (!problem.fill.empty()) return joined(problem.fill);
  std::vector<std::string> sentences;
  std::size_t size = 0;
  for (const std::string& needle : problem.needles) size += needle.size() + 1;
  while (size < bytes && problem.kind != "store") {
    sentences.push_back(filler_sentence(rng));
    size += sentences.back().size() + 1;
  }
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < problem.needles.size(); ++i) places.push_back(rng.below(sentences.size() + 1));
  std::ranges::sort(places);
  if (depth >= 0 && places.size() == 1) places[0] = sentences.size() * static_cast<std::size_t>(depth) / 100;
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i <= sentences.size(); ++i) {
    for (; next < places.size() && places[next] == i; ++next) text.append(text.empty() ? "" : " ").append(problem.needles[next]);
    if (i < sentences.size()) text.append(text.empty() ? "" : " ").append(sentences[i]);
  }
  return text;
}

class Needle final : public GeneratedTask {
 public:
  explicit Needle(const Parameters& parameters)
      : GeneratedTask(parameters),
        kind_(parameters.text("kind")),
        full_(parameters.text("size") == "full"),
        depth_(parameters.integer("depth")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("needle", kNeedleVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const NeedleLevel& knobs = kNeedleLevels[static_cast<std::size_t>(level - 1)];
    const std::size_t bytes = full_ ? knobs.full : knobs.small;
    const NeedleProblem problem =
        draw_in_split(rng, split, [&](SplitMix64& r) { return draw_problem(r, knobs, level, kind_, bytes); });
    instance.family = problem.kind;
    instance.key = problem.key();
    instance.words = problem.references;
    instance.gold = joined(problem.references);
    instance.reference = worked_solution("", instance.gold);
    instance.prompt = haystack(rng, problem, bytes, depth_) + '\n' + problem.question;
    return instance;
  }

  // What to say stands in the text; a model has to find it, a solver only to know where.
  std::optional<std::string> solve(const Instance& instance) const override {
    return worked_solution("", joined(instance.words));
  }

  // Score: the share of references that occur in the box as whole words; right when all do.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"recall"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const auto items =
        items_in(std::string_view(*answer).substr(0, 64 * (instance.words.size() + 16)), 4 * instance.words.size() + 64);
    const auto found = !items ? 0 : std::ranges::count_if(instance.words, [&](const std::string& word) {
      return std::ranges::any_of(*items, [&](std::string_view item) {
        return item == word || (item.ends_with('.') && item.substr(0, item.size() - 1) == word);
      });
    });
    const double share = static_cast<double>(found) / static_cast<double>(instance.words.size());
    Verdict verdict = judged(*answer, share == 1, share == 1 ? "right" : "something is missing", share);
    verdict.measures = {{"recall", share}};
    return verdict;
  }

 protected:
  std::string rules(const Instance&) const override { return "The answer stands in the text. Several are separated by blanks."; }

 private:
  std::string kind_;
  bool full_;
  std::int64_t depth_;
};

}  // namespace

TaskEntry needle_entry() {
  std::vector<std::string> kinds{"any"};
  for (const std::string_view kind : kKinds) kinds.emplace_back(kind);
  return {
      .name = "needle",
      .summary = "find what a long text says about a key",
      .source = "shape of RULER, arXiv:2404.06654; text and levels are ours",
      .parameters = generated_task_parameters(
          "1+2", {{.name = "kind", .default_value = std::string("any"), .meaning = "what is hidden and asked", .choices = kinds},
                  {.name = "size",
                   .default_value = std::string("small"),
                   .meaning = "0.5 to 4 KB of text, or 1K to 128K tokens of four bytes",
                   .choices = {"small", "full"}},
                  {.name = "depth",
                   .default_value = std::int64_t{-1},
                   .meaning = "where a single needle stands, in per cent of the text; -1: anywhere",
                   .minimum = -1,
                   .maximum = 100}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Needle>(parameters); },
      .checks_steps = false};
}

}  // namespace reckon
