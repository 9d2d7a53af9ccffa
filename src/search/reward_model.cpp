#include "search/reward_model.h"

#include <cmath>
#include <optional>

#include "base/error.h"
#include "search/registry.h"

namespace reckon {
namespace {

// A path as the reward model has read it.
class Read final : public VerifierMemory {
 public:
  Read(Sequence sequence, std::size_t bytes, std::vector<std::vector<double>> scores)
      : sequence_(std::move(sequence)), bytes_(bytes), scores_(std::move(scores)) {}

  const Sequence& sequence() const { return sequence_; }
  std::size_t bytes() const { return bytes_; }                                // of the path's text
  const std::vector<std::vector<double>>& scores() const { return scores_; }  // [step][pair]

 private:
  Sequence sequence_;
  std::size_t bytes_;
  std::vector<std::vector<double>> scores_;
};

const Read* read_of(const std::shared_ptr<const VerifierMemory>& memory) { return dynamic_cast<const Read*>(memory.get()); }

// What is to be read of one path now.
struct Reading {
  Path* path;
  Sequence sequence;
  std::vector<std::vector<double>> scores;  // read before
  std::size_t bytes;                        // of the path's text, read before; with what is being read, once feed_of was called
};

double score_of(const RewardPair& pair, double positive, double negative) {
  return 1 / (1 + std::exp((negative - positive) / pair.temperature));
}

std::vector<Token> watched_tokens(const RewardReadout& readout) {
  std::vector<Token> tokens;
  for (const RewardPair& pair : readout.pairs) {
    tokens.push_back(pair.positive);
    tokens.push_back(pair.negative);
  }
  return tokens;
}

// The tokens of what is new in a path's text, step by step, and behind which of them a step ends; as many steps as the context
// has room for.
FeedWork feed_of(Reading& reading, const RewardReadout& readout, const Engine& engine) {
  const std::string_view text = reading.path->text;
  const std::size_t room = static_cast<std::size_t>(engine.model().info().context_length) - reading.sequence.tokens().size() - 1;
  FeedWork work(&reading.sequence, {});
  for (const std::size_t end : reading_points(text, reading.bytes, readout.delimiter)) {
    const std::vector<Token> step = engine.tokenizer().encode(text.substr(reading.bytes, end - reading.bytes));
    if (work.tokens.size() + step.size() > room) break;
    work.tokens.insert(work.tokens.end(), step.begin(), step.end());
    reading.bytes = end;
    // A tokenizer may make nothing of blanks; what is read behind them would be read behind what stands before.
    if (!step.empty()) work.read_behind.push_back(std::ssize(work.tokens) - 1);
  }
  work.watched = watched_tokens(readout);
  return work;
}

std::vector<double> scores_behind(const RewardReadout& readout, const std::vector<float>& watched) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < readout.pairs.size(); ++i) {
    scores.push_back(score_of(readout.pairs[i], watched[2 * i], watched[2 * i + 1]));
  }
  return scores;
}

}  // namespace

std::vector<std::size_t> reading_points(std::string_view text, std::size_t from, std::string_view delimiter) {
  std::vector<std::size_t> points;
  while (!delimiter.empty()) {
    const std::size_t found = text.find(delimiter, from);
    if (found == std::string_view::npos) break;
    from = found + delimiter.size();
    points.push_back(from);
  }
  if (from < text.size()) points.push_back(text.size());
  return points;
}

RewardModel::RewardModel(std::unique_ptr<Engine> engine, RewardReadout readout)
    : engine_(std::move(engine)), readout_(std::move(readout)) {}

std::size_t RewardModel::pair_named(std::string_view name) const {
  if (name.empty()) return 0;
  return static_cast<std::size_t>(
      &find_entry(std::span<const RewardPair>(readout_.pairs), name, "read-out", "the model's file names them") -
      readout_.pairs.data());
}

// Once per problem: what every path begins with.
awaitable<bool> RewardModel::read_problem(const Problem& problem, SearchSpace& space) const {
  if (read_of(space.problem_memory) != nullptr) co_return true;
  if (!space.request()) throw Error(ErrorCode::unsupported, "a reward model cannot score here: the space has no engine");
  std::optional<Sequence> sequence = co_await engine_->open(readout_.prompt(problem), space.request(), 0, Purpose::verified);
  if (!sequence) co_return false;
  std::vector<std::vector<double>> none;
  space.problem_memory = std::make_shared<Read>(std::move(*sequence), 0, std::move(none));
  co_return true;
}

awaitable<std::vector<std::vector<double>>> RewardModel::step_scores(std::span<Path> paths, const Problem& problem,
                                                                     SearchSpace& space, std::size_t pair) const {
  std::vector<Reading> readings;
  readings.reserve(paths.size());
  std::vector<FeedWork> works;
  const bool opened = co_await read_problem(problem, space);
  for (Path& path : paths) {
    const Read* before = read_of(path.memory);
    if (!opened || (before != nullptr && before->bytes() == path.text.size()) || path.text.empty()) continue;
    const Read& base = before != nullptr ? *before : *read_of(space.problem_memory);
    Reading& reading = readings.emplace_back(&path, engine_->fork(base.sequence(), path.id), base.scores(), base.bytes());
    FeedWork work = feed_of(reading, readout_, *engine_);
    if (work.tokens.empty()) {
      readings.pop_back();
    } else {
      works.push_back(std::move(work));
    }
  }
  const std::optional<std::vector<Fed>> fed = co_await engine_->feed(std::move(works));
  for (std::size_t i = 0; fed && i < readings.size(); ++i) {
    Reading& reading = readings[i];
    for (const std::vector<float>& watched : (*fed)[i].watched) reading.scores.push_back(scores_behind(readout_, watched));
    reading.path->memory = std::make_shared<Read>(std::move(reading.sequence), reading.bytes, std::move(reading.scores));
  }
  std::vector<std::vector<double>> result;
  for (const Path& path : paths) {
    std::vector<double>& scores = result.emplace_back();
    const Read* read = read_of(path.memory);
    if (read == nullptr) continue;
    for (const std::vector<double>& step : read->scores()) scores.push_back(step[pair]);
  }
  co_return result;
}

}  // namespace reckon
