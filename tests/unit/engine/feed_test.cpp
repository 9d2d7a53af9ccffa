// Tokens that are given, not drawn: appended, or run and read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <latch>
#include <limits>
#include <thread>

#include "base/error.h"
#include "base/thread_pool.h"
#include "unit/engine/running_engine.h"
#include "unit/models/tiny_file.h"

namespace reckon {
namespace {

std::optional<std::vector<Fed>> feed(Engine& engine, FeedWork work) {
  std::vector<FeedWork> works;
  works.push_back(std::move(work));
  return run(engine.feed(std::move(works)));
}

// Log-probabilities of `watched` behind `tokens`, from sequences of their own.
std::vector<float> asked_one_by_one(Engine& engine, const std::vector<Token>& tokens, const std::vector<Token>& watched) {
  std::vector<float> found;
  const auto sequence = open(engine, tokens, request_of());
  for (const Token token : watched) found.push_back(run(engine.score(*sequence, {token}))->front());
  return found;
}

TEST(Feed, ReadsWhatFreshPromptsSay) {
  const auto engine = tiny_engine();
  const std::vector<Token> whole = prompt_of(14);
  const std::vector<Token> watched{3, 44, 20};
  auto sequence = open(*engine, prompt_of(6), request_of());
  FeedWork work(&*sequence, std::vector<Token>(whole.begin() + 6, whole.end()));
  work.wants_scores = true;
  work.read_behind = {0, 4, 7};
  work.watched = watched;

  const auto fed = feed(*engine, std::move(work));

  ASSERT_TRUE(fed);
  const auto same_prompt = open(*engine, prompt_of(6), request_of());
  EXPECT_EQ(fed->front().scores, *run(engine->score(*same_prompt, std::vector<Token>(whole.begin() + 6, whole.end()))));
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t length = 7 + std::array{0U, 4U, 7U}[i];
    EXPECT_EQ(fed->front().watched[i], asked_one_by_one(*engine, prompt_of(length), watched)) << i;
  }
}

TEST(Feed, InPiecesAndOnForksIsTheSameAsAtOnce) {
  const auto engine = tiny_engine();
  const std::vector<Token> whole = prompt_of(30);
  const std::vector<Token> watched{1, 2};
  for (const std::size_t cut : {7U, 8U, 9U, 20U, 29U}) {
    auto root = open(*engine, prompt_of(6), request_of());
    Sequence pieces = engine->fork(*root, 3);
    FeedWork first(&pieces, std::vector<Token>(whole.begin() + 6, whole.begin() + static_cast<std::ptrdiff_t>(cut)));
    first.read_behind = {static_cast<std::int64_t>(cut) - 7};
    first.watched = watched;
    ASSERT_TRUE(feed(*engine, std::move(first)));
    Sequence fork = engine->fork(pieces, 4);
    FeedWork second(&fork, std::vector<Token>(whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end()));
    second.wants_scores = true;
    second.read_behind = {static_cast<std::int64_t>(30 - cut) - 1};
    second.watched = watched;
    const auto in_pieces = feed(*engine, std::move(second));

    Sequence once = engine->fork(*root, 5);
    FeedWork all(&once, std::vector<Token>(whole.begin() + 6, whole.end()));
    all.wants_scores = true;
    all.read_behind = {23};
    all.watched = watched;
    const auto at_once = feed(*engine, std::move(all));

    EXPECT_EQ(in_pieces->front().watched, at_once->front().watched) << cut;
    const std::vector<float>& scores = at_once->front().scores;
    EXPECT_EQ(in_pieces->front().scores, std::vector<float>(scores.begin() + static_cast<std::ptrdiff_t>(cut) - 6, scores.end()));
    EXPECT_EQ(extend(*engine, fork, drawing(0)).tokens.size(), 0U);
  }
}

TEST(Feed, GoesOnDrawingBehindWhatWasGiven) {
  const auto engine = tiny_engine();
  const std::vector<Token> whole = prompt_of(20);
  const std::vector<Token> given(whole.begin() + 9, whole.end());
  const auto root = open(*engine, whole, request_of());
  Sequence expected = engine->fork(*root, 1);
  const Chunk drawn = extend(*engine, expected, drawing(8));
  const auto shorter = open(*engine, prompt_of(9), request_of());

  Sequence appended = engine->fork(*shorter, 1);
  ASSERT_TRUE(engine->append(appended, given));
  EXPECT_EQ(extend(*engine, appended, drawing(8)).tokens, drawn.tokens);

  for (const bool reads_last : {false, true}) {
    Sequence fed = engine->fork(*shorter, 1);
    FeedWork work(&fed, given);
    work.wants_scores = true;
    if (reads_last) work.read_behind = {std::ssize(given) - 1};
    work.watched = {5};
    ASSERT_TRUE(feed(*engine, std::move(work)));
    EXPECT_EQ(extend(*engine, fed, drawing(8)).tokens, drawn.tokens) << reads_last;
  }
}

TEST(Feed, IsChargedByTokenAndRefusedWhole) {
  const auto engine = tiny_engine();
  const auto request = request_of(tokens(20));
  auto sequence = open(*engine, prompt_of(10), request);
  ASSERT_TRUE(engine->append(*sequence, prompt_of(4)));
  EXPECT_EQ(request->ledger().prompt_computed, 14);
  FeedWork affordable(&*sequence, prompt_of(5));
  affordable.wants_scores = true;
  ASSERT_TRUE(feed(*engine, std::move(affordable)));
  EXPECT_EQ(request->ledger().verified, 5);

  FeedWork dear(&*sequence, prompt_of(2));
  dear.wants_scores = true;
  EXPECT_FALSE(feed(*engine, std::move(dear)));
  EXPECT_FALSE(engine->append(*sequence, prompt_of(2)));
  EXPECT_EQ(request->tokens_left(), 1);
  EXPECT_EQ(sequence->tokens().size(), 19U);
  EXPECT_TRUE(engine->append(*sequence, prompt_of(1)));
  EXPECT_EQ(request->ledger().total(), 20);
}

TEST(Feed, FlopsAreThoseOfTheRows) {
  const auto engine = tiny_engine();
  const auto whole = request_of();
  open(*engine, prompt_of(16), whole);
  const auto parts = request_of();
  auto sequence = open(*engine, prompt_of(10, 1), parts);  // other tokens: nothing is cached
  const double before = parts->ledger().flops;
  FeedWork work(&*sequence, prompt_of(6));
  work.read_behind = {5};
  work.watched = {0};
  ASSERT_TRUE(feed(*engine, std::move(work)));

  double expected = 0;
  for (std::int64_t position = 10; position < 16; ++position)
    expected += engine->model().cost().flops(position + 1, position == 15);
  EXPECT_DOUBLE_EQ(parts->ledger().flops - before, expected);
}

TEST(Feed, RefusesWhatTheContextCannotHold) {
  const auto engine = tiny_engine();
  const auto context = static_cast<std::size_t>(engine->model().info().context_length);
  auto sequence = open(*engine, prompt_of(context - 4), request_of());

  EXPECT_THROW(engine->append(*sequence, prompt_of(4)), Error);
  EXPECT_THROW(engine->append(*sequence, {}), Error);
  EXPECT_THROW(feed(*engine, FeedWork(&*sequence, prompt_of(4))), Error);
  EXPECT_TRUE(engine->append(*sequence, prompt_of(3)));
}

TEST(Engine, ThosePromptsThatVerifyAreChargedAsVerified) {
  const auto engine = tiny_engine();
  const auto request = request_of();
  for (int round = 0; round < 2; ++round) {  // the second time from the prefix cache
    ASSERT_TRUE(run(engine->open(prompt_of(13), request, 0, Purpose::verified)));
  }
  EXPECT_EQ(request->ledger().verified, 26);
  EXPECT_EQ(request->ledger().total(), 26);
}

TEST(Engine, NotesStatisticsOfWhatItDrew) {
  const auto engine = tiny_engine();
  const auto root = open(*engine, prompt_of(12), request_of());
  ExtendOptions options = drawing(6);
  options.statistics = 3;
  options.likely_tokens = 48;
  Sequence drawn = engine->fork(*root, 1);

  const Chunk chunk = extend(*engine, drawn, options);

  ASSERT_EQ(chunk.statistics.size(), chunk.tokens.size());
  for (std::size_t i = 0; i < chunk.tokens.size(); ++i) {
    double entropy = 0, uniform = 0, confidence = 0;
    const auto& all = chunk.likely_tokens[i];
    ASSERT_EQ(all.size(), 48U);
    for (std::size_t k = 0; k < all.size(); ++k) {
      const double log_probability = all[k].log_probability;
      entropy -= std::exp(log_probability) * log_probability;
      uniform -= (log_probability + std::log(48.0)) / 48;
      if (k < 3) confidence -= log_probability / 3;
    }
    EXPECT_NEAR(chunk.statistics[i].entropy, entropy, 1e-4);
    EXPECT_NEAR(chunk.statistics[i].uniform_divergence, uniform, 1e-4);
    EXPECT_NEAR(chunk.statistics[i].confidence, confidence, 1e-4);
  }
}

TEST(Engine, TwoOnOnePoolTakeTurnsAndDrawWhatTheyDrawAlone) {
  const auto pool = std::make_shared<ThreadPool>(2);
  EngineOptions shared = tiny_options();
  shared.pool = pool;
  const auto first = tiny_engine(shared);
  const auto second = tiny_engine(shared);
  EXPECT_EQ(first->options().threads, 2);
  const auto alone = tiny_engine();
  const auto drawn_by = [](Engine& engine, std::uint64_t seed) {
    const auto root = open(engine, prompt_of(20), request_of({}, seed));
    return tokens_of(extend_forks(engine, *root, 4, drawing(12)));
  };
  std::vector<std::vector<Token>> of_first, of_second;
  std::latch both(2);
  std::jthread other([&] {
    both.arrive_and_wait();
    of_second = drawn_by(*second, 2);
  });
  both.arrive_and_wait();
  of_first = drawn_by(*first, 1);
  other.join();

  EXPECT_EQ(of_first, drawn_by(*alone, 1));
  EXPECT_EQ(of_second, drawn_by(*alone, 2));
}

TEST(Feed, IsRefusedWholeWhereTheOperationsDoNotPayAndRunsWhereTheyJustDo) {
  EngineOptions options = tiny_options();
  options.prefix_cache = false;
  const auto engine = tiny_engine(options);
  const auto cost_of_feeding = [&](double flops) {
    Budget budget;
    if (flops > 0) budget.flops = flops;
    const auto request = request_of(budget);
    auto root = open(*engine, prompt_of(6), request);
    const double before = request->ledger().flops;
    Sequence near = engine->fork(*root, 1);
    Sequence far = engine->fork(*root, 2);
    std::vector<FeedWork> works;
    works.emplace_back(&near, prompt_of(1));
    works.emplace_back(&far, prompt_of(20));
    for (FeedWork& work : works) {
      work.read_behind = {std::ssize(work.tokens) - 1};
      work.watched = {1};
    }
    const bool fed = run(engine->feed(std::move(works))).has_value();
    const double spent = request->ledger().flops - before;
    EXPECT_EQ(request->ledger().verified_flops, spent);
    EXPECT_EQ(fed, spent > 0) << "all or nothing";
    return std::pair(before, spent);
  };
  const auto [prompt, needed] = cost_of_feeding(0);

  EXPECT_EQ(cost_of_feeding(prompt + needed).second, needed);
  EXPECT_EQ(cost_of_feeding(prompt + needed - 1).second, 0);
}

// The first token behind a prompt is scored by what the prompt has left: nothing is run, and nothing divided by that.
TEST(Feed, ABudgetOfOperationsHoldsBehindScoresThatCostNone) {
  const auto engine = tiny_engine();
  Budget budget;
  budget.flops = 1e9;
  const auto request = request_of(budget);
  const auto root = open(*engine, prompt_of(6), request);
  ASSERT_TRUE(root);
  const double left = request->flops_left();

  EXPECT_TRUE(run(engine->score(*root, {1})));

  EXPECT_EQ(request->flops_left(), left);
  EXPECT_FALSE(request->lease_exactly(0, 2e9)) << "there are not that many";
}

TEST(Engine, SaysThatWeightsAreNoNumbersInsteadOfDrawing) {
  for (const float broken : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    TinyFile file;
    for (auto& [name, tensor] : file.tensors) tensor.fill = name == "output_norm.weight" ? broken : 0.5F;
    Engine engine(Model::load(file.open()), letters(), tiny_options());
    try {
      open(engine, {1, 2, 3}, request_of());
      FAIL() << broken;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_file);
      EXPECT_NE(std::string(error.what()).find("NaN"), std::string::npos) << error.what();
    }
  }
}

