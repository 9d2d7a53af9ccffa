// Staged: one verifier for paths that still grow, another for those that have come to their end, as a process reward model on the
// way and a checker, or an outcome reward model, for what is finished (specs card C6, where the paper answers so). Source: Puri
// et al. 2025, arXiv:2502.01618.
#include <array>
#include <string>
#include <utility>

#include "search/verifiers/joint.h"

namespace reckon {
namespace {

enum Stage : std::size_t { kGrowing, kEnded, kStages };

using StageMemories = std::array<std::shared_ptr<const VerifierMemory>, kStages>;

// What each stage's verifier remembers of a path, or of the problem, and whose word counts.
class StagedMemory final : public VerifierMemory {
 public:
  StagedMemory(StageMemories memories, Stage last) : memories_(std::move(memories)), last_(last) {}
  const StageMemories& memories() const { return memories_; }
  std::vector<JudgeVerdict> verdicts() const override {
    return memories_[last_] ? memories_[last_]->verdicts() : std::vector<JudgeVerdict>();
  }

 private:
  StageMemories memories_;
  Stage last_;
};

StageMemories stages_in(const std::shared_ptr<const VerifierMemory>& memory) {
  const auto* staged = dynamic_cast<const StagedMemory*>(memory.get());
  return staged != nullptr ? staged->memories() : StageMemories();
}

// Puts one stage's memory where its verifier looks for it, and afterwards all of them back together.
class Handover {
 public:
  Handover(std::shared_ptr<const VerifierMemory>& place, Stage stage)
      : place_(&place), memories_(stages_in(place)), stage_(stage) {
    place = memories_[stage];
  }
  void take_back() {
    memories_[stage_] = std::move(*place_);
    *place_ = std::make_shared<StagedMemory>(std::move(memories_), stage_);
  }

 private:
  std::shared_ptr<const VerifierMemory>* place_;
  StageMemories memories_;
  Stage stage_;
};

class Staged final : public JointVerifier {
 public:
  explicit Staged(std::vector<std::shared_ptr<const Verifier>> members) : JointVerifier(std::move(members), "staged") {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    std::vector<double> scores(paths.size(), 0);
    co_await score_stage(kGrowing, paths, scores, problem, space);
    co_await score_stage(kEnded, paths, scores, problem, space);
    co_return scores;
  }

 private:
  awaitable<void> score_stage(Stage stage, std::span<Path> paths, std::vector<double>& scores, const Problem& problem,
                              SearchSpace& space) const {
    std::vector<std::size_t> places;
    std::vector<Path> batch;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if ((paths[i].state == PathState::open) != (stage == kGrowing)) continue;
      places.push_back(i);
      batch.push_back(std::move(paths[i]));
    }
    if (batch.empty()) co_return;
    std::vector<Handover> handovers;
    for (Path& path : batch) handovers.emplace_back(path.memory, stage);
    Handover of_problem(space.problem_memory, stage);
    const std::vector<double> given = co_await members()[stage]->score(batch, problem, space);
    of_problem.take_back();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      handovers[i].take_back();
      scores[places[i]] = given[i];
      paths[places[i]] = std::move(batch[i]);
    }
  }
};

std::shared_ptr<const Verifier> make_staged_verifier(const Parameters& parameters, const VerifierResources& resources) {
  std::vector<std::shared_ptr<const Verifier>> members;
  for (const char* stage : {"growing", "ended"}) members.push_back(make_nested_verifier(parameters.text(stage), resources));
  return std::make_shared<Staged>(std::move(members));
}

}  // namespace

VerifierEntry staged_entry() {
  return {.name = "staged",
          .summary = "one verifier for paths that still grow, another for those that have ended",
          .source = "Puri et al. 2025, arXiv:2502.01618",
          .parameters = {{"growing", std::string("prm"), "scores paths that still grow; its own parameters are separated by ':'"},
                         {"ended", std::string("exact"), "scores paths that have ended"}},
          .make = make_staged_verifier};
}

}  // namespace reckon
