// A stage of a pipeline: it makes candidates, judges them, or leaves fewer. Each kind is one file that ends with its registry
// entry. Source: Archon, Saad-Falcon et al. 2024, arXiv:2409.15254 (specs card C13).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.h"
#include "search/stages/board.h"
#include "search/stages/wording.h"
#include "search/strategies/conversation.h"

namespace reckon {

class Stage {  // immutable: one object may serve many problems at once
 public:
  virtual ~Stage() = default;
  // Where the budget or the context keeps it from its work, it leaves the candidates as they are.
  virtual awaitable<void> run(Board& board) const = 0;
  // Of so many candidates: how many it leaves at most, and how many texts it has the model write at most.
  virtual std::int64_t leaves(std::int64_t candidates) const = 0;
  virtual std::int64_t calls(std::int64_t candidates) const = 0;
  virtual int models() const { return 1; }         // one more than the highest number of a model it asks
  virtual bool verifies() const { return false; }  // asks the verifier for scores (Board::verify)
};

struct StageEntry {
  std::string_view name;     // what `kind` is in a file
  std::string_view summary;  // one line
  std::string_view source;   // paper or "standard"
  std::vector<ParameterSpec> parameters;
  bool opens = false;                          // it stands before all others, and one of its kind is the first
  std::vector<std::string_view> read_by = {};  // what it writes, a later stage of these has to read
  bool read_at_once = false;                   // that is the very next stage
  std::string_view reads = {};                 // the stage just before it has to be of this kind
  std::unique_ptr<Stage> (*make)(const Parameters& parameters);
};

std::span<const StageEntry> stages();                 // in the order they are shown
const StageEntry& find_stage(std::string_view name);  // throws Error not_found with the nearest name

// Rows that stages share which ask the model: model, prompt, temperature, max_tokens, quote. `places` is what the prompt may
// hold.
std::vector<ParameterSpec> asking_parameters(std::string_view places, std::int64_t max_tokens);

struct Asking {  // what those rows say
  // Throws Error bad_argument for a prompt that does not hold `needed`, "{candidates}".
  Asking(const Parameters& parameters, std::string_view ours, std::string_view needed);
  int model;
  std::string prompt;
  StepOptions step;
  std::size_t quote;  // bytes of each text in a question
};

// One question about each candidate: the prompt with {problem}, {candidate} and what `more` names filled in.
std::vector<std::string> questions_about_each(const Asking& asking, const Board& board, std::span<const Filling> more = {});

// "0+2": numbers of models, in order. Throws Error bad_argument.
std::vector<int> models_of(const Parameters& parameters);
ParameterSpec models_parameter();

// "model" or "verifier": who judges.
ParameterSpec judge_parameter();
ParameterSpec keep_parameter(std::int64_t keep);

}  // namespace reckon
