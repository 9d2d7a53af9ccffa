#include "search/stages/board.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>

#include "search/answers/grouping.h"
#include "search/strategies/rounds.h"
#include "search/strategies/step_search.h"

namespace reckon {

Board::Board(const Problem& problem, SearchSpace& space, const Verifier& verifier)
    : problem_(&problem), space_(&space), verifier_(&verifier) {}

void Board::close(Candidate candidate) { closed_.push_back({record_of(candidate.path, candidate.score, *problem_), layer_}); }

void Board::close_question(Path path) { closed_.push_back({record_of_question(path, *problem_), -1}); }

void Board::add(std::vector<Path> paths) {
  for (Path& path : paths) candidates.emplace_back().path = std::move(path);
}

void Board::replace(std::vector<Path> paths) {
  std::int64_t line = 0;
  for (const Candidate& candidate : candidates) line = std::max(line, line_tokens(candidate.path));
  for (Path& path : paths) path.earlier_tokens += line;
  for (Candidate& candidate : candidates) close(std::move(candidate));
  candidates.clear();
  ordered = false;
  selected.reset();  // it was of those that are closed now
  ++layer_;
  add(std::move(paths));
}

void Board::keep(const std::vector<std::size_t>& order) {
  std::vector<Candidate> kept;
  std::vector<bool> stays(candidates.size(), false);
  for (const std::size_t index : order) {
    stays[index] = true;
    kept.push_back(std::move(candidates[index]));
  }
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!stays[i]) close(std::move(candidates[i]));
  }
  candidates = std::move(kept);
}

std::vector<std::size_t> Board::by_score() const {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [this](std::size_t i) { return candidates[i].score; });
  return order;
}

awaitable<void> Board::verify() {
  std::vector<std::size_t> unknown;
  std::vector<Path*> paths;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].verified) continue;
    unknown.push_back(i);
    paths.push_back(&candidates[i].path);
  }
  const std::vector<double> scores = co_await score_these(*verifier_, std::move(paths), *problem_, *space_);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    candidates[unknown[i]].score = scores[i];
    candidates[unknown[i]].verified = true;
  }
}

std::string Board::quoted_one(std::size_t index, std::size_t bytes) const {
  return shown_part(candidates[index].path.text, quoted_bytes(bytes, 1));
}

std::string Board::quoted(std::size_t bytes) const {
  const std::size_t share = quoted_bytes(bytes, candidates.size());
  std::string text;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    text += (text.empty() ? "[" : "\n\n[") + std::to_string(i + 1) + "] " + shown_part(candidates[i].path.text, share);
    const std::string critique = clipped(candidates[i].critique, share);
    if (!critique.empty()) text += "\nCritique of [" + std::to_string(i + 1) + "]: " + critique;
  }
  return text;
}

std::vector<PathRecord> Board::records_of_candidates() const {
  std::vector<PathRecord> records;
  for (const Candidate& candidate : candidates) records.push_back(record_of(candidate.path, candidate.score, *problem_));
  return records;
}

std::optional<std::size_t> Board::most_common(std::span<const std::size_t> indices) const {
  std::vector<PathRecord> records;
  for (const std::size_t index : indices) records.push_back(closed_[index].record);
  const Selection selection = find_selector("majority").select(records);
  return selection.chosen ? std::optional(indices[*selection.chosen]) : std::nullopt;
}

std::optional<std::size_t> Board::answering(std::span<const std::size_t> final_ones) const {
  const auto answers = [this](std::size_t index) { return closed_[index].record.answer.has_value(); };
  if (ordered) {
    const auto first = std::ranges::find_if(final_ones, answers);
    if (first != final_ones.end()) return *first;
  }
  if (const auto common = most_common(final_ones)) return common;
  for (int layer = layer_; layer >= 0; --layer) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < closed_.size(); ++i) {
      if (closed_[i].layer == layer) indices.push_back(i);
    }
    if (const auto common = most_common(indices)) return common;
  }
  return std::nullopt;
}

// Of all answers that any layer gave, those that say the same.
double Board::share_of(std::size_t index) const {
  std::vector<std::string> answers;
  std::size_t place = 0;
  for (std::size_t i = 0; i < closed_.size(); ++i) {
    if (!closed_[i].record.answer) continue;
    if (i == index) place = answers.size();
    answers.push_back(*closed_[i].record.answer);
  }
  for (const AnswerGroup& group : group_answers(answers)) {
    if (std::ranges::find(group.members, place) == group.members.end()) continue;
    return static_cast<double>(group.members.size()) / static_cast<double>(answers.size());
  }
  return 0;  // an answer of white space alone is in no group
}

Outcome Board::outcome() && {
  std::vector<std::size_t> final_ones;
  for (Candidate& candidate : candidates) {
    final_ones.push_back(closed_.size());
    close(std::move(candidate));
  }
  candidates.clear();
  Selection selection;
  selection.chosen = answering(final_ones);
  double confidence = 0;
  if (selection.chosen) {
    const bool as_selected = selected && final_ones.size() == 1 && *selection.chosen == final_ones.front();
    confidence = as_selected ? *selected : share_of(*selection.chosen);
  }
  std::vector<PathRecord> records;
  for (Closed& closed : closed_) records.push_back(std::move(closed.record));
  return outcome_in_order(std::move(records), selection, confidence, ran_out);
}

Problem question_of(const Board& board, std::string text, int model) {
  Problem question = asked_as(board.problem(), std::move(text));
  question.model = model;
  return question;
}

bool has_room(const Problem& question, const SearchSpace& space) {
  const std::int64_t tokens = std::ssize(question.prompt);
  return (question.model == 0 ? tokens : 2 * tokens) <= space.longest_prompt();
}

awaitable<std::vector<std::optional<std::string>>> ask_each(std::vector<std::string> questions, About about, int model,
                                                            StepOptions step, Board& board) {
  constexpr std::size_t kLongestReply = 20'000;  // bytes: some pages
  std::vector<std::optional<std::string>> said(questions.size());
  const bool limited = is_limited(board.space());
  bool paid = true;
  for (std::size_t done = 0; done < questions.size() && paid;) {
    const std::size_t end = end_of_round(done, questions.size(), limited);
    std::vector<Path> asking;
    std::vector<std::size_t> places;
    for (std::size_t i = done; i < end && paid; ++i) {
      Problem question = question_of(board, std::move(questions[i]), model);
      question.judging = about == About::candidates;
      if (!has_room(question, board.space())) continue;
      const std::optional<Path> root = co_await board.space().open(question);
      paid = root.has_value();
      if (!paid) break;
      std::ranges::move(board.space().fork(*root, 1), std::back_inserter(asking));
      places.push_back(i);
    }
    if (!asking.empty()) co_await board.space().advance(asking, step);
    std::int64_t line = 0;
    for (const Path& path : asking) line = std::max(line, line_tokens(path));
    for (Candidate& candidate : board.candidates) candidate.path.earlier_tokens += line;
    for (std::size_t i = 0; i < asking.size(); ++i) {
      if (asking[i].state != PathState::cut_off) said[places[i]] = shown_part(asking[i].text, kLongestReply);
      board.close_question(std::move(asking[i]));
    }
    done = end;
  }
  board.ran_out = board.ran_out || !paid;
  co_return said;
}

}  // namespace reckon
