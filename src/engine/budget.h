// Budgets: hard limits that a user sets on one answer, and leases, the pieces of a budget handed to work before it starts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// An absent limit does not limit.
struct Budget {
  std::optional<std::int64_t> tokens;  // prompt (computed or cached) + generated + drafted + verified
  std::optional<double> flops;         // of the cost model (models/cost.h)
  std::optional<double> seconds;       // wall time since the request began
  std::optional<double> joules;        // of the processor package, where the machine can measure it
};

// "tokens=4096,seconds=10". Counts may carry k, M, G. Throws Error bad_argument for unknown or repeated keys, values <= 0.
Budget parse_budget(std::string_view text);
std::string to_string(const Budget& budget);  // "tokens=4096,seconds=10", "unlimited"

// What a piece of work may spend at most. Fixed before the work starts, so that which branch gets the last tokens of a budget
// depends on the branches alone, never on how the scheduler interleaved them (invariant 1).
struct Lease {
  std::int64_t tokens = 0;
  double flops = 0;  // infinity where flops are not limited
};

// How many tokens a piece of work can use at most, and is expected to need.
struct Want {
  std::int64_t most = 0;
  std::int64_t expected = 0;  // 0 to `most`; `most` where nothing is known
};

// Shares `available` among works: to everyone the most it can use if that fits; else to everyone what it is expected to need, and
// what is left beyond in equal parts; else what it is expected to need to one after the other, the least first (ties and
// remainders go to lower indices), so that of works whose end is worth more than their beginning as many as possible end. The sum
// is `available`, or all that can be used if that is less.
std::vector<std::int64_t> share_tokens(std::int64_t available, std::span<const Want> wants);

}  // namespace reckon
