// From correlation to causation: all correlations and independences of some variables are told; does a causal claim hold in every
// graph that agrees with them? Source: Jin et al. 2023, arXiv:2306.05836; relations as causal_graph.h defines them. Working: the
// skeleton, the colliders with what separates their tails, the edges whose direction is open, and in how many graphs the claim
// holds. Instance::words holds the variables' names; numbers: variables, relation, i, j, then first, second, given per
// independence.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/canonical_graph.h"
#include "tasks/causal_graph.h"
#include "tasks/corr2cause_published.h"
#include "tasks/file_addresses.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kCorr2causeVersion = 1;

struct CauseLevel {
  int variables;
  bool direct_only;  // asks for parents and children only
  bool balanced;     // as many claims that follow as not; where few do, the splits would run dry
};
constexpr std::array<CauseLevel, 5> kCorr2causeLevels{
    {{3, false, false}, {4, true, false}, {4, false, false}, {5, false, true}, {6, false, true}}};

struct CauseProblem {
  Dag dag;
  CausalRelation relation = CausalRelation::parent;
  int i = 0;
  int j = 0;

  // The class and the claim up to renaming: arrows of colliders as they are, other edges both ways.
  std::string key() const {
    const EquivalenceClass equivalence = class_of(dag);
    std::vector<int> colours(static_cast<std::size_t>(dag.variables), 0);
    colours[static_cast<std::size_t>(i)] = 1;
    colours[static_cast<std::size_t>(j)] = 2;
    std::vector<GraphEdge> edges;
    for (int a = 0; a < dag.variables; ++a) {
      for (int b = 0; b < dag.variables; ++b) {
        const bool arrow = equivalence.colliders.has_edge(a, b);
        const bool other_way = equivalence.colliders.has_edge(b, a);
        if ((equivalence.neighbours[static_cast<std::size_t>(a)] >> b & 1) != 0 && !other_way)
          edges.push_back({a, b, arrow ? 1 : 2});
      }
    }
    return "corr2cause|" + std::to_string(static_cast<int>(relation)) + '|' + canonical_graph(colours, edges, /*directed=*/true);
  }
};

struct Census {
  std::size_t holds = 0;
  std::size_t all = 0;
  bool follows() const { return holds == all; }
};

Census census(const std::vector<Dag>& graphs, CausalRelation relation, int i, int j) {
  Census result;
  for (const Dag& dag : graphs) {
    ++result.all;
    result.holds += holds(relation, dag, i, j) ? 1 : 0;
  }
  return result;
}

CauseProblem draw_problem(SplitMix64& rng, const CauseLevel& level) {
  CauseProblem problem;
  problem.dag = draw_dag(rng, level.variables, static_cast<double>(rng.range(200, 800)) / 1000);
  problem.relation = static_cast<CausalRelation>(level.direct_only ? 2 * rng.below(2) : rng.below(kRelations));
  problem.i = static_cast<int>(rng.range(0, level.variables - 2));
  problem.j = static_cast<int>(rng.range(problem.i + 1, level.variables - 1));
  return problem;
}

std::string claim_text(CausalRelation relation, const std::string& i, const std::string& j, bool paraphrased) {
  switch (relation) {
    case CausalRelation::parent: return paraphrased ? j + " depends directly on " + i : i + " directly causes " + j;
    case CausalRelation::ancestor:
      return paraphrased ? i + " acts on " + j + " by way of something else"
                         : i + " is a cause of " + j + ", but not a direct one";
    case CausalRelation::child: return paraphrased ? i + " depends directly on " + j : j + " directly causes " + i;
    case CausalRelation::descendant:
      return paraphrased ? j + " acts on " + i + " by way of something else"
                         : j + " is a cause of " + i + ", but not a direct one";
    case CausalRelation::collider:
      return paraphrased ? "something depends on both " + i + " and " + j : i + " and " + j + " share a common effect";
    case CausalRelation::confounder:
      return paraphrased ? "something acts on both " + i + " and " + j : i + " and " + j + " share a common cause";
  }
  return "";
}

std::string listed(const std::vector<std::string>& names, VariableSet set) {
  std::vector<std::string> chosen;
  for (std::size_t v = 0; v < names.size(); ++v) {
    if ((set >> v & 1) != 0) chosen.push_back(names[v]);
  }
  if (chosen.size() < 2) return joined(chosen);
  const std::string last = chosen.back();
  chosen.pop_back();
  return joined(chosen, ", ") + " and " + last;
}

