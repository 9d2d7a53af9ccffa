#include "search/navigation/episode.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace reckon {
namespace {

// Where features reach 1. Ours: what the bundled model seldom exceeds.
constexpr double kLongStep = 64;  // tokens
constexpr double kManySteps = 16;

constexpr std::int64_t kMostRestarts = 4;  // ours: further ones are too rare in the training to be valued

double share_of(std::int64_t value, double most) { return std::min(static_cast<double>(value) / most, 1.0); }

// Nothing drawn is the least likely: a path that the budget did not let begin must not win a debate.
double per_token(double log_probability, std::int64_t tokens) {
  return tokens > 0 ? std::exp(log_probability / static_cast<double>(tokens)) : 0;
}

double path_likelihood(const Path& path) { return per_token(path.log_probability, path.tokens); }

}  // namespace

NavigatorOptions::NavigatorOptions(const Parameters& parameters)
    : steps(parameters),
      width(static_cast<int>(parameters.integer("width"))),
      blocks(parameters.integer("blocks")),
      reserve(parameters.number("reserve")) {}

std::vector<ParameterSpec> navigator_parameters() {
  std::vector<ParameterSpec> parameters{{"width", std::int64_t{3}, "steps drawn side by side in a debate", 1, 4096},
                                        {"blocks", std::int64_t{16}, "most blocks; the last draws the path to its end", 1, 1e6}};
  std::ranges::move(step_search_parameters(/*default_n=*/0), std::back_inserter(parameters));
  parameters.push_back(reserve_parameter());
  return parameters;
}

Episode::Episode(const NavigatorOptions& options, const Problem& problem, SearchSpace& space)
    : options_(&options), problem_(&problem), space_(&space), closed_(problem) {}

awaitable<bool> Episode::begin() {
  root_ = co_await space_->open(*problem_);
  if (!root_) co_return false;
  path_ = std::move(space_->fork(*root_, 1).front());
  reserve_.emplace(options_->reserve, *space_);
  co_return true;
}

bool Episode::over() const { return !path_ || path_->state != PathState::open; }

NavigatorState Episode::state() const {
  const double blocks = share_of(taken_, static_cast<double>(options_->blocks));
  const double restarts = share_of(restarts_, static_cast<double>(kMostRestarts));
  if (likelihoods_.empty()) return {1, 1, 1, 0, 0, blocks, restarts};
  return {likelihoods_.back(),
          path_likelihood(*path_),
          *std::ranges::min_element(likelihoods_),
          share_of(last_tokens_, kLongStep),
          share_of(std::ssize(likelihoods_), kManySteps),
          blocks,
          restarts};
}

NavigatorMask Episode::allowed() const {
  const bool last = taken_ + 1 >= options_->blocks || short_of_budget_ || space_->exhausted();
  const bool anew = !last && !likelihoods_.empty();
  return {!last, !last, anew, anew && restarts_ < kMostRestarts, true};
}

awaitable<void> Episode::take(NavigatorBlock block) {
  ++taken_;
  if (block == NavigatorBlock::refine) undo_step();
  if (block == NavigatorBlock::restart) begin_anew();
  const bool to_the_end = block == NavigatorBlock::terminate || options_->steps.is_last(*path_);
  if (!to_the_end) before_ = std::move(space_->fork(*path_, 1).front());
  const StepOptions step = to_the_end ? options_->steps.to_the_end() : options_->steps.step;
  co_await grow(block == NavigatorBlock::debate ? options_->width : 1, step);
  short_of_budget_ = reserve_->reached(*space_);
}

void Episode::undo_step() {
  close(std::move(*path_));
  path_ = std::move(*before_);
  likelihoods_.pop_back();
}

void Episode::begin_anew() {
  close(std::move(*path_));
  path_ = std::move(space_->fork(*root_, 1).front());
  likelihoods_.clear();
  ++restarts_;
}

awaitable<void> Episode::grow(int width, StepOptions step) {
  const double log_probability = path_->log_probability;
  const std::int64_t tokens = path_->tokens;
  std::vector<Path> sides = space_->fork(*path_, width - 1);
  sides.insert(sides.begin(), std::move(*path_));
  co_await space_->advance(sides, step);
  const auto likelihood = [log_probability, tokens](const Path& side) {
    return per_token(side.log_probability - log_probability, side.tokens - tokens);
  };
  const auto best = std::ranges::max_element(sides, {}, likelihood);
  likelihoods_.push_back(likelihood(*best));
  last_tokens_ = best->tokens - tokens;
  path_ = std::move(*best);
  sides.erase(best);
  for (Path& side : sides) close(std::move(side));
}

void Episode::close(Path path) {
  const double score = path_likelihood(path);
  closed_.add(std::move(path), score);
}

Outcome Episode::outcome() && {
  if (path_) close(std::move(*path_));
  return std::move(closed_).outcome(options_->steps.select, /*ran_out=*/!root_);
}

}  // namespace reckon
