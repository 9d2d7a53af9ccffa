#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/rng.h"
#include "search/selector.h"

namespace reckon {
namespace {

// Up to eight paths over few answers, some spelled in two ways, some without one. Log-probabilities are distinct powers of two of
// one token each: sums are exact and no two groups are tied to the end.
std::vector<PathRecord> any_paths() {
  static const std::vector<std::optional<std::string>> kAnswers{{}, "1/2", "0.5", "3", "3.0", "-1", "x", "no idea"};
  const int count = *rc::gen::inRange(0, 9);
  std::vector<PathRecord> paths;
  for (int i = 0; i < count; ++i) {
    PathRecord& path = paths.emplace_back();
    path.id = static_cast<std::uint64_t>(i);
    path.answer = *rc::gen::elementOf(kAnswers);
    path.tokens = 1;
    path.log_probability = -static_cast<double>(1 << i) / 256;
    path.score = static_cast<double>(*rc::gen::inRange(0, 5)) / 4;
  }
  return paths;
}

std::optional<std::uint64_t> winner(const SelectorEntry& selector, const std::vector<PathRecord>& paths) {
  const Selection selection = selector.select(paths);
  if (!selection.chosen) return {};
  return paths[*selection.chosen].id;
}

RC_GTEST_PROP(Selectors, DoNotDependOnTheOrderOfPaths, (std::uint64_t seed)) {
  const std::vector<PathRecord> paths = any_paths();
  std::vector<PathRecord> shuffled = paths;
  SplitMix64 rng(seed);
  shuffle(shuffled, rng);
  for (const SelectorEntry& selector : selectors()) {
    RC_ASSERT(winner(selector, shuffled) == winner(selector, paths));
    RC_ASSERT(selector.select(shuffled).share == selector.select(paths).share);
  }
}

RC_GTEST_PROP(Selectors, ChooseAPathWithAnAnswerWhereThereIsOne, ()) {
  const std::vector<PathRecord> paths = any_paths();
  const bool some = std::ranges::any_of(paths, [](const PathRecord& path) { return path.answer.has_value(); });
  for (const SelectorEntry& selector : selectors()) {
    const Selection selection = selector.select(paths);
    RC_ASSERT(selection.chosen.has_value() == some);
    if (some) RC_ASSERT(paths[*selection.chosen].answer.has_value());
    RC_ASSERT(selection.share >= 0);
    RC_ASSERT(selection.share <= 1);
  }
}

RC_GTEST_PROP(Selectors, DoNotDependOnPathsWithoutAnAnswer, ()) {
  const std::vector<PathRecord> paths = any_paths();
  std::vector<PathRecord> answered;
  std::ranges::copy_if(paths, std::back_inserter(answered), [](const PathRecord& path) { return path.answer.has_value(); });
  for (const SelectorEntry& selector : selectors()) RC_ASSERT(winner(selector, answered) == winner(selector, paths));
}

RC_GTEST_PROP(Selectors, WeightedIsOfOneScaleAndWithEqualScoresTheMajority, ()) {
  std::vector<PathRecord> paths = any_paths();
  const auto weighted = winner(find_selector("weighted"), paths);
  for (PathRecord& path : paths) path.score /= 8;
  RC_ASSERT(winner(find_selector("weighted"), paths) == weighted);

  for (PathRecord& path : paths) path.score = 0.5;
  RC_ASSERT(winner(find_selector("weighted"), paths) == winner(find_selector("majority"), paths));
}

}  // namespace
}  // namespace reckon
