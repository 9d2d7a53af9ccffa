// Does a statement about clinical trials follow from their records or contradict them, and which lines say so? Source: shape of
// NLI4CT (Jullien et al. 2023, arXiv:2305.03598): verdict and evidence over records of four sections; records, statements and
// levels are ours. Working: the lines of evidence as they stand in the record, then "found: 20". Answer: "E; P18 P22". The same
// address gives a statement, its paraphrase and its least flip, by `variant`. Instance::words holds the lines of evidence, then
// "found: …"; gold begins with E or C.
#include <algorithm>
#include <array>
#include <set>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/set_scores.h"
#include "tasks/trial_claim.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "tasks/written.h"

namespace reckon {
namespace {

constexpr int kTrialnliVersion = 1;
constexpr std::array<std::string_view, 6> kTrialFamilies{"lookup",     "arithmetic", "comparison",
                                                         "quantifier", "inclusion",  "conversion"};

struct RecordLevel {
  TrialSize size;
  std::size_t first_family, families;  // of kTrialFamilies
  int trials;
};
constexpr std::array<RecordLevel, 5> kTrialnliLevels{{{{1, 1, 2, 0}, 0, 1, 1},
                                                      {{1, 1, 3, 1}, 0, 2, 1},
                                                      {{2, 2, 4, 2}, 1, 2, 2},
                                                      {{3, 3, 5, 4}, 1, 5, 2},
                                                      {{4, 4, 10, 6}, 1, 5, 2}}};

struct RecordProblem {
  std::vector<TrialRecord> trials;
  TrialClaim claim;

  std::string line(const std::pair<std::size_t, std::size_t>& place) const {
    return id(place) + ": " + trials[place.first].lines[place.second].text;
  }
  static std::string id(const std::pair<std::size_t, std::size_t>& place) {
    return (place.first == 0 ? 'P' : 'S') + std::to_string(place.second);
  }
  // What decides the statement, without the numbers of the lines.
  std::string key() const {
    std::string key = "trialnli|" + claim.statement;
    for (const auto& [trial, line] : claim.evidence) key += '|' + trials[trial].lines[line].text;
    return key;
  }
};

struct Answer {
  char verdict = ' ';  // E, C, or ' ' for neither
  std::set<std::string> evidence;
};

// "E; P18 P22", "contradiction: S3".
Answer read(std::string_view text) {
  Answer answer;
  const std::size_t end = std::min(text.find_first_of(" ;:,.\n"), text.size());
  const std::string verdict = plain_words(text.substr(0, end));
  for (const std::string_view whole : {"entailment", "entailed", "entails", "contradiction", "contradicted", "contradicts"}) {
    if (verdict == whole || verdict == whole.substr(0, 1)) answer.verdict = whole.front() == 'e' ? 'E' : 'C';
  }
  for (std::size_t at = end; at + 1 < text.size(); ++at) {
    const bool letter = text[at] == 'P' || text[at] == 'S' || text[at] == 'p' || text[at] == 's';
    const std::size_t stop = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
    if (!letter || stop == at + 1 || stop > at + 4) continue;
    answer.evidence.insert((text[at] == 'P' || text[at] == 'p' ? "P" : "S") + std::string(text.substr(at + 1, stop - at - 1)));
  }
  return answer;
}

class TrialNli final : public GeneratedTask {
 public:
  explicit TrialNli(const Parameters& parameters)
      : GeneratedTask(parameters), variant_(parameters.text("variant")), with_evidence_(parameters.flag("evidence")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("trialnli", kTrialnliVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const RecordLevel& knobs = kTrialnliLevels[static_cast<std::size_t>(level - 1)];
    const bool holds = rng.below(2) == 0;
    const auto family = std::span(kTrialFamilies).subspan(knobs.first_family, knobs.families)[rng.below(knobs.families)];
    const RecordProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) {
      RecordProblem drawn;
      drawn.trials.push_back(draw_trial(r, knobs.size, {}));
      if (knobs.trials > 1) drawn.trials.push_back(draw_trial(r, knobs.size, drawn.trials[0].event_names));
      drawn.claim = draw_claim(r, drawn.trials, family, holds, level == kHighestLevel);
      return drawn;
    });
    const TrialClaim& claim = problem.claim;
    instance.family = family;
    instance.key = problem.key();
    for (std::size_t i = 0; i < problem.trials.size(); ++i) {
      instance.prompt += (i == 0 ? "Primary trial\n" : "Secondary trial\n") + trial_text(problem.trials[i], i == 0 ? 'P' : 'S');
    }
    const std::string& statement = variant_ == "flip"         ? claim.flipped
                                   : variant_ == "paraphrase" ? claim.paraphrase
                                                              : claim.statement;
    instance.prompt += "Statement: " + capitalised(statement) + ". Entailed or contradicted?";
    instance.gold = holds == (variant_ != "flip") ? "E;" : "C;";
    for (const auto& place : claim.evidence) {
      instance.gold += ' ' + RecordProblem::id(place);
      instance.words.push_back(problem.line(place));
    }
    instance.words.push_back("found: " + claim.found);
    instance.reference = *solve(instance);
    return instance;
  }

