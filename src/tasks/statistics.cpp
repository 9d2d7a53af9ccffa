#include "tasks/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

void require_statistics(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorCode::bad_argument, message, "statistics");
}

void check_subset(int k, std::size_t n) {
  require_statistics(k >= 1 && static_cast<std::size_t>(k) <= n,
                     fmt::format("k is {}, expected 1..{}, the number of samples", k, n));
}

double log_choose(int n, int k) { return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0); }

// The pool as counts per answer; the empty name is kept apart, it fills subsets without voting.
struct Counts {
  std::vector<int> wrong;  // per wrong answer
  int right = 0;
  int silent = 0;
};

Counts count(std::span<const std::string> classes, const std::string& correct) {
  std::map<std::string, int> by_name;
  for (const std::string& name : classes) ++by_name[name];
  Counts counts;
  for (const auto& [name, number] : by_name) {
    if (name.empty())
      counts.silent = number;
    else if (name == correct)
      counts.right = number;
    else
      counts.wrong.push_back(number);
  }
  return counts;
}

// The chance that the right answer leads, split over ties, by the multivariate hypergeometric. For every number of right votes, a
// table counts the ways to draw the wrong votes class by class: ways[votes][ties], no class above the right one, `ties` at its
// level. Exact for any number of classes in O(n k^2 log k). Extended range, because C(n, k) leaves double above n = 1029.
class PluralityTable {
 public:
  PluralityTable(const Counts& counts, int n, int k) : counts_(counts), n_(n), k_(k) {}

  double expected() const {
    long double total = 0.0L;
    for (int right = 1; right <= std::min(counts_.right, k_); ++right)
      total += choose(counts_.right, right) * share_of_draws(right);
    return static_cast<double>(total / choose(n_, k_));
  }

 private:
  using Ways = std::vector<std::vector<long double>>;  // [wrong votes][classes tied with the right one]

  static long double choose(int n, int k) {
    return std::exp(std::lgamma(n + 1.0L) - std::lgamma(k + 1.0L) - std::lgamma(n - k + 1.0L));
  }

  // Sum over the draws of the k - right other votes of 1 / (1 + ties).
  long double share_of_draws(int right) const {
    const int others = k_ - right;
    Ways ways(static_cast<std::size_t>(others) + 1);
    ways[0] = {1.0L};
    for (const int members : counts_.wrong) ways = with_class(ways, members, right);
    long double total = 0.0L;
    for (int wrong = std::max(0, others - counts_.silent); wrong <= others; ++wrong) {
      const std::vector<long double>& by_ties = ways[static_cast<std::size_t>(wrong)];
      for (std::size_t ties = 0; ties < by_ties.size(); ++ties) {
        total += by_ties[ties] * choose(counts_.silent, others - wrong) / static_cast<long double>(ties + 1);
      }
    }
    return total;
  }

  static Ways with_class(const Ways& before, int members, int right) {
    Ways after(before.size());
    for (int votes = 0; votes <= std::min(members, right); ++votes) {
      const long double draws = choose(members, votes);
      const std::size_t tie = votes == right ? 1 : 0;
      for (std::size_t used = 0; used + static_cast<std::size_t>(votes) < before.size(); ++used) {
        std::vector<long double>& into = after[used + static_cast<std::size_t>(votes)];
        if (!before[used].empty()) into.resize(std::max(into.size(), before[used].size() + tie), 0.0L);
        for (std::size_t ties = 0; ties < before[used].size(); ++ties) into[ties + tie] += draws * before[used][ties];
      }
    }
    return after;
  }

  const Counts& counts_;
  int n_;
  int k_;
};

// Calls `use` with each of `subsets` random k-subsets of 0..n-1. They depend on the seed, n and k only, so that strategies which
// are compared on pools of one size meet the same luck.
void for_random_subsets(std::size_t n, int k, std::uint64_t seed, int subsets,
                        const std::function<void(std::span<const std::size_t>)>& use) {
  require_statistics(subsets >= 1, fmt::format("{} random subsets, expected at least 1", subsets));
  SplitMix64 rng(seed);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (int round = 0; round < subsets; ++round) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(k); ++i) std::swap(order[i], order[i + rng.below(n - i)]);
    use(std::span(order).first(static_cast<std::size_t>(k)));
  }
}

