// What the stages of a pipeline hand on: the candidates that are left, and a record of everything drawn. A stage reads and
// changes it; at the end it is the outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "search/strategies/conversation.h"

namespace reckon {

struct Candidate {
  Path path;              // with its pages, so that verifiers can read it
  double score = 0;       // the last stage's that gave one: of the verifier, or the share of tests passed
  bool verified = false;  // `score` is the verifier's
  std::string critique;   // "" = none
};

class Board {  // of one problem, one coroutine
 public:
  // All outlive it. `verifier` may be asked by stages that say so.
  Board(const Problem& problem, SearchSpace& space, const Verifier& verifier);

  const Problem& problem() const { return *problem_; }
  SearchSpace& space() { return *space_; }

  // In their order: `ordered` says that it means better to worse.
  std::vector<Candidate> candidates;
  bool ordered = false;
  std::vector<std::string> tests;  // in words, for the candidates
  std::optional<double> selected;  // confidence of a stage that chose the one candidate left
  bool ran_out = false;            // the budget kept some stage from what it meant to do
  bool questions_follow = false;   // a later stage will ask the model

  // A new layer of candidates, made from those there were, which are closed.
  void replace(std::vector<Path> paths);
  void add(std::vector<Path> paths);  // to the layer that is there
  // Those with these indices, in this order; the others are closed. Each index at most once.
  void keep(const std::vector<std::size_t>& order);
  void close_question(Path path);  // one that asked, not solved

  // Scores of the verifier for every candidate, where it has not scored them yet.
  awaitable<void> verify();
  std::vector<std::size_t> by_score() const;  // numbers of the candidates, the best first; equals as they stand

  // The candidates' texts behind their thinking, numbered from [1], with their critiques; each at most `bytes` long.
  std::string quoted(std::size_t bytes) const;
  std::string quoted_one(std::size_t index, std::size_t bytes) const;

  std::vector<PathRecord> records_of_candidates() const;

  // The first candidate with an answer where they are ordered, else the majority's; of an earlier layer where none of them has
  // one.
  Outcome outcome() &&;

 private:
  struct Closed {
    PathRecord record;
    int layer;  // -1 of a question
  };
  void close(Candidate candidate);
  std::optional<std::size_t> answering(std::span<const std::size_t> final_ones) const;
  std::optional<std::size_t> most_common(std::span<const std::size_t> indices) const;
  double share_of(std::size_t index) const;

  const Problem* problem_;
  SearchSpace* space_;
  const Verifier* verifier_;
  std::vector<Closed> closed_;
  int layer_ = 0;
};

// The problem in these words, for one of the space's models.
Problem question_of(const Board& board, std::string text, int model);

// Whether it has room in that model's context. Its tokens are known for the first model only: of others we want twice as much
// room.
bool has_room(const Problem& question, const SearchSpace& space);

// What the model says to each of these, behind its thinking; nothing to those that have no room in the context, or that the
// budget cannot pay for. All in one batch, or in rounds of 1, 1, 2, 4 … under a budget, so that some are answered before it ends.
// Questions about candidates judge them, and are charged as verified.
enum class About { problem, candidates };
awaitable<std::vector<std::optional<std::string>>> ask_each(std::vector<std::string> questions, About about, int model,
                                                            StepOptions step, Board& board);

}  // namespace reckon
