// Statistics of evaluations: coverage, majority and best-of-k from one pool of samples, intervals, paired comparisons.
// Formulas and worked numbers: specs card "Evaluation tasks, scorers, statistics", S1 to S4. Pure functions; any thread.
// Arguments out of range throw Error(bad_argument). Accuracies and rates lie in [0, 1].
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace reckon {

struct ConfidenceInterval {
  double low = 0.0;
  double high = 1.0;
};

// S1, unbiased: the chance that k of n samples, `correct` of them right, contain a right one. 1 <= k <= n.
double pass_at_k(int n, int correct, int k);

// S2: expected accuracy of a plurality vote over a random k-subset of the pool; ties are split evenly over the tied classes.
// `classes[i]` names the answer of sample i; an empty name is no answer and never votes. Exact, for any number of classes.
double majority_at_k(std::span<const std::string> classes, const std::string& correct, int k);

// As majority_at_k, each vote with its weight (a verifier's score, not negative): the mean over seeded random subsets,
// which are the same for every pool of one size, so that strategies compared on common pools meet the same luck.
double weighted_majority_at_k(std::span<const std::string> classes, std::span<const double> weights, const std::string& correct,
                              int k, std::uint64_t seed = 0, int subsets = 1000);

// S3: expected correctness of the best-scored of a random k-subset; inside a tie group the average correctness counts.
double best_of_k(std::span<const double> scores, std::span<const bool> correct, int k);

// S4: Wilson score interval of one proportion; z = 1.96 for 95 %.
ConfidenceInterval wilson_interval(int successes, int trials, double z = 1.959963984540054);

// Resamples of a bootstrap over so many values: 10,000, as the card has it, or what takes as long with more than 10,000 values.
int resamples_for(std::size_t values);

// S4: percentile interval (2.5 %, 97.5 %) of a mean over problems, resampling problems.
ConfidenceInterval bootstrap_mean(std::span<const double> values, std::uint64_t seed = 0, int resamples = 10000);

// The same of a ratio of sums over problems, sum of `above` by sum of `below`; 0 where a resample has nothing below.
ConfidenceInterval bootstrap_ratio(std::span<const double> above, std::span<const double> below, std::uint64_t seed = 0,
                                   int resamples = 10000);

struct PairedDifference {
  double mean = 0.0;            // of a[i] - b[i]
  double standard_error = 0.0;  // of that mean
  ConfidenceInterval interval;  // bootstrap over problems: one draw of problems for both strategies
};
PairedDifference paired_bootstrap(std::span<const double> a, std::span<const double> b, std::uint64_t seed = 0,
                                  int resamples = 10000);

// S4: exact two-sided McNemar test: the chance of a split at least as uneven if both strategies were equally good.
double mcnemar_exact(int only_a_right, int only_b_right);

// S4, Holm 1979: p-values of the tests of one table, raised so that at 5 % at most one table in twenty claims anything that is
// not so.
std::vector<double> holm_adjusted(std::span<const double> p_values);

// S4: how many problems show a difference `delta` with 80 % power at 5 %, when a share `discordant` of problems differ.
int problems_needed(double discordant, double delta);

}  // namespace reckon