std::vector<std::string> statements(const std::vector<std::string>& names, const std::vector<Independence>& facts) {
  std::vector<std::string> result;
  const auto name = [&](int v) { return names[static_cast<std::size_t>(v)]; };
  for (int a = 0; a < static_cast<int>(names.size()); ++a) {
    for (int b = a + 1; b < static_cast<int>(names.size()); ++b) {
      if (std::ranges::find(facts, Independence{a, b, 0}) == facts.end())
        result.push_back(name(a) + " correlates with " + name(b) + '.');
    }
  }
  bool first = true;
  for (const Independence& fact : facts) {
    std::string text = first ? "However, " : "";
    first = false;
    text += fact.given == 0
                ? name(fact.first) + " is independent of " + name(fact.second)
                : name(fact.first) + " and " + name(fact.second) + " are independent given " + listed(names, fact.given);
    result.push_back(text + '.');
  }
  return result;
}

struct Read {
  std::vector<Independence> facts;
  CausalRelation relation;
  int i, j;
};
Read read(const Instance& instance) {
  Read result{{},
              static_cast<CausalRelation>(instance.numbers.at(1)),
              static_cast<int>(instance.numbers.at(2)),
              static_cast<int>(instance.numbers.at(3))};
  for (std::size_t n = 4; n + 2 < instance.numbers.size(); n += 3) {
    result.facts.push_back({static_cast<int>(instance.numbers[n]), static_cast<int>(instance.numbers[n + 1]),
                            static_cast<VariableSet>(instance.numbers[n + 2])});
  }
  return result;
}

// Everything is found from the premise alone.
std::string worked_skeleton(const Instance& instance) {
  const Read problem = read(instance);
  const auto& names = instance.words;
  const EquivalenceClass equivalence = class_from(static_cast<int>(names.size()), problem.facts);
  const auto pair = [&](int a, int b, const char* between) {
    return names[static_cast<std::size_t>(a)] + between + names[static_cast<std::size_t>(b)];
  };
  std::string skeleton = "skeleton";
  std::string open;
  const std::vector<Dag> graphs = members(equivalence);
  for (int a = 0; a < equivalence.variables; ++a) {
    for (int b = a + 1; b < equivalence.variables; ++b) {
      if ((equivalence.neighbours[static_cast<std::size_t>(a)] >> b & 1) == 0) continue;
      skeleton += ' ' + pair(a, b, "-");
      const auto forward = std::ranges::count_if(graphs, [&](const Dag& g) { return g.has_edge(a, b); });
      if (forward != 0 && static_cast<std::size_t>(forward) != graphs.size()) open += ' ' + pair(a, b, "-");
    }
  }
  std::string lines = skeleton + '\n';
  for (int middle = 0; middle < equivalence.variables; ++middle) {
    for (const Independence& fact : problem.facts) {
      const bool first = std::ranges::find_if(problem.facts, [&](const Independence& f) {
                           return f.first == fact.first && f.second == fact.second;
                         })->given == fact.given;
      const bool collides =
          equivalence.colliders.has_edge(fact.first, middle) && equivalence.colliders.has_edge(fact.second, middle);
      if (!first || !collides) continue;
      lines += pair(fact.first, fact.second, " ") + " apart given " + (fact.given == 0 ? "nothing" : listed(names, fact.given)) +
               ": " + pair(fact.first, middle, ">") + '<' + names[static_cast<std::size_t>(fact.second)] + '\n';
    }
  }
  if (!open.empty()) lines += "open" + open + '\n';
  const Census result = census(graphs, problem.relation, problem.i, problem.j);
  lines += "holds in " + std::to_string(result.holds) + " of " + std::to_string(result.all) + '\n';
  return worked_solution(lines, result.follows() ? "yes" : "no");
}

const char* family_of(CausalRelation relation) {
  constexpr std::array<const char*, kRelations> kNames{"parent", "ancestor", "child", "descendant", "collider", "confounder"};
  return kNames.at(static_cast<std::size_t>(relation));
}

void put_numbers(Instance& instance, CausalRelation relation, int i, int j, const std::vector<Independence>& facts) {
  instance.numbers = {std::ssize(instance.words), static_cast<std::int64_t>(relation), i, j};
  for (const Independence& f : facts) instance.numbers.insert(instance.numbers.end(), {f.first, f.second, f.given});
}

class Corr2Cause final : public GeneratedTask {
 public:
  explicit Corr2Cause(const Parameters& parameters)
      : GeneratedTask(parameters),
        names_(parameters.text("names")),
        paraphrase_(parameters.flag("paraphrase")),
        minimal_(parameters.text("premise") == "minimal") {
    if (!parameters.text("published").empty()) published_ = read_corr2cause(parameters.text("published"));
  }

  std::optional<std::uint64_t> size() const override {
    return published_.empty() ? std::nullopt : std::optional<std::uint64_t>(published_.size());
  }