  // The statement was evaluated on the record before either became words.
  std::optional<std::string> solve(const Instance& instance) const override {
    return worked_solution(joined(instance.words, "\n") + '\n', instance.gold);
  }

  // Right when the verdict is, and where `evidence` asks for it, when the lines are. The first two measures are what F1 of the
  // entailed class is made of: everything entailed has 0.667 on balanced problems.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    const Answer gold = read(instance.gold);
    const Answer given = answer ? read(std::string_view(*answer).substr(0, kLongestExtract)) : Answer{};
    const std::size_t shared = shared_count(gold.evidence, given.evidence);
    const double f1 = f1_of(gold.evidence, given.evidence);
    const bool verdict_right = given.verdict == gold.verdict;
    const bool right = verdict_right && (!with_evidence_ || f1 == 1);
    Verdict verdict = unanswered();
    if (answer) {
      verdict = judged(*answer, right,
                       right                  ? "right"
                       : verdict_right        ? "the verdict is right, the evidence is not"
                       : given.verdict == ' ' ? "neither E nor C"
                                              : "the other verdict",
                       0.5 * f1);
    }
    verdict.measures = {{"entailed", gold.verdict == 'E' ? 1.0 : 0.0}, {"said entailed", given.verdict == 'E' ? 1.0 : 0.0}};
    if (with_evidence_ || !given.evidence.empty()) {
      verdict.measures.push_back({"evidence precision", share_of(shared, given.evidence.size())});
      verdict.measures.push_back({"evidence recall", share_of(shared, gold.evidence.size())});
      verdict.measures.push_back({"evidence F1", f1});
    }
    return verdict;
  }

  // Lines of evidence in any order, each once; then what they come to.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    std::vector<std::string_view> open(instance.words.begin(), instance.words.end());
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const auto found = std::ranges::find(open, line);
      const bool early = found != open.end() && line.starts_with("found:") && open.size() > 1;
      sound = sound && found != open.end() && !early;
      if (sound) open.erase(found);
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Is the statement entailed by the records (E), or contradicted (C)? Name the numbers of all lines that decide it. The "
           "answer is the letter, then the lines, as in E; P3 P7.";
  }

 private:
  std::string variant_;
  bool with_evidence_;
};

}  // namespace

TaskEntry trialnli_entry() {
  return {
      .name = "trialnli",
      .summary = "does a statement follow from records of clinical trials, and by which lines",
      .source = "shape of NLI4CT, arXiv:2305.03598; records and levels are ours",
      .parameters = generated_task_parameters(
          "1+2", {{.name = "variant",
                   .default_value = std::string("plain"),
                   .meaning = "the same problems with the statement in other words, or turned round by a least edit",
                   .choices = {"plain", "paraphrase", "flip"}},
                  {.name = "evidence", .default_value = false, .meaning = "a right answer has the right lines too"}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<TrialNli>(parameters); }};
}

}  // namespace reckon
