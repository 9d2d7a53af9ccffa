// What the generated tasks share: the address of an instance, the redraw until its key lies in the asked split, and the
// parameter `level`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "tasks/task.h"

namespace reckon {

// "countdown/1/test/L2/0". Throws Error bad_argument for a level outside 1..5.
std::string instance_id(std::string_view task, int version, Split split, int level, std::uint64_t index);

// Draws from one stream until the drawn problem's key belongs to `split`. `draw(SplitMix64&)` returns a value with a `key()`.
// The limit is far above need (a split holds at least 5 % of the keys): it turns an impossible request into an error.
template <typename Draw>
auto draw_in_split(SplitMix64& rng, Split split, Draw draw) {
  constexpr int kMaximumDraws = 100'000;
  for (int i = 0; i < kMaximumDraws; ++i) {
    auto problem = draw(rng);
    if (split_of_key(problem.key()) == split) return problem;
  }
  throw Error(ErrorCode::internal, "no problem of this split in 100000 draws", name_of(split));
}

// The rows every generated task has, level and shots, then the task's own.
std::vector<ParameterSpec> generated_task_parameters(std::string default_levels, std::vector<ParameterSpec> own = {});

// What a generated task keeps of those rows.
class GeneratedTask : public Task {
 public:
  std::vector<int> levels() const override { return levels_; }

 protected:
  explicit GeneratedTask(const Parameters& parameters);
  int shots() const override { return shots_; }

 private:
  std::vector<int> levels_;
  int shots_;
};

// "3", "2+3" or "2,3". Throws Error bad_argument.
std::vector<int> parse_levels(std::string_view text);

// Which of `variants` prompt wordings: 0, the one that is evaluated, outside training; in training half of the draws are 0.
std::size_t training_variant(SplitMix64& rng, Split split, std::size_t variants);

constexpr std::size_t kLongestExtract = 1024;  // an answer in a verdict is cut to this: no true one comes near

// Working and answer in the form every task uses: each line of `lines` ends with a newline.
std::string worked_solution(std::string_view lines, std::string_view answer);

}  // namespace reckon
