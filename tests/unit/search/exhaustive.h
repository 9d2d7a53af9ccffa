// Exact laws of strategies: every execution of a coroutine on the toy space is visited once, by replaying a prefix of choices and
// then taking the first possible one (specs card 0.1). No tolerance but that of doubles.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "search/spaces/toy_space.h"
#include "search/strategy.h"
#include "unit/search/solving.h"

namespace reckon {

class ExhaustiveChooser {
 public:
  int choose(std::span<const double> probabilities) {
    if (at_ == made_.size())
      made_.push_back(Choice{{probabilities.begin(), probabilities.end()}, possible_from(probabilities, 0)});
    const Choice& choice = made_[at_++];
    probability_ *= choice.probabilities[choice.taken];
    return static_cast<int>(choice.taken);
  }

  // To the next execution: the last choice that has a further possibility takes it. False when there is none.
  bool next() {
    at_ = 0;
    probability_ = 1;
    for (; !made_.empty(); made_.pop_back()) {
      Choice& last = made_.back();
      last.taken = possible_from(last.probabilities, last.taken + 1);
      if (last.taken < last.probabilities.size()) return true;
    }
    return false;
  }

  double probability() const { return probability_; }  // of this execution, so far

 private:
  struct Choice {
    std::vector<double> probabilities;
    std::size_t taken;
  };
  static std::size_t possible_from(std::span<const double> probabilities, std::size_t index) {
    while (index < probabilities.size() && probabilities[index] <= 0) ++index;
    return index;
  }

  std::vector<Choice> made_;
  std::size_t at_ = 0;
  double probability_ = 1;
};

struct ToyRun {
  Outcome outcome;
  Ledger ledger;
  double probability = 0;
};

// Calls `visit` for every execution of `strategy`; returns how many there were.
inline int for_each_execution(const Strategy& strategy, const ToyChain& chain, const std::function<void(const ToyRun&)>& visit,
                              std::int64_t budget_tokens = -1, const Problem& problem = {}) {
  ExhaustiveChooser chooser;
  int executions = 0;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    options.budget_tokens = budget_tokens;
    ToySpace space(chain, options);
    ToyRun run_of_one;
    run_of_one.outcome = solve_on(space, strategy, problem);
    run_of_one.ledger = space.ledger();
    run_of_one.probability = chooser.probability();
    visit(run_of_one);
    ++executions;
  } while (chooser.next());
  return executions;
}

using Law = std::map<std::string, double>;  // probability of each answer; "none" where there is none

inline Law law_of(const Strategy& strategy, const ToyChain& chain, std::int64_t budget_tokens = -1) {
  Law law;
  for_each_execution(
      strategy, chain, [&law](const ToyRun& one) { law[one.outcome.answer.value_or("none")] += one.probability; }, budget_tokens);
  return law;
}

// Scores a path by its letters.
class ByLetters final : public Verifier {
 public:
  explicit ByLetters(std::function<double(std::string_view)> reward) : reward_(std::move(reward)) {}
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    for (const Path& path : paths) scores.push_back(reward_(toy_letters(path.text)));
    co_return scores;
  }

 private:
  std::function<double(std::string_view)> reward_;
};

inline std::shared_ptr<const Verifier> by_letters(std::function<double(std::string_view)> reward) {
  return std::make_shared<ByLetters>(std::move(reward));
}

}  // namespace reckon
