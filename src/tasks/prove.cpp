// Proofs by tactics: implications, conjunctions and disjunctions over atoms, and equations over groups, rings and lists with
// named lemmas. A kernel that knows nothing of tactics checks what they build. Source: standard (natural deduction); shape of the
// premise-selection benchmarks (LeanDojo, Yang et al. 2023, arXiv:2306.15626); language, lemmas and levels are ours. Working: a
// tactic per line with the goals it leaves, "apply h2 | h1:p -> q, h2:q -> r, h3:p |- q". Instance::words holds the theorem, its
// theory, then the proof's tactics.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/proof_corpus.h"
#include "tasks/proof_decision.h"
#include "tasks/proof_tactics.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kProveVersion = 1;
constexpr std::size_t kMostTactics = 200;  // of a proof: ours have 20 at most

struct ProofLevel {
  int low, high;  // tactics
};
constexpr std::array<ProofLevel, 5> kProveLevels{{{3, 5}, {4, 7}, {6, 9}, {8, 13}, {12, 20}}};

std::string worked(const Formula& theorem, std::span<const std::string> proof) {
  ProofState state(theorem, proof_library().lemmas);
  std::string lines;
  for (const std::string& tactic : proof) {
    state.apply(tactic);
    lines += tactic + " | " + state.text() + '\n';
  }
  return worked_solution(lines, joined(proof, "; "));
}

class Prove final : public GeneratedTask {
 public:
  explicit Prove(const Parameters& parameters)
      : GeneratedTask(parameters),
        theory_(parameters.text("theory")),
        novel_(parameters.text("premises") == "novel"),
        shown_(static_cast<std::size_t>(parameters.integer("shown"))) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("prove", kProveVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const ProofLevel& knobs = kProveLevels[static_cast<std::size_t>(level - 1)];
    const bool wants_novel = novel_ && split != Split::train;
    const auto draw = [&](SplitMix64& r) {
      const std::string_view theory = theory_ == "any" ? one_of(kTheories, r) : std::string_view(theory_);
      return draw_theorem(r, theory, knobs.low, knobs.high);
    };
    const Theorem theorem = draw_in_split(rng, split, draw, [&](const Theorem& t) {
      return (!novel_ || uses_novel(t) == wants_novel) && is_proved(t.statement, t.proof);
    });
    instance.family = theorem.theory;
    instance.key = theorem.key();
    instance.prompt = lemmas_text(rng, theorem) + "Prove " + text_of(theorem.statement) + '.';
    instance.gold = joined(theorem.proof, "; ");
    instance.words = {stored(theorem.statement), theorem.theory};
    instance.words.insert(instance.words.end(), theorem.proof.begin(), theorem.proof.end());
    instance.reference = worked(theorem.statement, theorem.proof);
    return instance;
  }

  // The proof that was made with the theorem.
  std::optional<std::string> solve(const Instance& instance) const override {
    return worked(formula_from(instance.words.at(0)), std::span(instance.words).subspan(2));
  }

