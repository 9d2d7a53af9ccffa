// Questions over an invented world: people, books, firms, cities, countries, told in short documents with ids. A chain of hops
// leads from the entity named in the question to the answer; or two books are compared; or the needed fact is in no document, and
// the answer is "unknown". Source: shape of the published multi-hop sets (HotpotQA, arXiv:1809.09600; MuSiQue, arXiv:2108.00573);
// world and levels are ours. Working: one fact per line, "Orin -born in> Sarn". Instance::words holds the gold answer, then every
// fact that the documents (or the closed book) hold, as such lines; numbers: the ids of the documents that hold the evidence.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "tasks/written.h"

namespace reckon {
namespace {

constexpr int kKgqaVersion = 1;

enum class Type : std::uint8_t { person, book, firm, city, country, year };

// Every relation gives one object to each subject: a question names one thing at every hop.
struct Relation {
  Type subject, object;
  const char* name;      // in lines of working
  const char* sentence;  // before and after the object, with the subject in front
  const char* phrase;    // "the author of" what came before it
};
constexpr std::array<Relation, 7> kRelations{{
    {Type::book, Type::person, "written by", " was written by ", "the author of "},
    {Type::book, Type::year, "published in", " was published in ", "the year of publication of "},
    {Type::person, Type::city, "born in", " was born in ", "the birthplace of "},
    {Type::person, Type::firm, "works for", " works for ", "the employer of "},
    {Type::firm, Type::city, "based in", " is based in ", "the seat of "},
    {Type::city, Type::country, "located in", " is located in ", "the country of "},
    {Type::country, Type::person, "led by", " is led by ", "the leader of "},
}};

struct WorldLevel {
  int hops;
  int small, full;  // documents
};
constexpr std::array<WorldLevel, 5> kKgqaLevels{{{1, 3, 10}, {2, 4, 20}, {3, 6, 50}, {4, 8, 100}, {4, 10, 200}}};

struct Entity {
  Type type;
  std::string name;
};
struct Edge {
  std::size_t subject, relation, object;  // entities and kRelations by index
};
struct World {
  std::vector<Entity> entities;
  std::vector<Edge> edges;

  std::string line(const Edge& e) const {
    return entities[e.subject].name + " -" + kRelations[e.relation].name + "> " + entities[e.object].name;
  }
  std::string sentence(const Edge& e) const {
    return entities[e.subject].name + kRelations[e.relation].sentence + entities[e.object].name + '.';
  }
  const Edge* find(std::size_t subject, std::size_t relation) const {
    const auto found = std::ranges::find_if(edges, [&](const Edge& e) { return e.subject == subject && e.relation == relation; });
    return found == edges.end() ? nullptr : &*found;
  }
};

// About `facts` facts: of each book two, of each person two, and so on.
World draw_world(SplitMix64& rng, int facts) {
  World world;
  std::vector<std::string> taken;
  const auto add = [&](Type type, int count) {
    for (int i = 0; i < count; ++i) {
      std::string name = type == Type::year ? std::to_string(1900 + 7 * i) : invented_names(rng, 1, taken).front();
      if (type == Type::book) {
        name = "The ";
        const std::string noun = capitalised(std::string(one_of(nouns(), rng)));
        name.append(invented_names(rng, 1, taken).front()).append(" ").append(noun);
      }
      world.entities.push_back({type, std::move(name)});
    }
  };
  add(Type::person, std::max(3, facts / 6));
  add(Type::book, std::max(2, facts / 6));
  add(Type::firm, std::max(2, facts / 12));
  add(Type::city, std::max(2, facts / 12));
  add(Type::country, 2 + facts / 60);
  add(Type::year, 12);
  for (std::size_t subject = 0; subject < world.entities.size(); ++subject) {
    for (std::size_t r = 0; r < kRelations.size(); ++r) {
      if (kRelations[r].subject != world.entities[subject].type) continue;
      std::vector<std::size_t> objects;
      for (std::size_t o = 0; o < world.entities.size(); ++o) {
        if (world.entities[o].type == kRelations[r].object) objects.push_back(o);
      }
      world.edges.push_back({subject, r, objects[rng.below(objects.size())]});
    }
  }
  return world;
}

struct WorldProblem {
  World world;
  std::vector<Edge> path;  // evidence
  std::string question;
  std::string answer;
  std::size_t withheld = static_cast<std::size_t>(-1);  // the step of the path that no document holds

