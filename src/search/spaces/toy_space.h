// A search space small enough to enumerate: paths are words whose letters are drawn one by one from a chain of known
// probabilities. For tests and documentation of strategies: whatever they do here has an exact law (docs/strategies).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger.h"
#include "search/space.h"

namespace reckon {

struct ToyChain {
  std::string alphabet = "01";                                        // one byte per letter
  std::size_t length = 3;                                             // most letters of a word
  std::string last = "";                                              // letters that end a word before that
  std::function<std::vector<double>(std::string_view letters)> next;  // probability of each letter behind these
};

// Three letters with p(first = 1) = 2/5, p(1 after 0) = 3/10, p(1 after 1) = 4/5.
ToyChain two_letter_chain();
// What a process reward model would say of a beginning of such a word: behind one or two letters 0.3 if the last is 0, else 0.6;
// behind three by the number of ones 0.2, 0.5, 0.7, 0.9.
double two_letter_reward(std::string_view letters);

// Words of one letter '0', '1', … with these probabilities (at most ten): answers of known frequency.
ToyChain one_letter_chain(std::vector<double> probabilities);

// The letters drawn so far, given the text of a path.
std::string_view toy_letters(std::string_view text);

struct ToySpaceOptions {
  std::function<int(std::span<const double>)> choose;  // every draw, and every choice of the strategy; empty = keyed by `seed`
  std::uint64_t seed = 1;
  std::int64_t prompt_tokens = 1;   // what opening costs
  std::int64_t budget_tokens = -1;  // of prompt and letters; -1 = none
  // Log-probability of a text that is no letters of a word, such as the answer to a question, behind these letters; it costs a
  // token. Empty: no such text can be.
  std::function<double(std::string_view letters, std::string_view text)> says;
  std::vector<float> hidden = {};                      // Path::hidden of what is opened, where it is asked for
  std::shared_ptr<std::uint64_t> next_path = nullptr;  // id of the next path, where several spaces number theirs; null = its own
};

// A letter is one token. Where a step delimiter is asked for, each letter is a step; without one, a step ends with the word. The
// text of a path is its letters, and at the end of the word its answer too: "101\boxed{101}". Of the sampling options only the
// temperature counts; advance() throws Error bad_argument for the others.
class ToySpace final : public SearchSpace {
 public:
  explicit ToySpace(ToyChain chain, ToySpaceOptions options = {});

  awaitable<std::optional<Path>> open(const Problem& problem) override;
  std::vector<Path> fork(const Path& path, int copies) override;
  // Letter by letter in turn, so that the last tokens of the budget are shared in equal parts, remainders to lower indices.
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override;
  // Of the letters in the text, one token each; at the end of a word its answer follows by itself.
  bool append(Path& path, std::string_view text) override;
  awaitable<bool> reply(Path& path, const Problem& problem, std::string text) override;  // throws Error unsupported
  // Of the letters in each text: all else in it, such as the answer at the end of a word, is certain. With ToySpaceOptions::says
  // of the text as a whole.
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override;
  int choose(std::span<const double> probabilities) override;
  bool exhausted() const override;
  std::int64_t drawable() const override;

  const Ledger& ledger() const { return ledger_; }  // prompt_computed, generated, verified

 private:
  bool can_pay(std::int64_t tokens) const;
  double likelihood(std::string_view letters, std::string_view more) const;
  bool is_word(std::string_view letters) const;  // nothing can follow
  void finish_word(Path& path) const;
  bool grow(Path& path, std::int64_t drawn_in_step, const StepOptions& step);
  void draw_letter(Path& path, double temperature);

  ToyChain chain_;
  ToySpaceOptions options_;
  Ledger ledger_;
  std::shared_ptr<std::uint64_t> next_path_;
  std::uint32_t choices_ = 0;
};

}  // namespace reckon
