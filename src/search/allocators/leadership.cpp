#include "search/allocators/leadership.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace reckon {
namespace {

double votes_at(std::span<const double> votes, std::size_t index) { return index < votes.size() ? votes[index] : 0; }

}  // namespace

double leads_second(std::span<const double> votes, double prior) {
  return boost::math::ibetac(votes_at(votes, 0) + prior, votes_at(votes, 1) + prior, 0.5);
}

// A Dirichlet is Gammas divided by their sum, which changes no order: the integral, over the leader's quantiles u, of the
// probability that every other Gamma lies below. Midpoints: the integrand is smooth, bounded and monotone in u.
double leads_all(std::span<const double> votes, double prior) {
  constexpr int kPoints = 256;
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double level = boost::math::gamma_p_inv(votes_at(votes, 0) + prior, (i + 0.5) / kPoints);
    double below = boost::math::gamma_p(prior, level);  // an answer that was not seen yet
    for (std::size_t other = 1; other < votes.size(); ++other) below *= boost::math::gamma_p(votes[other] + prior, level);
    sum += below;
  }
  return sum / kPoints;
}

double stays_ahead(std::span<const double> votes, double prior, int left) {
  const double first = votes_at(votes, 0);
  const double second = votes_at(votes, 1);
  const auto log_beta = [](double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); };
  double ahead = 0;
  for (int gained = 0; gained <= left; ++gained) {  // by the leader
    if (first + gained <= second + (left - gained)) continue;
    const double log_choose = std::lgamma(left + 1.0) - std::lgamma(gained + 1.0) - std::lgamma(left - gained + 1.0);
    ahead += std::exp(log_choose + log_beta(first + prior + gained, second + prior + (left - gained)) -
                      log_beta(first + prior, second + prior));
  }
  return std::min(ahead, 1.0);
}

bool stays_for_certain(std::span<const double> votes, int left) {
  constexpr double kRounding = 1e-6;  // more than sums of thousands of weights are rounded by
  return votes_at(votes, 0) > votes_at(votes, 1) + left + kRounding;
}

}  // namespace reckon
