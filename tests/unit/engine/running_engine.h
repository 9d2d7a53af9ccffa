// What the engine's tests share: an engine on a tiny random Qwen3 with a vocabulary of letters, and running coroutines to their
// end.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace reckon {

inline constexpr int kLetters = 47;  // tokens 0..46 are letters, 47 ends the text; the model's vocabulary has 48

inline std::shared_ptr<const Tokenizer> letters() {
  Vocabulary vocabulary;
  for (int i = 0; i < kLetters; ++i)
    vocabulary.texts.push_back(std::string(1, static_cast<char>(i < 26 ? 'a' + i : 'A' + i - 26)));
  vocabulary.texts.push_back("<|end|>");
  vocabulary.kinds.assign(kLetters, TokenKind::normal);
  vocabulary.kinds.push_back(TokenKind::control);
  vocabulary.eos = kLetters;
  return make_tokenizer(std::move(vocabulary));
}

inline std::shared_ptr<const Model> tiny_model() { return Model::load(RECKON_SOURCE_DIR "/tests/golden/models/qwen3.gguf"); }

inline EngineOptions tiny_options() {
  EngineOptions options;
  options.threads = 1;
  options.kv_bytes = std::int64_t{8} << 20;
  options.slots_per_page = 4;
  return options;
}

inline std::unique_ptr<Engine> tiny_engine(const EngineOptions& options = tiny_options()) {
  return std::make_unique<Engine>(tiny_model(), letters(), options);
}

inline std::vector<Token> prompt_of(std::size_t length, Token first = 0) {
  std::vector<Token> prompt;
  for (std::size_t i = 0; i < length; ++i)
    prompt.push_back(static_cast<Token>((static_cast<std::size_t>(first) + i * 7) % kLetters));
  return prompt;
}

inline RequestHandle request_of(const Budget& budget = {}, std::uint64_t seed = 1) {
  return std::make_shared<Request>(budget, seed);
}

inline Budget tokens(std::int64_t count) {
  Budget budget;
  budget.tokens = count;
  return budget;
}

inline ExtendOptions drawing(std::int64_t max_tokens) {
  ExtendOptions options;
  options.max_tokens = max_tokens;
  return options;
}

template <typename T>
T run(awaitable<T> task) {
  boost::asio::io_context context;
  std::optional<T> result;
  std::exception_ptr fault;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T value) {
    fault = thrown;
    if (!thrown) result = std::move(value);
  });
  context.run();
  if (fault) std::rethrow_exception(fault);
  return std::move(*result);
}

inline std::optional<Sequence> open(Engine& engine, std::vector<Token> prompt, RequestHandle request, std::uint64_t path = 0) {
  return run(engine.open(std::move(prompt), std::move(request), path));
}

inline Chunk extend(Engine& engine, Sequence& sequence, ExtendOptions options) {
  std::vector<ExtendWork> works;
  works.emplace_back(&sequence, std::move(options));
  return std::move(run(engine.extend(std::move(works))).front());
}

// `branches` forks with paths 1..branches, all extended in one call.
inline std::vector<Chunk> extend_forks(Engine& engine, const Sequence& root, int branches, const ExtendOptions& options) {
  std::vector<Sequence> forks;
  for (int i = 0; i < branches; ++i) forks.push_back(engine.fork(root, static_cast<std::uint64_t>(i) + 1));
  std::vector<ExtendWork> works;
  for (Sequence& fork : forks) works.emplace_back(&fork, options);
  return run(engine.extend(std::move(works)));
}

inline std::vector<std::vector<Token>> tokens_of(const std::vector<Chunk>& chunks) {
  std::vector<std::vector<Token>> tokens;
  for (const Chunk& chunk : chunks) tokens.push_back(chunk.tokens);
  return tokens;
}

}  // namespace reckon
