// The hidden state behind a prompt: kept where it is asked for, the same whatever runs beside it, and for nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/engine/running_engine.h"

namespace reckon {
namespace {

std::optional<Sequence> open_keeping(Engine& engine, std::vector<Token> prompt, RequestHandle request) {
  return run(engine.open(std::move(prompt), std::move(request), 0, Purpose::prompt, /*keep_hidden=*/true));
}

std::vector<float> hidden_of(Engine& engine, std::vector<Token> prompt) {
  const auto sequence = open_keeping(engine, std::move(prompt), request_of());
  return {sequence->hidden().begin(), sequence->hidden().end()};
}

TEST(HiddenState, IsKeptOnlyWhereItIsAskedForAndNotInForks) {
  const auto engine = tiny_engine();

  const auto asked = open_keeping(*engine, prompt_of(9), request_of());
  const auto not_asked = open(*engine, prompt_of(9), request_of());

  EXPECT_EQ(std::ssize(asked->hidden()), engine->model().info().width);
  EXPECT_TRUE(engine->fork(*asked, 1).hidden().empty());
  EXPECT_TRUE(not_asked->hidden().empty());
}

TEST(HiddenState, DependsOnThePromptAloneNotOnBatchesNorTheCache) {
  const auto fresh = tiny_engine();
  const std::vector<float> expected = hidden_of(*fresh, prompt_of(30));
  EXPECT_NE(hidden_of(*fresh, prompt_of(30, 1)), expected);
  EXPECT_EQ(hidden_of(*fresh, prompt_of(30)), expected) << "with its prefix from the cache";

  EngineOptions options = tiny_options();
  options.rows_per_step = 7;  // the prompt in five pieces
  EXPECT_EQ(hidden_of(*tiny_engine(options), prompt_of(30)), expected);

  const auto busy = tiny_engine();  // nine prompts side by side
  boost::asio::io_context context;
  std::vector<std::vector<float>> found(9);
  for (std::size_t i = 0; i < found.size(); ++i) {
    boost::asio::co_spawn(context, busy->open(prompt_of(30 - i), request_of(), 0, Purpose::prompt, true),
                          [&found, i](std::exception_ptr, std::optional<Sequence> sequence) {
                            found[i].assign(sequence->hidden().begin(), sequence->hidden().end());
                          });
  }
  context.run();
  EXPECT_EQ(found[0], expected);
  EXPECT_EQ(found[3], hidden_of(*fresh, prompt_of(27)));
}

TEST(HiddenState, CostsNoMoreThanThePrompt) {
  const auto engine = tiny_engine();
  const RequestHandle asking = request_of(), other = request_of();
  other->set_prefix_scope(1);

  const auto asked = open_keeping(*engine, prompt_of(12), asking);
  const auto not_asked = open(*engine, prompt_of(12), other);

  EXPECT_EQ(asking->ledger().total(), other->ledger().total());
  EXPECT_EQ(asking->ledger().flops, other->ledger().flops);
  EXPECT_FALSE(open_keeping(*engine, prompt_of(12), request_of(tokens(11)))) << "nor for less";
}

}  // namespace
}  // namespace reckon