  // Every proof that the kernel accepts counts.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const std::vector<std::string_view> tactics = tactics_in(std::string_view(*answer).substr(0, kMostTactics * 81));
    if (tactics.size() > kMostTactics) return judged(*answer, false, "more than 200 tactics");
    ProofState state(formula_from(instance.words.at(0)), proof_library().lemmas);
    for (std::size_t i = 0; i < tactics.size(); ++i) {
      const std::string why = state.apply(tactics[i]);
      if (!why.empty()) return judged(*answer, false, "tactic " + std::to_string(i + 1) + ": " + why);
    }
    const std::size_t left = state.goals().size();
    if (left > 0) return judged(*answer, false, std::to_string(left) + (left == 1 ? " goal is left" : " goals are left"));
    const bool right = state.proved();
    return judged(*answer, right, right ? "right" : "the kernel does not accept it");
  }

  // A line is a tactic that applies, with the goals that it leaves. In logic, whether these have proofs is decided.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    ProofState state(formula_from(instance.words.at(0)), proof_library().lemmas);
    const bool decidable = instance.words.at(1) == "logic";
    int steps = 50'000;  // for all lines together; ours take a few hundred
    bool sound = true;
    std::vector<StepVerdict> verdicts;
    for (const std::string_view line : working_lines(text)) {
      const std::size_t bar = line.find(" | ");
      sound = sound && bar != std::string_view::npos && verdicts.size() < kMostTactics &&
              state.apply(line.substr(0, bar)).empty() && line.substr(bar + 3) == state.text();
      verdicts.push_back({sound, sound && (!decidable || all_provable(state, steps))});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Prove the theorem with tactics: intro h; exact h; apply h; split; left; right; cases h (a conjunction h gives h.1 "
           "and "
           "h.2); rw lemma, rw <- lemma, rw lemma at 2 (its second place in the goal); refl. Each works on the first goal. Write "
           "a tactic per line, then | and the goals that are left. The answer is the tactics with ; between.";
  }

 private:
  static bool uses_novel(const Theorem& theorem) {
    const ProofLibrary& library = proof_library();
    return std::ranges::any_of(theorem.premises, [&](const std::string& name) {
      return library.about[static_cast<std::size_t>(find_lemma(library.lemmas, name) - library.lemmas.data())].novel;
    });
  }
  static bool is_proved(const Formula& theorem, std::span<const std::string> proof) {
    ProofState state(theorem, proof_library().lemmas);
    return std::ranges::all_of(proof, [&](const std::string& tactic) { return state.apply(tactic).empty(); }) && state.proved();
  }
  static bool all_provable(const ProofState& state, int& steps) {
    return std::ranges::all_of(state.goals(), [&](const Goal& goal) {
      std::vector<Formula> hypotheses;
      for (const auto& [name, formula] : goal.context) hypotheses.push_back(formula);
      return provable(std::move(hypotheses), goal.conclusion, steps);
    });
  }

  // The lemmas of the proof, and others of its theory up to `shown`, in the order of the library. Logic needs none, so it has
  // them only where its proof uses one.
  std::string lemmas_text(SplitMix64& rng, const Theorem& theorem) const {
    if (theorem.premises.empty()) return "";
    const ProofLibrary& library = proof_library();
    std::vector<std::size_t> chosen, others;
    for (std::size_t i = 0; i < library.lemmas.size(); ++i) {
      const bool used = std::ranges::find(theorem.premises, library.lemmas[i].name) != theorem.premises.end();
      if (library.about[i].theory == theorem.theory) (used ? chosen : others).push_back(i);
    }
    shuffle(others, rng);
    for (std::size_t i = 0; i < others.size() && chosen.size() < shown_; ++i) chosen.push_back(others[i]);
    std::ranges::sort(chosen);
    std::string text = "Lemmas";
    for (const std::size_t i : chosen) {
      text += (i == chosen.front() ? " " : "; ") + library.lemmas[i].name + ": " + text_of(library.lemmas[i].statement);
    }
    return text + ". ";
  }

  std::string theory_;
  bool novel_;
  std::size_t shown_;
};

}  // namespace

TaskEntry prove_entry() {
  return {
      .name = "prove",
      .summary = "proofs by tactics, in logic and with equations, checked by a kernel",
      .source = "natural deduction; shape of LeanDojo, arXiv:2306.15626; language, lemmas and levels are ours",
      .parameters = generated_task_parameters(
          "1+2", {{.name = "theory",
                   .default_value = std::string("any"),
                   .meaning = "what theorems are about",
                   .choices = {"any", "logic", "group", "ring", "lists"}},
                  {.name = "premises",
                   .default_value = std::string("random"),
                   .meaning = "novel: outside training every proof uses a lemma that no training proof uses",
                   .choices = {"random", "novel"}},
                  {.name = "shown",
                   .default_value = std::int64_t{6},
                   .meaning = "lemmas in the prompt, those of the proof among them",
                   .minimum = 1,
                   .maximum = 200}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Prove>(parameters); }};
}

}  // namespace reckon