  // Names are drawn from a very large set, so they stand for the content.
  std::string key() const {
    std::string key = "kgqa|" + question + '|' + answer;
    for (const Edge& edge : path) key += '|' + world.line(edge);
    return key;
  }
};

// nullopt when the walk cannot go on, or comes back to where it was.
std::optional<WorldProblem> draw_chain(SplitMix64& rng, World world, int hops) {
  WorldProblem problem{std::move(world), {}, {}, {}};
  std::size_t here = rng.below(problem.world.entities.size());
  std::vector<std::size_t> met{here};
  std::string phrase = problem.world.entities[here].name;
  for (int hop = 0; hop < hops; ++hop) {
    std::vector<std::size_t> relations;
    for (std::size_t r = 0; r < kRelations.size(); ++r) {
      if (problem.world.find(here, r)) relations.push_back(r);
    }
    if (relations.empty()) return std::nullopt;
    const Edge* edge = problem.world.find(here, relations[rng.below(relations.size())]);
    if (std::ranges::find(met, edge->object) != met.end()) return std::nullopt;
    problem.path.push_back(*edge);
    phrase = kRelations[edge->relation].phrase + phrase;
    met.push_back(here = edge->object);
  }
  problem.question = "What is " + phrase + '?';
  problem.answer = problem.world.entities[here].name;
  return problem;
}

std::optional<WorldProblem> draw_comparison(SplitMix64& rng, World world) {
  WorldProblem problem{std::move(world), {}, {}, {}};
  constexpr std::size_t kPublished = 1;
  std::vector<Edge> published;
  for (const Edge& edge : problem.world.edges) {
    if (edge.relation == kPublished) published.push_back(edge);
  }
  shuffle(published, rng);
  if (published.size() < 2 || published[0].object == published[1].object) return std::nullopt;
  problem.path = {published[0], published[1]};
  const auto book = [&](std::size_t i) { return problem.world.entities[published[i].subject].name; };
  problem.question = "Which was published earlier, " + book(0) + " or " + book(1) + '?';
  problem.answer = book(published[0].object < published[1].object ? 0 : 1);  // years were made in order
  return problem;
}

std::string worked(const WorldProblem& problem) {
  std::string lines;
  for (std::size_t i = 0; i < problem.path.size() && i != problem.withheld; ++i)
    lines += problem.world.line(problem.path[i]) + '\n';
  return worked_solution(lines.empty() ? "nothing is known\n" : lines, problem.answer);
}

class Kgqa final : public GeneratedTask {
 public:
  explicit Kgqa(const Parameters& parameters)
      : GeneratedTask(parameters),
        question_(parameters.text("question")),
        documents_(parameters.text("documents")),
        full_(parameters.text("size") == "full"),
        unanswerable_(parameters.number("unanswerable")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("kgqa", kKgqaVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const WorldLevel& knobs = kKgqaLevels[static_cast<std::size_t>(level - 1)];
    WorldProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw(r, knobs, level); });
    instance.family = problem.answer == "unknown"             ? "unanswerable"
                      : problem.question.starts_with("Which") ? "comparison"
                                                              : "chain";
    instance.key = problem.key();
    instance.words = {problem.answer};
    instance.prompt = documents_text(rng, problem, instance) + "Q: " + problem.question;
    instance.gold = problem.answer;
    instance.reference = worked(problem);
    return instance;
  }

  // The path was found in the graph before it became words.
  std::optional<std::string> solve(const Instance& instance) const override { return instance.reference; }

  // EM after lower-casing and dropping articles; F1 over words as part marks.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"EM", "F1"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const std::string gold = plain_words(instance.words.at(0));
    const std::string plain = plain_words(std::string_view(*answer).substr(0, kLongestExtract));
    const double f1 = bag_f1(gold, plain);
    Verdict verdict = judged(*answer, plain == gold, plain == gold ? "right" : "another answer", 0.5 * f1);
    verdict.measures = {{"EM", plain == gold ? 1.0 : 0.0}, {"F1", f1}};
    add_evidence(instance, text, verdict);
    return verdict;
  }

