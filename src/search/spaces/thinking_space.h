// Thinking under rules: a space around any other that keeps what a model thinks on each path between a minimum and a maximum of
// tokens. So every strategy gets it, and none knows of it. Sources: Qwen3 technical report, arXiv:2505.09388 (thinking budget);
// s1, arXiv:2501.19393 (budget forcing: a minimum); specs card A2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/budget.h"
#include "search/problem.h"
#include "search/score_reserve.h"
#include "search/space.h"

namespace reckon {

struct ThinkingOptions {
  std::int64_t maximum = -1;                  // tokens drawn in thinking, of one turn of one path; -1 = no limit
  std::int64_t minimum = 0;                   // where the model ends its thinking earlier, it is made to go on
  std::int64_t reserve = 0;                   // tokens of the budget that thinking leaves for each path's answer
  std::int64_t switches = -1;                 // most occurrences of a switch phrase; the next ends the thinking; -1 = no limit
  bool hard = false;                          // at the maximum the path is stopped instead, without an answer
  bool opened = false;                        // the prompt itself opens the thinking
  std::string open = "<think>";               // what begins thinking
  std::string close = "</think>";             // what ends it
  std::string stop = "</think>\n";            // put behind thinking that is cut; holds `close`
  std::string empty = "<think>\n</think>\n";  // put in front of the answer where the maximum is 0
  std::string more = "\nWait";                // put where the model ended its thinking below the minimum
  std::vector<std::string> switch_phrases = {"Wait,", "Alternatively,"};

  void use(const ThinkingForm& form);  // its `opened`, `stop` and `empty`
};

// A text as users write it: "\n" is a new line, for few shells make one easy to type.
std::string with_new_lines(std::string_view text);

// Tokens of a token budget that thinking leaves for each answer where nobody says: 512, or a tenth of the budget if that is less.
std::int64_t answer_reserve(const Budget& budget);

// Throws Error bad_argument for a minimum above the maximum, empty markers, and a stop text without the end marker.
void validate(const ThinkingOptions& options);

// Where a path is, told from its text alone, so that whoever wrote a marker, the model or a strategy, it counts.
enum class ThinkingPhase { before, thinking, after };
ThinkingPhase thinking_phase(std::string_view text, const ThinkingOptions& options);

// Wraps a space. advance() ends a step of the strategy where it would end in the inner space; in between it stops the paths at
// the markers and at the limits, and puts in what the rules ask for. The texts put in are charged as prompt and never sampled.
// A marker of several tokens that is cut in two by a step of the strategy is noticed at the end of the next.
//
// Below the minimum: when the end marker is seen it has been drawn, so a copy of the path from before the advance (which shares
// all pages) takes its place, and is given what was thought up to the marker, and `more`. That text is run again, as prompt: the
// price of dropping a marker without ever cutting back a sequence. What was drawn stays counted on the path, as it was charged.
// The copies take path ids of the inner space.
//
// With a reserve: as many paths think at a time as the budget pays for to their end (drawable of the inner space), at least
// one, and that one no longer than leaves the reserve; the rest follow with what is left. A stop text counts with its bytes.
class ThinkingSpace final : public SearchSpace, public ScoreReserve {
 public:
  // `inner` outlives the space. Throws what validate throws.
  ThinkingSpace(SearchSpace& inner, ThinkingOptions options);

  awaitable<std::optional<Path>> open(const Problem& problem) override;
  awaitable<std::vector<std::optional<Path>>> open_each(std::span<const Problem> problems) override;
  std::vector<Path> fork(const Path& path, int copies) override;
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override;
  bool append(Path& path, std::string_view text) override;
  bool replace_end(Path& path, std::size_t keep, std::string_view text) override;
  awaitable<bool> reply(Path& path, const Problem& problem, std::string text) override;
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override;
  int choose(std::span<const double> probabilities) override;
  int models() const override;
  bool exhausted() const override;
  std::int64_t drawable() const override;
  std::int64_t longest_prompt() const override;
  RequestHandle request() const override;
  void give_up_reserve() override;  // that for a verifier; thinking keeps its own
  void suspend_reserve(bool suspended) override;

 private:
  struct Growing;  // a path in one advance
  using Wave = std::vector<Growing*>;

  Wave next_wave(std::vector<Growing>& growing, const StepOptions& options) const;
  std::int64_t paid_for(const StepOptions& options) const;
  std::int64_t allowance(const Wave& wave) const;
  std::int64_t thinking_left(const Path& path, std::int64_t allowance) const;
  bool has_reserve() const;
  awaitable<void> advance_wave(Wave wave, StepOptions options);
  awaitable<void> advance_group(Wave group, ThinkingPhase phase, std::int64_t allowance, StepOptions options);
  StepOptions group_options(const Wave& group, ThinkingPhase phase, std::int64_t allowance, StepOptions options) const;
  bool too_many_switches(const Path& path) const;
  void enforce(Growing& one, std::int64_t allowance, const StepOptions& options);
  void settle(Growing& one, ThinkingPhase was, std::int64_t drawn, std::size_t text, const StepOptions& options);
  void think_on(Path& path, std::size_t text);

  SearchSpace* inner_;
  ThinkingOptions options_;
};

}  // namespace reckon
