// A search space whose texts, likelihoods and statistics are given by functions, for exact accounting of strategies that talk
// with the model: a byte is a token. What a path says depends on the question it was opened with, the turns so far and its id.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "engine/ledger.h"
#include "search/choice.h"
#include "search/fork.h"
#include "search/space.h"
#include "unit/search/solving.h"

namespace reckon {

// What a script sees of a path.
struct ScriptedTurn {
  std::string question;     // Problem::text it was opened with
  std::vector<Turn> turns;  // finished ones
  std::string text;         // of this turn, so far
  std::uint64_t id = 0;
  double temperature = 1;
};

struct ScriptedSpaceOptions {
  std::function<std::string(const ScriptedTurn&)> says;  // what would come behind `text`, to the end of the turn
  std::function<double(const ScriptedTurn&, const std::string& text)> likelihood = [](const auto&, const auto&) { return -1.0; };
  std::function<double(const ScriptedTurn&)> confidence = [](const auto&) { return 1.0; };  // of the next token
  std::function<int(std::span<const double>)> choose;  // every choice of the strategy; empty = keyed by `seed`
  std::int64_t budget_tokens = -1;
  std::uint64_t seed = 1;
};

// A script that says `whole` in one turn, whatever the steps in which it is drawn.
inline std::string rest_of(const std::string& whole, const std::string& text) {
  return whole.starts_with(text) ? whole.substr(text.size()) : std::string();
}

class ScriptedSpace final : public SearchSpace {
 public:
  explicit ScriptedSpace(ScriptedSpaceOptions options) : options_(std::move(options)) {}

  awaitable<std::optional<Path>> open(const Problem& problem) override {
    Path path;
    path.id = path.parent = next_path_++;
    if (!can_pay(std::ssize(problem.text))) co_return std::nullopt;
    given_to(problem.judging) += std::ssize(problem.text);
    path.earlier_tokens = std::ssize(problem.text);
    path.judging = problem.judging;
    path.data = std::make_unique<Question>(problem.text, held_);
    opened.push_back(problem.text);
    co_return path;
  }

  std::vector<Path> fork(const Path& path, int copies) override {
    std::vector<Path> forks;
    for (int i = 0; i < copies; ++i) {
      Path& copy = forks.emplace_back(fork_of(path, next_path_++));
      copy.data = std::make_unique<Question>(question_of(path), held_);
    }
    return forks;
  }

  // Byte by byte in turn, so that the last tokens of the budget are shared in equal parts, remainders to lower indices.
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override {
    struct Growing {
      Path* path;
      std::string rest;
      std::size_t begin;
      std::int64_t drawn;
    };
    std::vector<Growing> growing;
    for (Path& path : paths) {
      if (path.state != PathState::open) continue;
      ScriptedTurn turn = turn_of(path);
      turn.temperature = options.sampling.temperature;
      growing.push_back({&path, options_.says(turn), path.text.size(), 0});
      drawn_at.emplace_back(path.id, options.sampling.temperature);
    }
    while (!growing.empty()) {
      std::erase_if(growing, [&](Growing& one) {
        if (draw(*one.path, one.rest, one.begin, one.drawn, options)) return false;
        one.path->step_ends.push_back(one.path->text.size());
        return true;
      });
    }
    co_return;
  }

  bool append(Path& path, std::string_view text) override {
    if (!can_pay(std::ssize(text))) {
      path.state = PathState::cut_off;
      return false;
    }
    given_to(path.judging) += std::ssize(text);
    path.earlier_tokens += std::ssize(text);
    path.text += text;
    return true;
  }

  awaitable<bool> reply(Path& path, const Problem&, std::string text) override {
    replies.push_back(text);
    begin_turn(path, text);
    if (can_pay(std::ssize(text))) {
      given_to(path.judging) += std::ssize(text);
      path.earlier_tokens += std::ssize(text);
      co_return true;
    }
    path.state = PathState::cut_off;
    co_return false;
  }

  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override {
    const std::int64_t tokens = bytes_to_run(texts) * std::ssize(paths);
    if (!can_pay(tokens)) co_return std::nullopt;
    ledger_.verified += tokens;
    std::vector<std::vector<double>> table;
    for (const Path& path : paths) {
      std::vector<double>& row = table.emplace_back();
      for (const std::string& text : texts) row.push_back(options_.likelihood(turn_of(path), text));
    }
    co_return table;
  }

