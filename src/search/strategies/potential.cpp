#include "search/strategies/potential.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace reckon {
namespace {

constexpr double kSmallestScore = 1e-7;  // as in the reference code of Puri et al. 2025

// r_t / r_{t-1}: all steps together weigh the last score. Right where a score estimates the chance that the path will end right.
double value(double score, double before) {
  return std::log(std::max(score, kSmallestScore)) - std::log(std::max(before, kSmallestScore));
}

// r_t: every step must be accepted. The state-space model of Puri et al.
double accept(double score, double) { return std::log(std::max(score, kSmallestScore)); }

// r_t / (1 - r_t): what their code does, a softmax of logits. Far greedier.
double odds(double score, double) {
  const double kept = std::clamp(score, kSmallestScore, 1 - kSmallestScore);
  return std::log(kept / (1 - kept));
}

// exp(r_t): their pseudocode to the letter. Nearly the same for all, unless the temperature is low.
double exponential(double score, double) { return score; }

constexpr std::array<std::pair<std::string_view, LogPotential>, 4> kPotentials{
    {{"value", value}, {"accept", accept}, {"odds", odds}, {"exp", exponential}}};

}  // namespace

LogPotential potential_named(std::string_view name) {
  return std::ranges::find(kPotentials, name, [](const auto& row) { return row.first; })->second;
}

std::vector<std::string> potential_names() {
  std::vector<std::string> names;
  for (const auto& [name, potential] : kPotentials) names.emplace_back(name);
  return names;
}

}  // namespace reckon
