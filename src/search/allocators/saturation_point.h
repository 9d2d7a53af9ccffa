// Where one more sample stops being worth it. Source: Wang et al. 2025, "Scaling over Scaling" (TTSPM, specs card B6). N samples,
// or N rounds of a chain that leaves a wrong answer with probability p, hit with ceiling * (1 - (1 - p)^N). Pure functions; any
// thread. `hit` and `ceiling` lie in [0, 1], `gain` in (0, 1].
#pragma once

#include <cstdint>

namespace reckon {

double hit_probability(double hit, double ceiling, std::int64_t samples);
// What one more than `samples` adds to that.
double next_gain(double hit, double ceiling, std::int64_t samples);
// The smallest number of samples behind which one more adds at most `gain`.
std::int64_t saturation_point(double hit, double ceiling, double gain);

// The same where the chance of a hit is known by a Beta(hits, misses) only, both above 0: what one more than `samples` adds is
// the mean over it (the mixture of specs card B4), for a single chance in its place promises too much early and too little late.
double expected_gain(double hits, double misses, double ceiling, std::int64_t samples);
// The smallest number from `samples` on behind which one more adds at most `gain`, or `samples + most`.
std::int64_t expected_saturation(double hits, double misses, double ceiling, double gain, std::int64_t samples,
                                 std::int64_t most);

}  // namespace reckon
