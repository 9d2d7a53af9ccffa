#include "search/spaces/thinking_space.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace reckon {
namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

bool holds_delimiter(std::string_view text, const StepOptions& options) {
  const auto holds = [text](const std::string& delimiter) {
    return !delimiter.empty() && text.find(delimiter) != std::string_view::npos;
  };
  if (options.pattern && options.pattern->ends_in(text, text.size())) return true;
  return holds(options.delimiter) || std::ranges::any_of(options.more_delimiters, holds);
}

std::int64_t occurrences(std::string_view text, std::string_view phrase) {
  std::int64_t count = 0;
  for (std::size_t at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + phrase.size())) ++count;
  return count;
}

}  // namespace

struct ThinkingSpace::Growing {
  Path* path;
  std::size_t begin;       // of this step in the path's text
  std::size_t step_ends;   // as many as there were before it
  std::int64_t drawn = 0;  // in this step
  bool done = false;
};

void ThinkingOptions::use(const ThinkingForm& form) {
  opened = form.opened;
  stop = form.stop;
  empty = form.empty;
}

std::string with_new_lines(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool new_line = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
    result += new_line ? '\n' : text[i];
    i += new_line ? 1 : 0;
  }
  return result;
}

std::int64_t answer_reserve(const Budget& budget) {
  constexpr std::int64_t kMost = 512;  // specs card A2
  return budget.tokens ? std::min(kMost, *budget.tokens / 10) : 0;
}

void validate(const ThinkingOptions& options) {
  const auto refuse = [](const char* what) { throw Error(ErrorCode::bad_argument, what, "thinking"); };
  if (options.maximum >= 0 && options.minimum > options.maximum) refuse("the minimum is above the maximum");
  if (options.minimum < 0 || options.reserve < 0) refuse("a number of tokens is negative");
  if (options.open.empty() || options.close.empty()) refuse("a marker is empty");
  if (options.stop.find(options.close) == std::string::npos) refuse("the stop text does not hold the end marker");
  if (thinking_phase(options.stop, options) != ThinkingPhase::after) refuse("the stop text opens the thinking again");
  if (options.empty.find(options.close) == std::string::npos) refuse("the empty thought does not hold the end marker");
  if (options.more.find(options.close) != std::string::npos) refuse("the text to go on with holds the end marker");
  if (std::ranges::find(options.switch_phrases, "") != options.switch_phrases.end()) refuse("a switch phrase is empty");
}

ThinkingPhase thinking_phase(std::string_view text, const ThinkingOptions& options) {
  const std::size_t open = text.rfind(options.open);
  const std::size_t close = text.rfind(options.close);
  if (close != std::string_view::npos && (open == std::string_view::npos || open < close)) return ThinkingPhase::after;
  return open != std::string_view::npos || options.opened ? ThinkingPhase::thinking : ThinkingPhase::before;
}

ThinkingSpace::ThinkingSpace(SearchSpace& inner, ThinkingOptions options) : inner_(&inner), options_(std::move(options)) {
  validate(options_);
}

awaitable<std::optional<Path>> ThinkingSpace::open(const Problem& problem) { return inner_->open(problem); }
awaitable<std::vector<std::optional<Path>>> ThinkingSpace::open_each(std::span<const Problem> problems) {
  return inner_->open_each(problems);
}
std::vector<Path> ThinkingSpace::fork(const Path& path, int copies) { return inner_->fork(path, copies); }
bool ThinkingSpace::append(Path& path, std::string_view text) { return inner_->append(path, text); }
bool ThinkingSpace::replace_end(Path& path, std::size_t keep, std::string_view text) {
  return inner_->replace_end(path, keep, text);
}
awaitable<bool> ThinkingSpace::reply(Path& path, const Problem& problem, std::string text) {
  return inner_->reply(path, problem, std::move(text));
}
awaitable<std::optional<std::vector<std::vector<double>>>> ThinkingSpace::likelihoods(std::span<const Path> paths,
                                                                                      std::vector<std::string> texts) {
  return inner_->likelihoods(paths, std::move(texts));
}
int ThinkingSpace::choose(std::span<const double> probabilities) { return inner_->choose(probabilities); }
int ThinkingSpace::models() const { return inner_->models(); }
bool ThinkingSpace::exhausted() const { return inner_->exhausted(); }
std::int64_t ThinkingSpace::drawable() const { return inner_->drawable(); }
std::int64_t ThinkingSpace::longest_prompt() const { return inner_->longest_prompt(); }
void ThinkingSpace::give_up_reserve() { reckon::give_up_reserve(*inner_); }
void ThinkingSpace::suspend_reserve(bool suspended) { reckon::suspend_reserve(*inner_, suspended); }
RequestHandle ThinkingSpace::request() const { return inner_->request(); }