// Share of the plurality that the correct answer holds: 1 alone in front, 1/m in a tie of m, else 0.
double plurality_share(const std::map<std::string, double>& votes, const std::string& correct) {
  const auto own = votes.find(correct);
  if (own == votes.end()) return 0.0;
  int leaders = 0;
  for (const auto& [name, weight] : votes) {
    if (weight > own->second) return 0.0;
    leaders += weight == own->second ? 1 : 0;
  }
  return 1.0 / leaders;
}

ConfidenceInterval percentiles(std::vector<double>& values) {
  std::ranges::sort(values);
  const auto at = [&](double share) {  // linear between order statistics
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
  };
  return {at(0.025), at(0.975)};
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double pass_at_k(int n, int correct, int k) {
  require_statistics(n >= 1 && correct >= 0 && correct <= n,
                     fmt::format("{} of {} samples correct, expected 0..n of n >= 1", correct, n));
  check_subset(k, static_cast<std::size_t>(n));
  double all_wrong = 1.0;
  for (int j = 0; j < k && all_wrong > 0.0; ++j) all_wrong *= static_cast<double>(std::max(0, n - correct - j)) / (n - j);
  return 1.0 - all_wrong;
}

double majority_at_k(std::span<const std::string> classes, const std::string& correct, int k) {
  check_subset(k, classes.size());
  require_statistics(!correct.empty(), "the correct answer is empty, expected the name of its class");
  const Counts counts = count(classes, correct);
  return PluralityTable(counts, static_cast<int>(classes.size()), k).expected();
}

double weighted_majority_at_k(std::span<const std::string> classes, std::span<const double> weights, const std::string& correct,
                              int k, std::uint64_t seed, int subsets) {
  check_subset(k, classes.size());
  require_statistics(weights.size() == classes.size(),
                     fmt::format("{} weights for {} samples, expected one each", weights.size(), classes.size()));
  require_statistics(std::ranges::all_of(weights, [](double w) { return w >= 0.0 && std::isfinite(w); }),
                     "weights must be finite and not negative");
  double total = 0.0;
  for_random_subsets(classes.size(), k, seed, subsets, [&](std::span<const std::size_t> chosen) {
    std::map<std::string, double> votes;
    for (const std::size_t i : chosen) {
      if (!classes[i].empty()) votes[classes[i]] += weights[i];
    }
    total += plurality_share(votes, correct);
  });
  return total / subsets;
}

double best_of_k(std::span<const double> scores, std::span<const bool> correct, int k) {
  check_subset(k, scores.size());
  require_statistics(scores.size() == correct.size(),
                     fmt::format("{} scores for {} samples, expected one each", scores.size(), correct.size()));
  require_statistics(std::ranges::none_of(scores, [](double s) { return std::isnan(s); }), "a score is not a number");
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const int n = static_cast<int>(scores.size());
  // P(the best of the subset lies in ranks [first, last)) = P(none before first) - P(none before last).
  const auto none_before = [&](std::size_t rank) {
    const int rest = n - static_cast<int>(rank);
    return rest < k ? 0.0 : std::exp(log_choose(rest, k) - log_choose(n, k));
  };
  double total = 0.0;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    double right = 0.0;
    while (last < order.size() && scores[order[last]] == scores[order[first]]) right += correct[order[last++]] ? 1.0 : 0.0;
    total += (none_before(first) - none_before(last)) * right / static_cast<double>(last - first);
    first = last;
  }
  return total;
}

ConfidenceInterval wilson_interval(int successes, int trials, double z) {
  require_statistics(trials >= 1 && successes >= 0 && successes <= trials,
                     fmt::format("{} successes in {} trials", successes, trials));
  const double n = trials;
  const double rate = successes / n;
  const double scale = 1.0 + z * z / n;
  const double middle = (rate + z * z / (2.0 * n)) / scale;
  const double half = z * std::sqrt(rate * (1.0 - rate) / n + z * z / (4.0 * n * n)) / scale;
  return {successes == 0 ? 0.0 : std::max(0.0, middle - half), successes == trials ? 1.0 : std::min(1.0, middle + half)};
}

