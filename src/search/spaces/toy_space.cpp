#include "search/spaces/toy_space.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/rng.h"
#include "search/choice.h"
#include "search/fork.h"

namespace reckon {
namespace {

void require_supported(const SamplingOptions& sampling) {
  validate(sampling);
  const bool untouched = sampling.top_k == 0 && sampling.top_p == 1 && sampling.min_p == 0 && sampling.repetition_penalty == 1 &&
                         sampling.presence_penalty == 0 && sampling.frequency_penalty == 0 && sampling.logit_bias.empty();
  if (!untouched) throw Error(ErrorCode::bad_argument, "toy space: of the sampling options only the temperature counts here");
}

// The law a letter is drawn from: p^(1/temperature), normalised.
std::vector<double> at_temperature(std::vector<double> probabilities, double temperature) {
  if (temperature == 1) return probabilities;
  double total = 0;
  for (double& probability : probabilities) total += probability = std::pow(probability, 1 / temperature);
  for (double& probability : probabilities) probability /= total;
  return probabilities;
}

// Those that all texts begin with once, then what is left of each.
std::int64_t letters_to_run(const std::vector<std::string>& texts) {
  if (texts.empty()) return 0;
  const std::string_view first = toy_letters(texts.front());
  std::int64_t common = std::ssize(first);
  std::int64_t all = 0;
  for (const std::string& text : texts) {
    const std::string_view letters = toy_letters(text);
    const auto same = std::ranges::mismatch(first, letters).in1 - first.begin();
    common = std::min<std::int64_t>(common, same);
    all += std::ssize(letters);
  }
  return all - (std::ssize(texts) - 1) * common;
}

}  // namespace

ToyChain two_letter_chain() {
  ToyChain chain;
  chain.next = [](std::string_view letters) {
    const double one = letters.empty() ? 0.4 : letters.back() == '1' ? 0.8 : 0.3;
    return std::vector<double>{1 - one, one};
  };
  return chain;
}

double two_letter_reward(std::string_view letters) {
  if (letters.empty()) return 0.5;
  if (letters.size() < 3) return letters.back() == '1' ? 0.6 : 0.3;
  constexpr std::array kByOnes{0.2, 0.5, 0.7, 0.9};
  return kByOnes[static_cast<std::size_t>(std::ranges::count(letters.substr(0, 3), '1'))];
}

ToyChain one_letter_chain(std::vector<double> probabilities) {
  ToyChain chain;
  chain.alphabet = std::string("0123456789").substr(0, probabilities.size());
  chain.length = 1;
  chain.next = [probabilities = std::move(probabilities)](std::string_view) { return probabilities; };
  return chain;
}

std::string_view toy_letters(std::string_view text) { return text.substr(0, text.find('\\')); }

ToySpace::ToySpace(ToyChain chain, ToySpaceOptions options)
    : chain_(std::move(chain)),
      options_(std::move(options)),
      next_path_(options_.next_path ? options_.next_path : std::make_shared<std::uint64_t>(0)) {}

awaitable<std::optional<Path>> ToySpace::open(const Problem& problem) {
  Path path;
  path.id = path.parent = (*next_path_)++;
  if (!can_pay(options_.prompt_tokens)) co_return std::nullopt;
  path.judging = problem.judging;
  path.earlier_tokens = options_.prompt_tokens;
  if (problem.wants_hidden) path.hidden = options_.hidden;
  (problem.judging ? ledger_.verified : ledger_.prompt_computed) += options_.prompt_tokens;
  co_return path;
}

std::vector<Path> ToySpace::fork(const Path& path, int copies) {
  std::vector<Path> forks;
  forks.reserve(static_cast<std::size_t>(copies));
  for (int i = 0; i < copies; ++i) forks.push_back(fork_of(path, (*next_path_)++));
  return forks;
}

awaitable<void> ToySpace::advance(std::span<Path> paths, StepOptions options) {
  require_supported(options.sampling);
  std::vector<Path*> growing;
  for (Path& path : paths) {
    if (path.state == PathState::open) growing.push_back(&path);
  }
  for (std::int64_t drawn = 0; !growing.empty(); ++drawn) {
    std::erase_if(growing, [&](Path* path) { return !grow(*path, drawn, options); });
  }
  co_return;
}

// One more letter, unless a limit forbids it. False when the path's step ends.
bool ToySpace::grow(Path& path, std::int64_t drawn_in_step, const StepOptions& step) {
  const auto path_is_full = [&] { return step.path_tokens >= 0 && path.tokens >= step.path_tokens; };
  const bool step_is_full = step.max_tokens >= 0 && drawn_in_step >= step.max_tokens;
  if (!step_is_full && !path_is_full()) {
    if (exhausted()) {
      path.state = PathState::cut_off;
      return false;
    }
    draw_letter(path, step.sampling.temperature);
    if (path.state == PathState::open && step.delimiter.empty() && !step.pattern) return true;
  }
  if (path.state == PathState::open && path_is_full()) path.state = PathState::stopped;
  path.step_ends.push_back(path.text.size());
  return false;
}

void ToySpace::draw_letter(Path& path, double temperature) {
  const std::vector<double> probabilities = chain_.next(path.text);
  std::size_t letter = 0;
  if (temperature == 0) {
    letter = static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
  } else {
    const std::vector<double> law = at_temperature(probabilities, temperature);
    letter = static_cast<std::size_t>(choose(law));
    path.sampling_log_probability += std::log(law[letter]);
  }
  path.log_probability += std::log(probabilities[letter]);
  path.text += chain_.alphabet[letter];
  path.tokens += 1;
  (path.judging ? ledger_.verified : ledger_.generated) += 1;
  if (is_word(path.text)) finish_word(path);
}

bool ToySpace::is_word(std::string_view letters) const {
  return letters.size() >= chain_.length || (!letters.empty() && chain_.last.find(letters.back()) != std::string::npos);
}

void ToySpace::finish_word(Path& path) const {
  path.text += "\\boxed{" + path.text + "}";
  path.state = PathState::finished;
}

bool ToySpace::can_pay(std::int64_t tokens) const {
  return options_.budget_tokens < 0 || ledger_.total() + tokens <= options_.budget_tokens;
}

bool ToySpace::append(Path& path, std::string_view text) {
  const std::string_view letters = toy_letters(text);
  if (path.text.size() + letters.size() > chain_.length) {
    path.state = PathState::stopped;
    return false;
  }
  const std::int64_t tokens = std::ssize(letters);
  if (!can_pay(tokens)) {
    path.state = PathState::cut_off;
    return false;
  }
  (path.judging ? ledger_.verified : ledger_.prompt_computed) += tokens;
  path.earlier_tokens += tokens;
  path.text += letters;
  if (is_word(path.text)) finish_word(path);
  return true;
}

awaitable<bool> ToySpace::reply(Path&, const Problem&, std::string) {
  throw Error(ErrorCode::unsupported, "toy space: there is no chat to reply in");
  co_return false;
}

double ToySpace::likelihood(std::string_view letters, std::string_view more) const {
  std::string word(letters);
  double sum = 0;
  for (const char letter : more) {
    const std::size_t index = chain_.alphabet.find(letter);
    if (index == std::string::npos || is_word(word)) return -std::numeric_limits<double>::infinity();
    sum += std::log(chain_.next(word)[index]);
    word += letter;
  }
  return sum;
}

awaitable<std::optional<std::vector<std::vector<double>>>> ToySpace::likelihoods(std::span<const Path> paths,
                                                                                 std::vector<std::string> texts) {
  const std::int64_t tokens = (options_.says ? std::ssize(texts) : letters_to_run(texts)) * std::ssize(paths);
  if (!can_pay(tokens)) co_return std::nullopt;
  ledger_.verified += tokens;
  std::vector<std::vector<double>> table;
  for (const Path& path : paths) {
    std::vector<double>& row = table.emplace_back();
    for (const std::string& text : texts) {
      const std::string_view letters = toy_letters(path.text);
      row.push_back(options_.says ? options_.says(letters, text) : likelihood(letters, toy_letters(text)));
    }
  }
  co_return table;
}

int ToySpace::choose(std::span<const double> probabilities) {
  if (options_.choose) return options_.choose(probabilities);
  return index_at(probabilities, uniform_at(options_.seed, 0, choices_++));
}

bool ToySpace::exhausted() const { return options_.budget_tokens >= 0 && ledger_.total() >= options_.budget_tokens; }

std::int64_t ToySpace::drawable() const {
  if (options_.budget_tokens < 0) return std::numeric_limits<std::int64_t>::max();
  return options_.budget_tokens - ledger_.total();
}

}  // namespace reckon