  // A line is valid when it is a fact of the documents.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const bool nothing = line == "nothing is known" && instance.gold == "unknown" && verdicts.empty();
      sound = sound && verdicts.size() < kMostLines &&
              (nothing || std::find(instance.words.begin() + 1, instance.words.end(), line) != instance.words.end());
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Answer from the documents alone. The answer is a name or a year, or unknown where they do not say. After it you may "
           "name "
           "the documents that you used, as in evidence: D3 D7.";
  }

 private:
  WorldProblem draw(SplitMix64& rng, const WorldLevel& level, int number) const {
    const int count = full_ ? level.full : level.small;
    for (;;) {
      const bool compare = question_ == "comparison" || (question_ == "any" && number == kHighestLevel && rng.below(2) == 0);
      World world = draw_world(rng, 4 * count);
      std::optional<WorldProblem> problem =
          compare ? draw_comparison(rng, std::move(world)) : draw_chain(rng, std::move(world), level.hops);
      if (!problem) continue;
      if (static_cast<double>(rng.below(1000)) < 1000 * unanswerable_) {
        problem->withheld = rng.below(problem->path.size());
        problem->answer = "unknown";
      }
      return *std::move(problem);
    }
  }

  // Shuffled facts in documents of three to five; the ids of those with evidence go into the instance, with every fact shown.
  std::string documents_text(SplitMix64& rng, const WorldProblem& problem, Instance& instance) const {
    const World& world = problem.world;
    const auto same = [](const Edge& a, const Edge& b) { return a.subject == b.subject && a.relation == b.relation; };
    std::vector<Edge> shown = world.edges;
    if (problem.withheld < problem.path.size()) {
      std::erase_if(shown, [&](const Edge& e) { return same(e, problem.path[problem.withheld]); });
    }
    shuffle(shown, rng);
    std::string text;
    std::int64_t id = 0;
    for (std::size_t i = 0; i < shown.size();) {
      const std::size_t end = std::min(shown.size(), i + static_cast<std::size_t>(rng.range(3, 5)));
      std::string document = documents_ == "triples" ? "" : 'D' + std::to_string(++id) + ':';
      bool evidence = false;
      for (; i < end; ++i) {
        const bool used = std::ranges::any_of(problem.path, [&](const Edge& e) { return same(e, shown[i]); });
        evidence = evidence || used;
        instance.words.push_back(world.line(shown[i]));
        document += documents_ == "triples" ? world.line(shown[i]) + '\n' : ' ' + world.sentence(shown[i]);
      }
      if (evidence) instance.numbers.push_back(id);
      if (documents_ == "none" || (documents_ == "oracle" && !evidence)) continue;
      text += document + (documents_ == "triples" ? "" : "\n");
    }
    return text;
  }

  // "evidence: D3 D7" after the thinking, where the model wrote it.
  static void add_evidence(const Instance& instance, std::string_view text, Verdict& verdict) {
    const std::size_t mark = text.rfind("evidence:");
    if (mark == std::string_view::npos || instance.numbers.empty()) return;
    const std::string_view line = text.substr(mark, std::min<std::size_t>(text.find('\n', mark) - mark, 512));
    const auto named = numbers_in(line, 64);
    if (!named || named->empty()) return;
    const auto right = static_cast<double>(
        std::ranges::count_if(instance.numbers, [&](std::int64_t id) { return std::ranges::find(*named, id) != named->end(); }));
    verdict.measures.push_back({"evidence precision", right / static_cast<double>(named->size())});
    verdict.measures.push_back({"evidence recall", right / static_cast<double>(instance.numbers.size())});
  }

  std::string question_, documents_;
  bool full_;
  double unanswerable_;
};

}  // namespace

TaskEntry kgqa_entry() {
  return {.name = "kgqa",
          .summary = "questions of several hops over documents about an invented world",
          .source = "shape of HotpotQA, arXiv:1809.09600, and MuSiQue, arXiv:2108.00573; world and levels are ours",
          .parameters = generated_task_parameters(
              "1+2", {{.name = "question",
                       .default_value = std::string("any"),
                       .meaning = "what is asked; any: chains, and comparisons at level 5",
                       .choices = {"any", "chain", "comparison"}},
                      {.name = "documents",
                       .default_value = std::string("all"),
                       .meaning = "what stands in the prompt: all, those with evidence, none, or facts as triples",
                       .choices = {"all", "oracle", "none", "triples"}},
                      {.name = "size",
                       .default_value = std::string("small"),
                       .meaning = "3 to 10 documents, or 10 to 200",
                       .choices = {"small", "full"}},
                      {"unanswerable", 0.1, "share of questions that the documents leave open", 0, 1}}),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Kgqa>(parameters); }};
}

}  // namespace reckon
