// Names in a text: people, organisations, places, dates, products; an organisation may hold a place ("Halden Research"), and one
// word may be a person here and a place there. Source: shape of the published entity tasks (CoNLL-2003; nested: GENIA);
// sentences, names and levels are ours. An answer lists spans as text|TYPE between semicolons, text#2|TYPE for the second place
// where the text occurs. Instance::words holds the text, then the gold spans in that form.
#include <algorithm>
#include <array>
#include <set>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/set_scores.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "tasks/written.h"

namespace reckon {
namespace {

constexpr int kNerVersion = 1;

struct NerLevel {
  int sentences;
  bool nested, ambiguous, lower;
};
constexpr std::array<NerLevel, 5> kNerLevels{
    {{1, false, false, false}, {2, true, false, false}, {3, true, false, false}, {4, true, true, false}, {6, true, true, true}}};

// P person, O organisation, L place, D date, G product; everything else is text.
constexpr std::array<std::string_view, 10> kTemplates{
    "P of O visited L on D.", "O opened an office in L.", "P bought the G in L.", "P and P met on D.", "on D, O sold the G to O.",
    "L welcomed P.",          "the G was made by O.",     "P left L for L.",      "O hired P on D.",   "in L, P praised the G."};

struct Mention {
  std::size_t begin = 0;
  std::size_t size = 0;
  std::string type;
  friend auto operator<=>(const Mention&, const Mention&) = default;
};

struct NerProblem {
  std::string text;
  std::vector<Mention> spans;
  std::string key() const { return "ner|" + text; }
};

class NerWriter {
 public:
  NerWriter(SplitMix64& rng, const NerLevel& level) : rng_(rng), level_(level) {}