  int choose(std::span<const double> probabilities) override {
    if (options_.choose) return options_.choose(probabilities);
    return index_at(probabilities, uniform_at(options_.seed, 0, choices_++));
  }
  bool exhausted() const override { return options_.budget_tokens >= 0 && ledger_.total() >= options_.budget_tokens; }
  std::int64_t drawable() const override {
    return options_.budget_tokens < 0 ? SearchSpace::drawable() : options_.budget_tokens - ledger_.total();
  }

  const Ledger& ledger() const { return ledger_; }
  int held() const { return *held_; }  // paths that somebody still holds, and with them what a model would keep for them

  std::vector<std::string> opened;                         // questions, in order
  std::vector<std::string> replies;                        // in order
  std::vector<std::pair<std::uint64_t, double>> drawn_at;  // path and temperature of each advance of an open path

 private:
  struct Question final : PathData {
    Question(std::string text_in, std::shared_ptr<int> held_in) : text(std::move(text_in)), held(std::move(held_in)) { ++*held; }
    ~Question() override { --*held; }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;
    std::string text;
    std::shared_ptr<int> held;
  };
  static const std::string& question_of(const Path& path) { return static_cast<const Question&>(*path.data).text; }
  static ScriptedTurn turn_of(const Path& path) { return {question_of(path), path.turns, path.text, path.id}; }

  std::int64_t& given_to(bool judging) { return judging ? ledger_.verified : ledger_.prompt_computed; }

  // Those that all texts begin with once, then what is left of each.
  static std::int64_t bytes_to_run(const std::vector<std::string>& texts) {
    std::size_t common = texts.front().size();
    std::size_t all = 0;
    for (const std::string& text : texts) {
      while (!text.starts_with(std::string_view(texts.front()).substr(0, common))) --common;
      all += text.size();
    }
    return static_cast<std::int64_t>(all - (texts.size() - 1) * common);
  }

  bool can_pay(std::int64_t tokens) const {
    return options_.budget_tokens < 0 || ledger_.total() + tokens <= options_.budget_tokens;
  }

  // One more byte, unless a limit forbids it. False when the path's step ends.
  bool draw(Path& path, std::string& rest, std::size_t begin, std::int64_t& drawn, const StepOptions& options) {
    const auto path_is_full = [&] { return options.path_tokens >= 0 && path.tokens >= options.path_tokens; };
    if (rest.empty()) {
      path.state = PathState::finished;
      return false;
    }
    if (path_is_full()) path.state = PathState::stopped;
    if (path_is_full() || (options.max_tokens >= 0 && drawn >= options.max_tokens)) return false;
    if (exhausted()) {
      path.state = PathState::cut_off;
      return false;
    }
    if (options.statistics > 0) {
      TokenStatistics one;
      one.confidence = static_cast<float>(options_.confidence(turn_of(path)));
      path.statistics.push_back(one);
    }
    path.text += rest.front();
    rest.erase(0, 1);
    ++drawn;
    ++path.tokens;
    path.log_probability += -0.1;
    (path.judging ? ledger_.verified : ledger_.generated) += 1;
    if (rest.empty()) path.state = PathState::finished;
    const auto ends_with = [&](const std::string& delimiter) {
      return !delimiter.empty() && path.text.size() - begin >= delimiter.size() && path.text.ends_with(delimiter);
    };
    return path.state == PathState::open && !ends_with(options.delimiter) &&
           std::ranges::none_of(options.more_delimiters, ends_with);
  }

  ScriptedSpaceOptions options_;
  Ledger ledger_;
  std::shared_ptr<int> held_ = std::make_shared<int>(0);
  std::uint64_t next_path_ = 0;
  std::uint32_t choices_ = 0;
};

// A problem with a chat: what it is rendered to does not matter here.
inline Problem scripted_problem(std::string text = "Q") {
  Problem problem;
  problem.text = std::move(text);
  problem.render = [](std::span<const Turn>) { return std::vector<Token>{0}; };
  return problem;
}

// Scores a path by its text.
class ByText final : public Verifier {
 public:
  explicit ByText(std::function<double(const std::string&)> score) : score_(std::move(score)) {}
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores;
    for (const Path& path : paths) scores.push_back(score_(path.text));
    co_return scores;
  }

 private:
  std::function<double(const std::string&)> score_;
};

inline std::shared_ptr<const Verifier> by_text(std::function<double(const std::string&)> score) {
  return std::make_shared<ByText>(std::move(score));
}

// By the paths of an outcome that answer or ask, not judge; each token once.
inline std::int64_t drawn_in(const Outcome& outcome) {
  std::int64_t tokens = 0;
  for (const PathRecord& path : outcome.paths) tokens += path.judging ? 0 : path.tokens - path.inherited_tokens;
  return tokens;
}

}  // namespace reckon