TEST(Engine, SaysThatLogitsAreNoNumbersBehindALaterToken) {
  constexpr Token kBroken = 7;  // whose embedding holds a NaN
  TinyFile tiny;
  tiny.tensors["output.weight"].dims = {8, 10};
  const GgufFile file = tiny.open();
  const auto row = file.tensor("token_embd.weight").data.subspan(kBroken * 8 * sizeof(float), sizeof(float));
  const float broken = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(const_cast<std::byte*>(row.data()), &broken, sizeof broken);  // in `tiny.bytes`
  Engine engine(Model::load(GgufFile::parse(tiny.bytes, "tiny.gguf")), letters(), tiny_options());
  const auto said = [](const auto& act) -> std::string {
    try {
      act();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto request = request_of();
  auto root = open(engine, {1, 2, 3}, request);
  ExtendOptions options = drawing(4);
  options.sampling.logit_bias = {{kBroken, 60.0F}};
  options.sampling.top_p = 0.9;
  std::vector<ExtendWork> works;
  works.emplace_back(&*root, options);

  EXPECT_THAT(said([&] { run(engine.extend(std::move(works))); }), testing::HasSubstr("behind 4 tokens are not all numbers"));

  auto fed = open(engine, {1, 2, 3}, request);
  FeedWork work(&*fed, {kBroken, 1, 2});
  work.wants_scores = true;
  std::vector<FeedWork> feeds;
  feeds.push_back(std::move(work));
  EXPECT_THAT(said([&] { run(engine.feed(std::move(feeds))); }), testing::HasSubstr("not all numbers"));
}

TEST(Engine, DrawsBehindAReplacedEndWhatItDrawsBehindThePlainTokens) {
  const auto engine = tiny_engine();
  for (const std::int64_t drop : {1, 2, 3, 5}) {  // the last alone has never been run; pages have four slots
    const auto request = request_of();
    const auto root = open(*engine, prompt_of(6), request);
    Sequence cut = engine->fork(*root, 3);
    extend(*engine, cut, drawing(9));
    Sequence sibling = engine->fork(cut, 4);  // holds the same pages, and must not see what is done to them
    const std::vector<Token> drawn(cut.tokens().begin(), cut.tokens().end());
    const std::vector<Token> given = prompt_of(3, 5);

    ASSERT_TRUE(engine->replace_end(cut, drop, given));

    std::vector<Token> plain(drawn.begin(), drawn.end() - drop);
    plain.insert(plain.end(), given.begin(), given.end());
    EXPECT_TRUE(std::ranges::equal(cut.tokens(), plain));
    EXPECT_EQ(request->ledger().prompt_computed + request->ledger().prompt_cached, 6 + 3);
    EXPECT_EQ(request->ledger().generated, std::ssize(drawn) - 6) << "what is cut off was drawn";
    const auto whole = open(*engine, plain, request_of());
    Sequence expected = engine->fork(*whole, 3);
    EXPECT_EQ(extend(*engine, cut, drawing(8)).tokens, extend(*engine, expected, drawing(8)).tokens) << drop;
    const auto untouched = open(*engine, drawn, request_of());
    Sequence beside = engine->fork(*untouched, 4);
    EXPECT_EQ(extend(*engine, sibling, drawing(8)).tokens, extend(*engine, beside, drawing(8)).tokens) << drop;
    EXPECT_EQ(request->ledger().recomputed, 0);
  }
}

TEST(Engine, ReplacesNoPartOfAPromptAndNothingThatItCannotPayFor) {
  const auto engine = tiny_engine();
  const auto request = request_of(tokens(10));
  const auto root = open(*engine, prompt_of(6), request);
  Sequence sequence = engine->fork(*root, 3);
  extend(*engine, sequence, drawing(2));

  EXPECT_THROW(engine->replace_end(sequence, 3, prompt_of(1)), Error);
  EXPECT_THROW(engine->replace_end(sequence, -1, prompt_of(1)), Error);
  EXPECT_FALSE(engine->replace_end(sequence, 1, prompt_of(3)));
  EXPECT_EQ(sequence.tokens().size(), 8U);
}

TEST(Engine, EndsWhatIsDrawnWhereNoMoreIsWantedAndScoresAllTheSame) {
  const auto engine = tiny_engine();
  const auto request = request_of();
  const auto root = open(*engine, prompt_of(6), request);
  Sequence path = engine->fork(*root, 3);
  request->end_drawing();

  const Chunk chunk = extend(*engine, path, drawing(8));

  EXPECT_TRUE(chunk.tokens.empty());
  EXPECT_EQ(chunk.reason, StopReason::budget);
  FeedWork work(&path, prompt_of(2));
  work.wants_scores = true;
  EXPECT_TRUE(feed(*engine, std::move(work)));
}

}  // namespace
}  // namespace reckon
