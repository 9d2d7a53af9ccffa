#include "search/strategies/answer_laws.h"

#include <algorithm>
#include <cmath>

namespace reckon {

std::vector<double> shares_of(std::span<const double> logs) {
  const double most = *std::ranges::max_element(logs);
  std::vector<double> shares;
  if (std::isinf(most)) return std::vector<double>(logs.size(), 1.0 / static_cast<double>(logs.size()));
  double total = 0;
  for (const double log : logs) total += shares.emplace_back(std::exp(log - most));
  for (double& share : shares) share /= total;
  return shares;
}

AnswerLaw mixture(const LatentLaws& laws, std::span<const double> prior) {
  AnswerLaw mean(laws.front().front().size(), 0);
  for (std::size_t z = 0; z < laws.size(); ++z) {
    for (const AnswerLaw& law : laws[z]) {
      for (std::size_t a = 0; a < law.size(); ++a) mean[a] += prior[z] * (law[a] / static_cast<double>(laws[z].size()));
    }
  }
  return mean;
}

// The joint law of latent and answer, which does not underflow for many items, summed over latents.
AnswerLaw product(const LatentLaws& laws, std::span<const double> prior) {
  const std::size_t answers = laws.front().front().size();
  std::vector<double> logs;  // [latents][answers]
  for (std::size_t z = 0; z < laws.size(); ++z) {
    for (std::size_t a = 0; a < answers; ++a) {
      double log = std::log(prior[z]);
      for (const AnswerLaw& law : laws[z]) log += std::log(law[a]);
      logs.push_back(log);
    }
  }
  const std::vector<double> joint = shares_of(logs);
  AnswerLaw shares(answers, 0);
  for (std::size_t i = 0; i < joint.size(); ++i) shares[i % answers] += joint[i];
  return shares;
}

std::vector<double> oddness(const ItemLaws& laws) {
  std::vector<double> odd(laws.size(), 0);
  double total = 0;
  for (std::size_t i = 0; i < laws.size(); ++i) {
    for (std::size_t j = 0; j < laws.size(); ++j) {
      if (i == j) continue;
      double similarity = 0;
      for (std::size_t a = 0; a < laws[i].size(); ++a) similarity += std::sqrt(laws[i][a] * laws[j][a]);
      odd[i] += std::max(1 - similarity, 0.0) / static_cast<double>(laws.size() - 1);
    }
    total += odd[i];
  }
  for (double& one : odd) one = total > 0 ? one / total : 1.0 / static_cast<double>(laws.size());
  return odd;
}

}  // namespace reckon
