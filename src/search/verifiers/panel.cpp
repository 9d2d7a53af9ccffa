// Panel: several verifiers score each path. Its score is their mean, least or product; what each said goes into the path's
// record, where the selectors one_coin, dawid_skene and glad find out whom of them to believe (specs card B9). Ours.
#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "base/error.h"
#include "search/verifiers/joint.h"

namespace reckon {
namespace {

using Memories = std::vector<std::shared_ptr<const VerifierMemory>>;  // [members]

// What the members remember of a path, or of the problem, and what each said last.
class Minutes final : public VerifierMemory {
 public:
  Minutes(Memories memories, std::vector<double> scores) : memories_(std::move(memories)), scores_(std::move(scores)) {}
  const Memories& memories() const { return memories_; }

  // A member that is made of several judges itself says what they say.
  std::vector<JudgeVerdict> verdicts() const override {
    std::vector<JudgeVerdict> all;
    for (std::size_t member = 0; member < scores_.size(); ++member) {
      const auto inner = memories_[member] ? memories_[member]->verdicts() : std::vector<JudgeVerdict>();
      for (const JudgeVerdict& verdict : inner) all.push_back({verdict.judge * scores_.size() + member, verdict.score});
      if (inner.empty()) all.push_back({member, scores_[member]});
    }
    return all;
  }

 private:
  Memories memories_;
  std::vector<double> scores_;
};

Memories memories_in(const std::shared_ptr<const VerifierMemory>& memory, std::size_t members) {
  const auto* minutes = dynamic_cast<const Minutes*>(memory.get());
  return minutes != nullptr ? minutes->memories() : Memories(members);
}

double combined(const std::vector<double>& scores, const std::string& how) {
  if (how == "min") return *std::ranges::min_element(scores);
  if (how == "product") return std::accumulate(scores.begin(), scores.end(), 1.0, std::multiplies<>());
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

class Panel final : public JointVerifier {
 public:
  Panel(std::string combine, std::vector<std::shared_ptr<const Verifier>> members)
      : JointVerifier(std::move(members), "panel"), combine_(std::move(combine)) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    std::vector<Memories> memories;
    for (const Path& path : paths) memories.push_back(memories_in(path.memory, members().size()));
    Memories of_problem = memories_in(space.problem_memory, members().size());
    std::vector<std::vector<double>> scores(paths.size());
    for (std::size_t member = 0; member < members().size(); ++member) {
      for (std::size_t i = 0; i < paths.size(); ++i) paths[i].memory = std::move(memories[i][member]);
      space.problem_memory = of_problem[member];
      const std::vector<double> given = co_await members()[member]->score(paths, problem, space);
      of_problem[member] = space.problem_memory;
      for (std::size_t i = 0; i < paths.size(); ++i) {
        memories[i][member] = std::move(paths[i].memory);
        scores[i].push_back(given[i]);
      }
    }
    space.problem_memory = std::make_shared<Minutes>(std::move(of_problem), std::vector<double>());
    std::vector<double> together;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      together.push_back(combined(scores[i], combine_));
      paths[i].memory = std::make_shared<Minutes>(std::move(memories[i]), std::move(scores[i]));
    }
    co_return together;
  }

 private:
  std::string combine_;
};

std::shared_ptr<const Verifier> make_panel_verifier(const Parameters& parameters, const VerifierResources& resources) {
  std::vector<std::shared_ptr<const Verifier>> members;
  for (std::string_view left = parameters.text("of"); !left.empty();) {
    const std::string_view member = left.substr(0, left.find('+'));
    left.remove_prefix(std::min(left.size(), member.size() + 1));
    if (!member.empty()) members.push_back(make_nested_verifier(member, resources));
  }
  if (members.empty()) {
    throw Error(ErrorCode::bad_argument, "names no verifier; write prm+likelihood", "verifier 'panel': parameter 'of'");
  }
  return std::make_shared<Panel>(parameters.text("combine"), std::move(members));
}

}  // namespace

VerifierEntry panel_entry() {
  return {.name = "panel",
          .summary = "several verifiers; selectors can learn which of them to believe",
          .source = "ours",
          .parameters = {{"of", std::string("prm+likelihood"),
                          "the verifiers, separated by +; their own parameters are separated by ':'"},
                         {.name = "combine",
                          .default_value = std::string("mean"),
                          .meaning = "what their scores make of the path",
                          .choices = {"mean", "min", "product"}}},
          .make = make_panel_verifier};
}

}  // namespace reckon
