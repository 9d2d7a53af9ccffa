#include "search/observed_verifier.h"

#include <utility>

namespace reckon {

ObservedVerifier::ObservedVerifier(std::shared_ptr<const Verifier> inner, SearchListener listener)
    : inner_(std::move(inner)), listener_(std::move(listener)) {}

awaitable<std::vector<double>> ObservedVerifier::score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const {
  std::vector<double> scores = co_await inner_->score(paths, problem, space);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    SearchEvent event = event_of(EventKind::scored, paths[i], space);
    event.score = scores[i];
    listener_(event);
  }
  co_return scores;
}

void ObservedVerifier::require(const Problem& problem) const { inner_->require(problem); }

std::int64_t ObservedVerifier::statistics() const { return inner_->statistics(); }

double ObservedVerifier::tokens_per_token() const { return inner_->tokens_per_token(); }

const TokenCost* ObservedVerifier::token_cost() const { return inner_->token_cost(); }

}  // namespace reckon
