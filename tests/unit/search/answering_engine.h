// A tiny random Qwen3 whose vocabulary holds whole answers, so that what it babbles can be extracted, voted on and checked; and
// solving on it, with everything an outcome holds written out for comparison.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "search/spaces/language_model_space.h"
#include "search/strategy.h"
#include "unit/engine/running_engine.h"
#include "unit/search/solving.h"
#include "unit/search/transcript.h"

namespace reckon {

inline constexpr int kAnswers = 7;  // tokens 40..46 are "\boxed{0}" to "\boxed{6}", those before are letters

inline std::shared_ptr<const Tokenizer> answering_tokenizer() {
  Vocabulary vocabulary;
  for (int i = 0; i < kLetters; ++i) {
    const int answer = i - (kLetters - kAnswers);
    vocabulary.texts.push_back(answer >= 0 ? "\\boxed{" + std::to_string(answer) + "}"
                                           : std::string(1, static_cast<char>(i < 26 ? 'a' + i : 'A' + i - 26)));
  }
  vocabulary.texts.push_back("<|end|>");
  vocabulary.kinds.assign(kLetters, TokenKind::normal);
  vocabulary.kinds.push_back(TokenKind::control);
  vocabulary.eos = kLetters;
  return make_tokenizer(std::move(vocabulary));
}

inline std::unique_ptr<Engine> answering_engine(int threads = 1, int rows_per_step = 512, bool prefix_cache = false) {
  EngineOptions options = tiny_options();
  options.threads = threads;
  options.rows_per_step = rows_per_step;
  options.prefix_cache = prefix_cache;
  return std::make_unique<Engine>(tiny_model(), answering_tokenizer(), options);
}

struct Question {
  std::string strategy = "greedy";
  std::size_t prompt_tokens = 10;
  Token first = 0;  // of the prompt
  Budget budget = {};
  std::uint64_t seed = 1;
};

inline Problem problem_of(const Question& question) {
  Problem problem;
  problem.prompt = prompt_of(question.prompt_tokens, question.first);
  problem.check = [](std::string_view text) { return text.find("\\boxed{3}") == std::string_view::npos ? 0.0 : 1.0; };
  return problem;
}

struct Solved {
  Outcome outcome;
  Ledger ledger;
};

inline Solved solve(Engine& engine, const Question& question, const char* verifier = "likelihood",
                    const LanguageModelSpaceOptions& options = {}) {
  const auto strategy = make_strategy(question.strategy, make_verifier(verifier));
  const Problem problem = problem_of(question);
  const auto request = request_of(question.budget, question.seed);
  LanguageModelSpace space(engine, request, options);
  Solved solved;
  solved.outcome = solve_on(space, *strategy, problem);
  solved.ledger = request->ledger();
  return solved;
}

// It grows paths step by step, and looks at them in between.
inline bool searches_by_steps(const StrategyEntry& entry) {
  return std::ranges::find(entry.parameters, "step", &ParameterSpec::name) != entry.parameters.end();
}

// The strategy with these parameters, as far as it has them.
inline std::string with_parameters(const StrategyEntry& entry, int n, int max_tokens) {
  std::string text(entry.name);
  char separator = ':';
  for (const ParameterSpec& parameter : entry.parameters) {
    if (parameter.name != "n" && parameter.name != "max_tokens") continue;
    text += separator + parameter.name + '=' + std::to_string(parameter.name == "n" ? n : max_tokens);
    separator = ',';
  }
  return text;
}

inline std::int64_t drawn_tokens(const Outcome& outcome) {
  std::int64_t tokens = 0;
  for (const PathRecord& path : outcome.paths) tokens += path.tokens - path.inherited_tokens;
  return tokens;
}

}  // namespace reckon