int resamples_for(std::size_t values) {
  constexpr std::size_t kDraws = 100'000'000;
  return static_cast<int>(std::clamp<std::size_t>(kDraws / std::max<std::size_t>(values, 1), 200, 10'000));
}

ConfidenceInterval bootstrap_mean(std::span<const double> values, std::uint64_t seed, int resamples) {
  require_statistics(!values.empty(), "no values to resample");
  require_statistics(resamples >= 1, fmt::format("{} resamples, expected at least 1", resamples));
  SplitMix64 rng(seed);
  std::vector<double> means(static_cast<std::size_t>(resamples));
  for (double& resampled : means) {
    double total = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) total += values[rng.below(values.size())];
    resampled = total / static_cast<double>(values.size());
  }
  return percentiles(means);
}

ConfidenceInterval bootstrap_ratio(std::span<const double> above, std::span<const double> below, std::uint64_t seed,
                                   int resamples) {
  require_statistics(above.size() == below.size() && !above.empty(),
                     fmt::format("{} and {} values, expected a pair of each problem, at least one", above.size(), below.size()));
  require_statistics(resamples >= 1, fmt::format("{} resamples, expected at least 1", resamples));
  SplitMix64 rng(seed);
  std::vector<double> ratios(static_cast<std::size_t>(resamples));
  for (double& resampled : ratios) {
    double over = 0.0, under = 0.0;
    for (std::size_t i = 0; i < above.size(); ++i) {
      const std::size_t drawn = rng.below(above.size());
      over += above[drawn];
      under += below[drawn];
    }
    resampled = under > 0 ? over / under : 0.0;
  }
  return percentiles(ratios);
}

PairedDifference paired_bootstrap(std::span<const double> a, std::span<const double> b, std::uint64_t seed, int resamples) {
  require_statistics(a.size() == b.size() && !a.empty(),
                     fmt::format("{} and {} results, expected the same problems, at least one", a.size(), b.size()));
  std::vector<double> differences(a.size());
  std::ranges::transform(a, b, differences.begin(), std::minus<>());
  PairedDifference result{.mean = mean(differences), .interval = bootstrap_mean(differences, seed, resamples)};
  double squares = 0.0;
  for (const double difference : differences) squares += (difference - result.mean) * (difference - result.mean);
  const auto n = static_cast<double>(a.size());
  result.standard_error = a.size() > 1 ? std::sqrt(squares / (n - 1.0) / n) : 0.0;
  return result;
}

double mcnemar_exact(int only_a_right, int only_b_right) {
  require_statistics(only_a_right >= 0 && only_b_right >= 0,
                     fmt::format("counts {} and {}, expected none negative", only_a_right, only_b_right));
  const int n = only_a_right + only_b_right;
  double tail = 0.0;
  for (int i = 0; i <= std::min(only_a_right, only_b_right); ++i) tail += std::exp(log_choose(n, i) - n * std::log(2.0));
  return std::min(1.0, 2.0 * tail);
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double highest = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double p = p_values[order[rank]];
    require_statistics(p >= 0.0 && p <= 1.0, fmt::format("p is {}, expected 0 to 1", p));
    highest = std::max(highest, std::min(1.0, p * static_cast<double>(order.size() - rank)));
    adjusted[order[rank]] = highest;
  }
  return adjusted;
}

int problems_needed(double discordant, double delta) {
  require_statistics(discordant > 0.0 && discordant <= 1.0 && delta != 0.0,
                     fmt::format("discordant {} and delta {}", discordant, delta));
  constexpr double kPower = 7.84;  // (1.96 + 0.84)^2: 5 % two-sided, 80 % power
  return static_cast<int>(std::ceil(kPower * discordant / (delta * delta) - 1e-9));
}

}  // namespace reckon