  Instance generate(Split split, int level, std::uint64_t index) const override {
    if (!published_.empty()) return published(index);
    Instance instance = instance_at("corr2cause", kCorr2causeVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const CauseLevel& knobs = kCorr2causeLevels[static_cast<std::size_t>(level - 1)];
    const bool wanted = rng.below(2) == 0;
    const CauseProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw_problem(r, knobs); },
        [&](const CauseProblem& p) {
          const bool follows = census(members(class_of(p.dag)), p.relation, p.i, p.j).follows();
          return !knobs.balanced || follows == wanted;
        });
    instance.key = problem.key();
    instance.words = variable_names(knobs.variables, level, rng);
    const std::vector<Independence> facts = independences(problem.dag, minimal_);
    instance.family = family_of(problem.relation);
    put_numbers(instance, problem.relation, problem.i, problem.j, facts);
    std::vector<std::string> premise = statements(instance.words, facts);
    if (level == kHighestLevel) shuffle(premise, rng);
    const auto name = [&](int v) { return instance.words[static_cast<std::size_t>(v)]; };
    instance.prompt = "Premise: " + joined(premise) +
                      " Hypothesis: " + claim_text(problem.relation, name(problem.i), name(problem.j), paraphrase_) +
                      ". Does it follow?";
    put_reference(instance, worked_skeleton(instance));
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return worked_skeleton(instance); }

  // The measures are what F1 of "yes" is made of.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    const bool follows = instance.gold == "yes";
    Verdict verdict = unanswered();
    std::string plain;
    if (answer) {
      plain = plain_words(std::string_view(*answer).substr(0, kLongestExtract));
      const bool said = plain == "yes" || plain == "no";
      const bool right = said && plain == instance.gold;
      verdict = judged(*answer, right, right ? "right" : said ? "the other answer" : "neither yes nor no");
    }
    verdict.measures = {{"yes", follows ? 1.0 : 0.0}, {"said yes", plain == "yes" ? 1.0 : 0.0}};
    return verdict;
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const std::string reference = worked_skeleton(instance);
    return lines_as_expected(working_lines(text), reference.substr(8, reference.find("</think>") - 8));
  }

 protected:
  std::string rules(const Instance&) const override {
    return "All correlations and independences of the variables are given; nothing else acts on them. Causes form a graph "
           "without "
           "cycles. Does the hypothesis hold in every graph that agrees with the premise? The answer is yes or no.";
  }

 private:
  // The label is the published one; the working is shown where it comes to the same.
  Instance published(std::uint64_t index) const {
    std::string address = file_address("corr2cause", index, published_.size());
    const CausalQuestion& question = published_[index];
    Instance instance{.id = std::move(address), .task = "corr2cause", .key = "corr2cause|" + question.text};
    instance.family = family_of(question.relation);
    instance.prompt = question.text + "\nDoes it follow?";
    instance.words = question.names;
    put_numbers(instance, question.relation, question.i, question.j, question.facts);
    instance.gold = question.follows ? "yes" : "no";
    instance.reference = worked_skeleton(instance);
    if (extract_answer(instance.reference) != instance.gold) instance.reference = worked_solution("", instance.gold);
    return instance;
  }

  std::vector<std::string> variable_names(int count, int level, SplitMix64& rng) const {
    std::vector<std::string> names, taken;
    if (names_ == "invented" || (names_ == "any" && level == kHighestLevel)) {
      return invented_names(rng, static_cast<std::size_t>(count), taken);
    }
    for (int v = 0; v < count; ++v) names.emplace_back(1, static_cast<char>(names_ == "reversed" ? 'Z' - v : 'A' + v));
    return names;
  }

  std::string names_;
  bool paraphrase_, minimal_;
  std::vector<CausalQuestion> published_;  // empty: generated
};

}  // namespace

TaskEntry corr2cause_entry() {
  return {.name = "corr2cause",
          .summary = "does a causal claim follow from correlations and independences",
          .source = "Corr2Cause, arXiv:2306.05836; levels and trace are ours",
          .parameters = generated_task_parameters(
              "1+2",
              {{.name = "names",
                .default_value = std::string("any"),
                .meaning = "of variables; any: letters, and invented at level 5",
                .choices = {"any", "letters", "reversed", "invented"}},
               {.name = "paraphrase", .default_value = false, .meaning = "word the hypothesis in the second way"},
               {.name = "premise",
                .default_value = std::string("full"),
                .meaning = "all independences, or those that no smaller condition implies",
                .choices = {"full", "minimal"}},
               {.name = "published",
                .default_value = std::string(),
                .meaning =
                    "path of published problems, a CSV file with input and label, one set whatever the split; none: generated"}}),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> {
            return std::make_unique<Corr2Cause>(parameters);
          }};
}

}  // namespace reckon
