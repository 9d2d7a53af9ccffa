// What the generated tasks share: the address of an instance, the redraw until its key lies in the asked split, and the
// parameter `level`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "tasks/task.h"

namespace reckon {

// "countdown/1/test/L2/0". Throws Error bad_argument for a level outside 1..5.
std::string instance_id(std::string_view task, int version, Split split, int level, std::uint64_t index);

// Draws from one stream until the drawn problem's key belongs to `split` and `accept(problem)` holds. `draw(SplitMix64&)` returns
// a value with a `key()`. What is dear to find out belongs into `accept`: it sees a twentieth of the draws. The limit is far
// above need (a split holds at least 5 % of the keys): it turns an impossible request into an error.
template <typename Draw, typename Accept>
auto draw_in_split(SplitMix64& rng, Split split, Draw draw, Accept accept) {
  constexpr int kMaximumDraws = 100'000;
  for (int i = 0; i < kMaximumDraws; ++i) {
    auto problem = draw(rng);
    if (split_of_key(problem.key()) == split && accept(problem)) return problem;
  }
  throw Error(ErrorCode::internal, "no problem of this split in 100000 draws", name_of(split));
}
template <typename Draw>
auto draw_in_split(SplitMix64& rng, Split split, Draw draw) {
  return draw_in_split(rng, split, draw, [](const auto&) { return true; });
}

// The rows every generated task has, level, shots and prompt, then the task's own.
std::vector<ParameterSpec> generated_task_parameters(std::string default_levels, std::vector<ParameterSpec> own = {});

// What a generated task keeps of those rows.
class GeneratedTask : public Task {
 public:
  std::vector<int> levels() const override { return levels_; }

 protected:
  explicit GeneratedTask(const Parameters& parameters);
  int shots() const override { return shots_; }
  std::string preamble(const Instance& instance) const final;
  // The rules in full sentences, and what to put into the box.
  virtual std::string rules(const Instance& instance) const = 0;

 private:
  std::vector<int> levels_;
  int shots_;
  bool full_;
};

// An instance with its id, task and level; throws as instance_id does.
Instance instance_at(std::string_view task, int version, Split split, int level, std::uint64_t index);

// "3", "2+3" or "2,3". Throws Error bad_argument.
std::vector<int> parse_levels(std::string_view text);

// Which of `variants` prompt wordings: 0, the one that is evaluated, outside training; in training half of the draws are 0.
std::size_t training_variant(SplitMix64& rng, Split split, std::size_t variants);

constexpr std::size_t kLongestExtract = 1024;  // an answer in a verdict is cut to this: no true one comes near

constexpr std::size_t kMostLines = 1000;  // of working: ours are shorter, and checking a line may mean a search

Verdict unanswered();  // no box was found
// The verdict with each of these shares that it does not name yet: 1 where it is right all the same, else 0.
Verdict with_shares(Verdict verdict, std::initializer_list<const char*> names);
// Right or wrong, with the answer cut to kLongestExtract; `score` where a wrong one gets part marks.
Verdict judged(std::string_view answer, bool correct, std::string detail, double score = 0);

// For working that has one true form: each line is valid as long as all so far are those of `expected`.
std::vector<StepVerdict> lines_as_expected(std::span<const std::string_view> lines, std::string_view expected);

// The reference, and as gold what stands in its box.
void put_reference(Instance& instance, std::string reference);

// Working and answer in the form every task uses: each line of `lines` ends with a newline.
std::string worked_solution(std::string_view lines, std::string_view answer);

}  // namespace reckon