awaitable<void> ThinkingSpace::advance(std::span<Path> paths, StepOptions options) {
  std::vector<Growing> growing;
  for (Path& path : paths) {
    if (path.state == PathState::open) growing.push_back(Growing{&path, path.text.size(), path.step_ends.size()});
  }
  for (Wave wave = next_wave(growing, options); !wave.empty(); wave = next_wave(growing, options)) {
    co_await advance_wave(wave, options);
  }
  for (const Growing& one : growing) {  // what were several advances of the inner space is one step
    one.path->step_ends.resize(one.step_ends);
    one.path->step_ends.push_back(one.path->text.size());
  }
}

bool ThinkingSpace::has_reserve() const { return options_.reserve > 0 && inner_->drawable() != kUnlimited; }

// How many paths can think at once so that each still comes to its answer. A step of a path needs no answer: then all go on.
std::int64_t ThinkingSpace::paid_for(const StepOptions& options) const {
  const bool to_the_end = !options.ends_in_text() && options.max_tokens < 0;
  if (!has_reserve() || !to_the_end) return kUnlimited;
  const std::int64_t thinking = options_.maximum >= 0 ? options_.maximum : options.path_tokens;
  if (thinking < 0) return 1;
  const std::int64_t each = thinking + options_.reserve + std::ssize(options_.stop) + std::ssize(options_.open);
  return std::max<std::int64_t>(inner_->drawable() / each, 1);
}

ThinkingSpace::Wave ThinkingSpace::next_wave(std::vector<Growing>& growing, const StepOptions& options) const {
  Wave wave;
  std::int64_t places = paid_for(options);
  for (Growing& one : growing) {
    if (one.done) continue;
    const bool answers = thinking_phase(one.path->text, options_) == ThinkingPhase::after;
    if (!answers && places-- <= 0) continue;
    wave.push_back(&one);
  }
  return wave;
}

// Tokens that each path of the wave which has no answer yet may think now, so that all can still answer.
std::int64_t ThinkingSpace::allowance(const Wave& wave) const {
  if (!has_reserve()) return kUnlimited;
  const std::int64_t paths = std::ranges::count_if(wave, [this](const Growing* one) {
    return !one->done && thinking_phase(one->path->text, options_) != ThinkingPhase::after;
  });
  if (paths == 0) return kUnlimited;
  const std::int64_t each = inner_->drawable() / paths - options_.reserve - std::ssize(options_.stop);
  return std::max<std::int64_t>(each, 0);
}

std::int64_t ThinkingSpace::thinking_left(const Path& path, std::int64_t allowance) const {
  if (options_.maximum < 0) return allowance;
  return std::min(std::max<std::int64_t>(options_.maximum - path.thinking_tokens, 0), allowance);
}

awaitable<void> ThinkingSpace::advance_wave(Wave wave, StepOptions options) {
  const auto in_phase = [this, &wave](ThinkingPhase phase) {
    Wave group;
    for (Growing* one : wave) {
      if (!one->done && thinking_phase(one->path->text, options_) == phase) group.push_back(one);
    }
    return group;
  };
  for (;;) {
    const std::int64_t allowed = allowance(wave);
    for (Growing* one : wave) {
      if (!one->done) enforce(*one, allowed, options);
    }
    Wave group;
    ThinkingPhase phase = ThinkingPhase::before;
    for (const ThinkingPhase candidate : {ThinkingPhase::before, ThinkingPhase::thinking, ThinkingPhase::after}) {
      phase = candidate;
      group = in_phase(phase);
      if (!group.empty()) break;
    }
    if (group.empty()) co_return;
    co_await advance_group(std::move(group), phase, allowed, options);
  }
}

