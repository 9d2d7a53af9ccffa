#include "engine/engine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "unit/engine/running_engine.h"

namespace reckon {
namespace {

std::vector<std::vector<Token>> draw_sixteen(Engine& engine, const std::vector<Token>& prompt) {
  const auto root = open(engine, prompt, request_of());
  return tokens_of(extend_forks(engine, *root, 16, drawing(20)));
}

TEST(Engine, DrawsTheSameTokensWhateverThreadsChunksAndPages) {
  const std::vector<Token> prompt = prompt_of(37);
  const auto expected = draw_sixteen(*tiny_engine(), prompt);

  for (const int threads : {1, 2}) {
    for (const int rows : {3, 16, 512}) {
      EngineOptions options = tiny_options();
      options.threads = threads;
      options.rows_per_step = rows;
      EXPECT_EQ(draw_sixteen(*tiny_engine(options), prompt), expected) << threads << " threads, " << rows << " rows";
    }
  }
  for (const int slots : kPageSlots) {
    EngineOptions options = tiny_options();
    options.slots_per_page = slots;
    EXPECT_EQ(draw_sixteen(*tiny_engine(options), prompt), expected) << "pages of " << slots;
  }
}

TEST(Engine, NamesTheSizesOfPagesThatChangeNoBits) {
  for (const int slots : {-1, 0, 3, 24, 65, 128}) {
    EngineOptions options = tiny_options();
    options.slots_per_page = slots;
    try {
      tiny_engine(options);
      FAIL() << slots;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_argument);
      EXPECT_EQ(error.message(), "slots_per_page is " + std::to_string(slots) + "; expected one of 1, 2, 4, 8, 16, 32, 64");
    }
  }
}

TEST(Engine, DrawsTheSameTokensFromACachedPrompt) {
  const std::vector<Token> prompt = prompt_of(37);
  const auto engine = tiny_engine();
  const auto cold = draw_sixteen(*engine, prompt);
  const auto request = request_of();

  const auto root = open(*engine, prompt, request);
  const auto warm = tokens_of(extend_forks(*engine, *root, 16, drawing(20)));

  EXPECT_EQ(warm, cold);
  EXPECT_EQ(request->ledger().prompt_cached, 36);  // nine whole pages of four
  EXPECT_EQ(request->ledger().prompt_computed, 1);
}

TEST(Engine, DrawsTheSameTokensBesideSixtyFourOtherRequests) {
  const std::vector<Token> prompt = prompt_of(37);
  const auto engine = tiny_engine();
  const auto expected = draw_sixteen(*engine, prompt);
  std::vector<std::jthread> others;
  for (int i = 0; i < 64; ++i) {
    others.emplace_back([&engine, i] {
      auto sequence =
          open(*engine, prompt_of(5 + static_cast<std::size_t>(i % 30), static_cast<Token>(i % kLetters)), request_of({}, 99));
      extend(*engine, *sequence, drawing(25));
    });
  }

  EXPECT_EQ(draw_sixteen(*engine, prompt), expected);
}

TEST(Engine, ForksDrawTheirOwnTokensAndClonesTheSame) {
  const auto engine = tiny_engine();
  const auto root = open(*engine, prompt_of(10), request_of());
  Sequence first = engine->fork(*root, 1);
  Sequence clone = engine->fork(*root, 1);
  Sequence sibling = engine->fork(*root, 2);

  const Chunk drawn = extend(*engine, first, drawing(24));

  EXPECT_EQ(extend(*engine, clone, drawing(24)).tokens, drawn.tokens);
  EXPECT_NE(extend(*engine, sibling, drawing(24)).tokens, drawn.tokens);
}

TEST(Engine, ContinuesWhereItStopped) {
  const auto engine = tiny_engine();
  const auto root = open(*engine, prompt_of(10), request_of());
  Sequence whole = engine->fork(*root, 1);
  Sequence pieces = engine->fork(*root, 1);
  ExtendOptions options = drawing(24);
  options.ignore_end_of_text = true;

  const Chunk expected = extend(*engine, whole, options);
  std::vector<Token> drawn;
  std::string text;
  options.max_tokens = 5;
  while (drawn.size() < expected.tokens.size()) {
    options.max_tokens = std::min<std::int64_t>(5, static_cast<std::int64_t>(expected.tokens.size() - drawn.size()));
    const Chunk piece = extend(*engine, pieces, options);
    drawn.insert(drawn.end(), piece.tokens.begin(), piece.tokens.end());
    text += piece.text;
  }

  EXPECT_EQ(drawn, expected.tokens);
  EXPECT_EQ(text, expected.text);
}

TEST(Engine, NeverSpendsMoreTokensThanTheBudget) {
  const auto engine = tiny_engine();
  for (const std::int64_t budget : {1, 9, 10, 11, 17, 100, 163, 1000}) {
    const auto request = request_of(tokens(budget));
    const auto root = open(*engine, prompt_of(10), request);
    ASSERT_EQ(root.has_value(), budget >= 10);
    if (!root) {
      EXPECT_EQ(request->ledger().total(), 0);
      continue;
    }
    for (int round = 0; round < 3; ++round) extend_forks(*engine, *root, 8, drawing(16));

    EXPECT_LE(request->ledger().total(), budget);
    if (budget <= 100) {
      EXPECT_EQ(request->ledger().total(), budget) << "what could be spent was not";
    }
  }
}

TEST(Engine, NeverSpendsMoreFlopsThanTheBudget) {
  const auto engine = tiny_engine();
  const double whole = [&] {
    const auto request = request_of();
    const auto root = open(*engine, prompt_of(10), request);
    extend_forks(*engine, *root, 8, drawing(16));
    return request->ledger().flops;
  }();
  for (const double share : {0.05, 0.3, 0.5, 0.9}) {
    Budget budget;
    budget.flops = share * whole;
    const auto request = request_of(budget);
    const auto root = open(*engine, prompt_of(10), request);
    if (root) extend_forks(*engine, *root, 8, drawing(16));

    EXPECT_LE(request->ledger().flops, share * whole);
  }
}

// Rows of a model that its tokenizer has no text for.
TEST(Engine, DrawsOnlyTokensThatTheTokenizerKnows) {
  Vocabulary vocabulary;
  for (const char* text : {"a", "b", "c"}) vocabulary.texts.emplace_back(text);
  vocabulary.kinds.assign(3, TokenKind::normal);
  Engine engine(tiny_model(), make_tokenizer(std::move(vocabulary)), tiny_options());
  const auto root = open(engine, {0, 1, 2}, request_of());
  ASSERT_TRUE(root);

  ExtendOptions options = drawing(40);
  options.sampling.temperature = 2;
  for (const Chunk& chunk : extend_forks(engine, *root, 4, options)) {
    EXPECT_EQ(chunk.tokens.size(), 40U);
    for (const Token token : chunk.tokens) EXPECT_LT(token, 3);
  }
}

TEST(Engine, ForksShareThePagesOfThePrompt) {
  constexpr int kBranches = 16, kPrompt = 41, kGenerated = 7;
  ExtendOptions extend = drawing(kGenerated);
  extend.ignore_end_of_text = true;
  for (const KvType& type : kKvTypes) {
    EngineOptions options = tiny_options();
    options.kv_type = type.type;
    const auto engine = tiny_engine(options);
    const auto request = request_of();
    const auto root = open(*engine, prompt_of(kPrompt), request);

    extend_forks(*engine, *root, kBranches, extend);

    // Ten shared pages, the root's own part of the eleventh, and per branch a copy of it and what follows. The last drawn token
    // has no keys and values yet.
    const std::int64_t own = (kPrompt % 4 + kGenerated - 1 + 3) / 4;
    const std::int64_t page_bytes = engine->model().kv_layout(type.type, 4).page_bytes();
    EXPECT_EQ(request->ledger().peak_kv_bytes, (kPrompt / 4 + 1 + kBranches * own) * page_bytes) << type.name;
  }
}

TEST(Engine, DrawsTheSameTokensBehindACachedPromptWhateverKeysAndValuesAreStoredAs) {
  for (const KvType& type : kKvTypes) {
    EngineOptions options = tiny_options();
    options.kv_type = type.type;
    const auto engine = tiny_engine(options);
    const auto first = request_of(), second = request_of();
    const auto computed = tokens_of(extend_forks(*engine, *open(*engine, prompt_of(37), first), 8, drawing(12)));

    const auto cached = tokens_of(extend_forks(*engine, *open(*engine, prompt_of(37), second), 8, drawing(12)));

    EXPECT_GT(second->ledger().prompt_cached, 0) << type.name;
    EXPECT_EQ(cached, computed) << type.name;
  }
}

TEST(Engine, ChargesTheBytesOfTheTypeThatKeysAndValuesAreStoredAs) {
  const auto bytes = [](DType type) {
    EngineOptions options = tiny_options();
    options.kv_type = type;
    const auto engine = tiny_engine(options);
    const auto request = request_of();
    open(*engine, prompt_of(30), request);
    return request->ledger().bytes;
  };
  const TokenCost cost = tiny_model()->cost();
  const double slots = 30 * 31 / 2 + 30;  // read and written

  for (const KvType& type : kKvTypes) {
    EXPECT_NEAR(bytes(DType::f32) - bytes(type.type), (cost.slot_bytes(DType::f32) - cost.slot_bytes(type.type)) * slots, 1e-3)
        << type.name;
  }
}

TEST(Engine, TheLedgerAddsUp) {
  const auto engine = tiny_engine();
  const auto request = request_of();
  const auto root = open(*engine, prompt_of(30), request);
  const std::vector<Chunk> chunks = extend_forks(*engine, *root, 5, drawing(12));

  const Ledger ledger = request->ledger();

  std::int64_t drawn = 0;
  double flops = 0;
  const TokenCost& cost = engine->model().cost();
  for (int position = 0; position < 30; ++position) flops += cost.flops(position + 1, position == 29);
  for (const Chunk& chunk : chunks) {
    drawn += static_cast<std::int64_t>(chunk.tokens.size());
    for (std::size_t i = 0; i + 1 < chunk.tokens.size(); ++i) flops += cost.flops(31 + static_cast<std::int64_t>(i), true);
  }
  EXPECT_EQ(ledger.prompt_computed, 30);
  EXPECT_EQ(ledger.generated, drawn);
  EXPECT_EQ(ledger.total(), 30 + drawn);
  EXPECT_NEAR(ledger.flops, flops, 1e-9 * flops);
  EXPECT_GT(ledger.bytes, 0);
  EXPECT_GT(ledger.seconds, 0);
}

TEST(Engine, PreemptsAndRecomputesWithTheSameTokens) {
  const std::vector<Token> prompt = prompt_of(37);
  ExtendOptions whole = drawing(20);
  whole.ignore_end_of_text = true;
  const auto roomy = tiny_engine();
  const auto expected = tokens_of(extend_forks(*roomy, *open(*roomy, prompt, request_of()), 16, whole));
  EngineOptions options = tiny_options();
  options.kv_bytes = tiny_model()->kv_layout(DType::f16, 4).page_bytes() * 24;  // 16 branches need 10 + 16 * 5 pages and more
  const auto engine = tiny_engine(options);
  const auto request = request_of();

  const auto root = open(*engine, prompt, request);
  const auto drawn = tokens_of(extend_forks(*engine, *root, 16, whole));

  EXPECT_EQ(drawn, expected);
  EXPECT_GT(request->ledger().recomputed, 0);
  EXPECT_LE(request->ledger().peak_kv_bytes, options.kv_bytes);
}

TEST(Engine, QueuesBranchesThatTheKvLimitCannotHoldAtOnce) {
  const std::vector<Token> prompt = prompt_of(37);
  constexpr int kBranches = 300;
  ExtendOptions whole = drawing(20);
  whole.ignore_end_of_text = true;
  const auto roomy = tiny_engine();
  const auto expected = tokens_of(extend_forks(*roomy, *open(*roomy, prompt, request_of()), kBranches, whole));
  for (const int pages : {16, 24, 60}) {  // a branch alone needs 15
    EngineOptions options = tiny_options();
    options.kv_bytes = tiny_model()->kv_layout(DType::f16, 4).page_bytes() * pages;
    const auto engine = tiny_engine(options);
    const auto request = request_of();
    const auto root = open(*engine, prompt, request);

    EXPECT_EQ(tokens_of(extend_forks(*engine, *root, kBranches, whole)), expected) << pages;
    const Ledger ledger = request->ledger();
    EXPECT_LE(ledger.recomputed, ledger.generated / 2) << pages << " pages";  // each by turns would be a prompt per token
    EXPECT_LE(ledger.peak_kv_bytes, options.kv_bytes) << pages;
  }
}

TEST(Engine, SaysWhenASequenceCannotFitEvenAlone) {
  EngineOptions options = tiny_options();
  options.kv_bytes = tiny_model()->kv_layout(DType::f16, 4).page_bytes() * 4;
  const auto engine = tiny_engine(options);
  auto sequence = open(*engine, prompt_of(10), request_of());
  ExtendOptions forever = drawing(40);
  forever.ignore_end_of_text = true;

  EXPECT_EQ(extend(*engine, *sequence, forever).reason, StopReason::memory);
  EXPECT_THROW(open(*engine, prompt_of(20), request_of()), Error);
}

ExtendOptions on_and_on(std::int64_t tokens) {
  ExtendOptions options = drawing(tokens);
  options.ignore_end_of_text = true;
  return options;
}

// A prompt waits for pages, since others are running; of these a younger call takes all there are and needs one more.
TEST(Engine, AnOlderPromptGetsThePagesOfWhatCannotGoOn) {
  EngineOptions options = tiny_options();
  options.kv_bytes = tiny_model()->kv_layout(DType::f16, 4).page_bytes() * 12;
  const auto engine = tiny_engine(options);
  auto growing = open(*engine, prompt_of(10), request_of());
  auto beside = open(*engine, prompt_of(10, 5), request_of());
  boost::asio::io_context context;
  std::optional<bool> opened;
  StopReason last = StopReason::length;
  const auto rethrow = [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  };
  const auto draw = [&engine](Sequence& sequence, std::int64_t tokens) -> awaitable<StopReason> {
    std::vector<ExtendWork> works;
    works.emplace_back(&sequence, on_and_on(tokens));
    const std::vector<Chunk> chunks = co_await engine->extend(std::move(works));
    co_return chunks.front().reason;
  };
  const auto draw_beside = [&]() -> awaitable<void> { co_await draw(*beside, 8); };
  const auto open_another = [&]() -> awaitable<void> {
    const auto sequence = co_await engine->open(prompt_of(41, 3), request_of(), 1);
    opened = sequence.has_value();
  };
  const auto grow = [&]() -> awaitable<void> {
    co_await draw(*growing, 2);
    boost::asio::co_spawn(context, open_another(), rethrow);
    co_await boost::asio::post(boost::asio::use_awaitable);  // it asks before the next call does
    last = co_await draw(*growing, 80);
  };
  boost::asio::co_spawn(context, draw_beside(), rethrow);
  boost::asio::co_spawn(context, grow(), rethrow);

  context.run();

  EXPECT_TRUE(opened.value_or(false));
  EXPECT_EQ(last, StopReason::memory) << "48 slots hold no 92 tokens";
}

TEST(Engine, ScoresWhatItDrew) {
  const auto engine = tiny_engine();
  const auto root = open(*engine, prompt_of(12), request_of());
  Sequence drawn = engine->fork(*root, 1);
  const Chunk chunk = extend(*engine, drawn, drawing(9));
  const auto request = request_of();
  const auto again = open(*engine, prompt_of(12), request);

  const auto scores = run(engine->score(*again, chunk.tokens));

  ASSERT_TRUE(scores.has_value());
  EXPECT_EQ(*scores, chunk.log_probabilities);
  EXPECT_EQ(request->ledger().verified, static_cast<std::int64_t>(chunk.tokens.size()));
}

TEST(Engine, NotesTheMostLikelyTokensBesideEachDrawnOne) {
  const auto engine = tiny_engine();
  const auto root = open(*engine, prompt_of(12), request_of());
  ExtendOptions greedy = drawing(5);
  greedy.sampling.temperature = 0;
  greedy.likely_tokens = 2;
  Sequence drawn = engine->fork(*root, 1);

  const Chunk chunk = extend(*engine, drawn, greedy);

  ASSERT_EQ(chunk.likely_tokens.size(), chunk.tokens.size());
  for (std::size_t i = 0; i < chunk.tokens.size(); ++i) {
    ASSERT_EQ(chunk.likely_tokens[i].size(), 2U);
    EXPECT_EQ(chunk.likely_tokens[i].front().token, chunk.tokens[i]);
    EXPECT_EQ(chunk.likely_tokens[i].front().log_probability, chunk.log_probabilities[i]);
    EXPECT_LE(chunk.likely_tokens[i].back().log_probability, chunk.log_probabilities[i]);
  }
}

TEST(Engine, StopsAtTextsAndStepsAndStreamsWhatItKeeps) {
  const auto engine = tiny_engine();
  const auto root = open(*engine, prompt_of(12), request_of());
  ExtendOptions options = drawing(30);
  options.ignore_end_of_text = true;
  Sequence plain = engine->fork(*root, 1);
  const std::string text = extend(*engine, plain, options).text;
  ASSERT_GE(text.size(), 10U);
  std::string streamed;
  options.on_text = [&streamed](std::string_view piece) { streamed += piece; };

  options.stop_texts = {text.substr(5, 3)};
  const std::size_t at = text.find(options.stop_texts.front());
  Sequence stopped = engine->fork(*root, 1);
  const Chunk stop = extend(*engine, stopped, options);
  EXPECT_EQ(stop.reason, StopReason::stop_text);
  EXPECT_EQ(stop.text, text.substr(0, at));
  EXPECT_EQ(streamed, stop.text);

  options.stop_texts.clear();
  options.step_delimiter = text.substr(4, 2);
  Sequence stepped = engine->fork(*root, 1);
  const Chunk step = extend(*engine, stepped, options);
  EXPECT_EQ(step.reason, StopReason::step);
  EXPECT_EQ(step.text, text.substr(0, text.find(options.step_delimiter) + 2));
}

TEST(Engine, GivesBackEveryPage) {
  EngineOptions options = tiny_options();
  options.prefix_cache = false;
  options.kv_bytes = tiny_model()->kv_layout(DType::f16, 4).page_bytes() * 64;
  const auto engine = tiny_engine(options);
  for (int round = 0; round < 50; ++round) {  // each round needs most of the pool: a leak would show as preemption
    const auto request = request_of();
    const auto root = open(*engine, prompt_of(40), request);
    extend_forks(*engine, *root, 8, drawing(16));
    ASSERT_EQ(request->ledger().recomputed, 0) << "round " << round;
  }
}

TEST(Engine, CancelsWhatIsUnderWay) {
  const auto engine = tiny_engine();
  const auto request = request_of();
  auto sequence = open(*engine, prompt_of(10), request);
  ExtendOptions options = drawing(100);
  options.ignore_end_of_text = true;
  int pieces = 0;
  options.on_text = [&](std::string_view) {
    ++pieces;
    request->cancel();
  };

  EXPECT_THROW(extend(*engine, *sequence, options), Error);
  EXPECT_LE(pieces, 2) << "it went on drawing";
}

TEST(Engine, RefusesPromptsThatCannotBe) {
  const auto engine = tiny_engine();

  EXPECT_THROW(open(*engine, {}, request_of()), Error);
  EXPECT_THROW(open(*engine, {48}, request_of()), Error);
  EXPECT_THROW(open(*engine, {-1}, request_of()), Error);
  EXPECT_THROW(
      open(*engine, std::vector<Token>(static_cast<std::size_t>(engine->model().info().context_length), 1), request_of()), Error);
}

TEST(Engine, TwoLiveInOneProcess) {
  const auto first = tiny_engine();
  const auto second = tiny_engine();

  EXPECT_EQ(draw_sixteen(*first, prompt_of(20)), draw_sixteen(*second, prompt_of(20)));
}

}  // namespace
}  // namespace reckon
