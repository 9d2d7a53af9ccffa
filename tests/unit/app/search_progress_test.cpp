// What a live view is told, after events as a search reports them.
#include "app/search_progress.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

SearchEvent event(EventKind kind, std::uint64_t path, std::string_view whole_text = "", std::int64_t spent = 0) {
  SearchEvent one;
  one.kind = kind;
  one.path = path;
  one.whole_text = whole_text;
  one.spent = spent;
  return one;
}

TEST(SearchProgress, CountsPathsByWhatBecameOfThem) {
  SearchProgress progress(AnswerForm{});
  progress.on_event(event(EventKind::opened, 0));
  for (std::uint64_t path = 1; path <= 5; ++path) progress.on_event(event(EventKind::forked, path));
  EXPECT_EQ(progress.snapshot().open, 5);  // the root lives on in its forks

  progress.on_event(event(EventKind::advanced, 1, "x"));
  progress.on_event(event(EventKind::finished, 1, "\\boxed{6}"));
  progress.on_event(event(EventKind::stopped, 2));
  progress.on_event(event(EventKind::cut_off, 3));
  progress.on_event(event(EventKind::pruned, 4));

  const ProgressSnapshot seen = progress.snapshot();
  EXPECT_EQ(seen.open, 1);
  EXPECT_EQ(seen.finished, 1);
  EXPECT_EQ(seen.ended, 2);
  EXPECT_EQ(seen.pruned, 1);
}

TEST(SearchProgress, ARootThatGrowsIsAPath) {
  SearchProgress progress(AnswerForm{});
  progress.on_event(event(EventKind::opened, 0));
  EXPECT_EQ(progress.snapshot().open, 0);

  progress.on_event(event(EventKind::advanced, 0, "x"));

  EXPECT_EQ(progress.snapshot().open, 1);
}

TEST(SearchProgress, TheLeadingAnswerIsThatOfMostFinishedPathsHoweverItIsWritten) {
  SearchProgress progress(AnswerForm{});
  const std::vector<std::string> texts{"\\boxed{7}", "\\boxed{1/2}", "\\boxed{0.5}", "no answer at all"};
  for (std::uint64_t path = 0; path < texts.size(); ++path) progress.on_event(event(EventKind::finished, path + 1, texts[path]));

  const ProgressSnapshot seen = progress.snapshot();

  EXPECT_EQ(seen.leading, "1/2");
  EXPECT_EQ(seen.votes, 2);
  EXPECT_EQ(seen.answers, 3);
}

TEST(SearchProgress, APathThatEndsWhileOthersAreDrawnCountsAtOnceAndOnce) {
  SearchProgress progress(AnswerForm{});
  progress.on_event(event(EventKind::forked, 1));
  progress.on_text(1, "\\boxed");
  progress.on_text(1, "{6}");
  progress.on_finished(1);

  EXPECT_EQ(progress.snapshot().finished, 1);
  EXPECT_EQ(progress.snapshot().leading, "6");

  progress.on_event(event(EventKind::advanced, 1, "\\boxed{6}"));
  progress.on_event(event(EventKind::finished, 1, "\\boxed{6}"));
  EXPECT_EQ(progress.snapshot().finished, 1);
  EXPECT_EQ(progress.snapshot().answers, 1);
}

TEST(SearchProgress, TokensAreThoseOfTheLastEventAndThePiecesSince) {
  SearchProgress progress(AnswerForm{});
  progress.on_event(event(EventKind::opened, 0, "", 40));
  progress.on_text(1, "a");
  progress.on_text(2, "b");
  EXPECT_EQ(progress.snapshot().tokens, 42);

  progress.on_event(event(EventKind::advanced, 1, "a", 43));

  EXPECT_EQ(progress.snapshot().tokens, 43);
}

TEST(SearchProgress, PiecesAreTakenToCostAsManyOperationsAsTokensBefore) {
  SearchProgress progress(AnswerForm{});
  SearchEvent opened = event(EventKind::opened, 0, "", 40);
  opened.flops = 4e6;
  progress.on_event(opened);
  EXPECT_EQ(progress.snapshot().flops, 4e6);

  progress.on_text(1, "a");

  EXPECT_DOUBLE_EQ(progress.snapshot().flops, 4.1e6);
}

TEST(SearchProgress, TheBestScoreIsTheHighestSoFar) {
  SearchProgress progress(AnswerForm{});
  EXPECT_FALSE(progress.snapshot().best_score);
  for (const double score : {0.3, 0.8, 0.5}) {
    SearchEvent scored = event(EventKind::scored, 1);
    scored.score = score;
    progress.on_event(scored);
  }

  EXPECT_EQ(progress.snapshot().best_score, 0.8);
}

}  // namespace
}  // namespace reckon