// What the rules put in before anything more is drawn.
void ThinkingSpace::enforce(Growing& one, std::int64_t allowance, const StepOptions& options) {
  Path& path = *one.path;
  const ThinkingPhase phase = thinking_phase(path.text, options_);
  if (phase == ThinkingPhase::before && options_.maximum == 0 && path.text.empty()) {
    inner_->append(path, options_.empty);
  } else if (phase == ThinkingPhase::thinking && (thinking_left(path, allowance) == 0 || too_many_switches(path))) {
    if (options_.hard) {
      path.state = PathState::stopped;
    } else {
      inner_->append(path, options_.stop);
    }
  } else {
    return;
  }
  one.done = path.state != PathState::open || holds_delimiter(std::string_view(path.text).substr(one.begin), options);
}

bool ThinkingSpace::too_many_switches(const Path& path) const {
  if (options_.switches < 0) return false;
  std::int64_t switches = 0;
  for (const std::string& phrase : options_.switch_phrases) switches += occurrences(path.text, phrase);
  return switches > options_.switches;
}

StepOptions ThinkingSpace::group_options(const Wave& group, ThinkingPhase phase, std::int64_t allowance,
                                         StepOptions options) const {
  std::int64_t limit = kUnlimited;
  for (const Growing* one : group) {
    if (options.max_tokens >= 0) limit = std::min(limit, std::max<std::int64_t>(options.max_tokens - one->drawn, 0));
    if (phase == ThinkingPhase::thinking) limit = std::min(limit, thinking_left(*one->path, allowance));
  }
  options.max_tokens = limit == kUnlimited ? -1 : limit;
  if (phase == ThinkingPhase::thinking) {
    options.more_delimiters.push_back(options_.close);
    if (options_.switches >= 0) {
      options.more_delimiters.insert(options.more_delimiters.end(), options_.switch_phrases.begin(),
                                     options_.switch_phrases.end());
    }
  } else {
    options.more_delimiters.push_back(options_.open);
  }
  return options;
}

// Paths in the same phase advance in one batch; the least that any of them may draw ends it for all, and the next goes on.
awaitable<void> ThinkingSpace::advance_group(Wave group, ThinkingPhase phase, std::int64_t allowance, StepOptions options) {
  const StepOptions inner_options = group_options(group, phase, allowance, options);
  std::vector<Path> paths;
  std::vector<std::int64_t> tokens;
  std::vector<std::size_t> texts;  // bytes of each
  for (const Growing* one : group) {
    tokens.push_back(one->path->tokens);
    texts.push_back(one->path->text.size());
    paths.push_back(std::move(*one->path));
  }
  co_await inner_->advance(paths, inner_options);
  for (std::size_t i = 0; i < group.size(); ++i) {
    *group[i]->path = std::move(paths[i]);
    settle(*group[i], phase, group[i]->path->tokens - tokens[i], texts[i], options);
  }
}

// `text`: bytes of the path's before `drawn` tokens were drawn.
void ThinkingSpace::settle(Growing& one, ThinkingPhase was, std::int64_t drawn, std::size_t text, const StepOptions& options) {
  Path& path = *one.path;
  one.drawn += drawn;
  const ThinkingPhase is = thinking_phase(path.text, options_);
  if (was == ThinkingPhase::thinking) {
    path.thinking_tokens += drawn;
    const bool closed = is == ThinkingPhase::after && path.state == PathState::open;
    const bool given_up = is == ThinkingPhase::thinking && path.state == PathState::finished && drawn > 0;
    if ((closed || given_up) && path.thinking_tokens < options_.minimum) think_on(path, text);
  }
  const bool step_is_full = options.max_tokens >= 0 && one.drawn >= options.max_tokens;
  const bool stuck = drawn == 0 && is == was;
  one.done = path.state != PathState::open || step_is_full || stuck ||
             holds_delimiter(std::string_view(path.text).substr(std::min(one.begin, path.text.size())), options);
}

// Takes the end of thinking back, or the end of a text that the model ended in the middle of its thinking, and has it go on.
void ThinkingSpace::think_on(Path& path, std::size_t text) {
  const std::size_t marker = path.text.rfind(options_.close);
  const bool closed = marker != std::string::npos && thinking_phase(path.text, options_) == ThinkingPhase::after;
  if (closed && marker < text) return;  // a marker of several tokens that began before this advance stands
  // Where that is wanted for the answer, the model may end its thinking.
  if (has_reserve() && inner_->drawable() < std::ssize(options_.more) + std::ssize(options_.stop) + options_.reserve) return;
  inner_->replace_end(path, closed ? marker : path.text.size(), options_.more);
}

}  // namespace reckon