  NerProblem write() {
    for (int sentence = 0; sentence < level_.sentences; ++sentence) {
      if (sentence > 0) problem_.text += ' ';
      const std::size_t begin = problem_.text.size();
      for (const char c : one_of(kTemplates, rng_)) slot(c);
      problem_.text.replace(begin, 1, capitalised(problem_.text.substr(begin, 1)));
    }
    if (level_.lower) {
      for (char& c : problem_.text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return std::move(problem_);
  }

 private:
  void slot(char c) {
    switch (c) {
      case 'P': person(); break;
      case 'O': organisation(); break;
      case 'L': add(place(), "LOC"); break;
      case 'D': {
        const std::string day = std::to_string(rng_.range(1, 28)) + ' ';
        add(day + std::string(one_of(kMonths, rng_)), "DATE");
        break;
      }
      case 'G': {
        std::string product = name() + ' ';
        add(product + std::to_string(rng_.range(2, 9)), "PRODUCT");
        break;
      }
      default: problem_.text += c;
    }
  }
  void add(const std::string& words, const char* type) {
    problem_.spans.push_back({problem_.text.size(), words.size(), type});
    problem_.text += words;
  }
  std::string name() {
    // An ambiguous text has few names, so that they come back in other parts.
    if (level_.ambiguous && !names_.empty() && rng_.below(2) == 0) return one_of(names_, rng_);
    return invented_names(rng_, 1, names_).front();
  }
  std::string place() {
    const std::string prefix = rng_.below(3) == 0 ? "Port " : "";
    return prefix + name();
  }
  void person() {
    if (rng_.below(4) == 0) problem_.text += "Dr. ";
    std::string full;
    if (!level_.ambiguous || rng_.below(2) == 0) full = name() + ' ';
    add(full + name(), "PER");
  }
  void organisation() {
    constexpr std::array<std::string_view, 5> kOrganisationKinds{"Research", "Bank", "Works", "University", "Press"};
    const std::string head = name();
    const std::size_t begin = problem_.text.size();
    add(head + ' ' + std::string(one_of(kOrganisationKinds, rng_)), "ORG");
    if (level_.nested && rng_.below(2) == 0) problem_.spans.push_back({begin, head.size(), "LOC"});
  }

  SplitMix64& rng_;
  NerLevel level_;
  NerProblem problem_;
  std::vector<std::string> names_;
};

// "Halden|LOC", "Halden#2|LOC": which of the places where the text occurs.
std::string written(const std::string& text, const Mention& span) {
  const std::string words = text.substr(span.begin, span.size);
  int occurrence = 1;
  for (std::size_t at = text.find(words); at < span.begin; at = text.find(words, at + 1)) ++occurrence;
  return words + (occurrence > 1 ? '#' + std::to_string(occurrence) : "") + '|' + span.type;
}

// nullopt when the text does not occur so often, or the form is another.
std::optional<Mention> read_span(const std::string& text, std::string_view item) {
  const std::size_t bar = item.rfind('|');
  if (bar == std::string_view::npos || item.size() > 200) return std::nullopt;
  std::string_view words = trimmed(item.substr(0, bar));
  std::int64_t occurrence = 1;
  if (const std::size_t mark = words.rfind('#'); mark != std::string_view::npos) {
    occurrence = whole_number(words.substr(mark + 1)).value_or(0);
    words = words.substr(0, mark);
  }
  if (words.empty() || occurrence < 1 || occurrence > 64) return std::nullopt;
  std::size_t at = text.find(words);
  for (; at != std::string::npos && occurrence > 1; --occurrence) at = text.find(words, at + 1);
  if (at == std::string::npos) return std::nullopt;
  return Mention{at, words.size(), std::string(trimmed(item.substr(bar + 1)))};
}

class Ner final : public GeneratedTask {
 public:
  explicit Ner(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("ner", kNerVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const NerLevel& knobs = kNerLevels[static_cast<std::size_t>(level - 1)];
    const NerProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return NerWriter(r, knobs).write(); });
    instance.key = problem.key();
    instance.prompt = "Mark PER ORG LOC DATE PRODUCT: " + problem.text;
    instance.words = {problem.text};
    for (const Mention& span : problem.spans) instance.words.push_back(written(problem.text, span));
    instance.gold = joined(std::span(instance.words).subspan(1), "; ");
    instance.reference = worked_solution("", instance.gold);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    return worked_solution("", joined(std::span(instance.words).subspan(1), "; "));
  }

  // Strict F1: same span and same type. The other measures say whether boundaries or types were the trouble.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"F1", "boundary F1", "type accuracy"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    std::set<Mention> gold, given;
    for (std::size_t i = 1; i < instance.words.size(); ++i) {
      if (const auto span = read_span(instance.words[0], instance.words[i])) gold.insert(*span);
    }
    std::size_t unreadable = 0;  // counted as wrong spans
    std::string_view rest = std::string_view(*answer).substr(0, 64 * (instance.words.size() + 64));
    for (bool more = true; more;) {
      const std::size_t end = rest.find_first_of(";\n");
      const std::string_view item = trimmed(rest.substr(0, end));
      const auto span = read_span(instance.words.at(0), item);
      if (span) given.insert(*span);
      if (!span && !item.empty()) ++unreadable;
      more = end != std::string_view::npos;
      if (more) rest.remove_prefix(end + 1);
    }
    const double strict = f1_of(shared_count(gold, given), gold.size(), given.size() + unreadable);
    Verdict verdict = judged(*answer, strict == 1, strict == 1 ? "right" : "some spans are missing or wrong", strict);
    const auto bounds = [](const std::set<Mention>& spans) {
      std::set<std::pair<std::size_t, std::size_t>> result;
      for (const Mention& span : spans) result.emplace(span.begin, span.size);
      return result;
    };
    const std::size_t same_bounds = shared_count(bounds(gold), bounds(given));
    verdict.measures = {{"F1", strict},
                        {"boundary F1", f1_of(same_bounds, bounds(gold).size(), bounds(given).size() + unreadable)},
                        {"type accuracy", share_of(shared_count(gold, given), same_bounds)}};
    return verdict;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Find every person (PER), organisation (ORG), place (LOC), date and product; an organisation may hold a place. Titles "
           "are no part "
           "of a name. The answer is text|TYPE with ; between, such as Mira Olsen|PER; Port Vale|LOC; for the second place where "
           "the same "
           "text occurs, Halden#2|LOC.";
  }
};

}  // namespace

TaskEntry ner_entry() {
  return {.name = "ner",
          .summary = "names in a text with their types, nested and ambiguous ones too",
          .source = "shape of CoNLL-2003 and GENIA; sentences and levels are ours",
          .parameters = generated_task_parameters("1+2"),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Ner>(parameters); },
          .checks_steps = false};
}

}  // namespace reckon
