// A path: a sequence as search sees it. What the space keeps for it (a sequence with its pages, a toy state) is opaque.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/sampling/options.h"

namespace reckon {

enum class PathState {
  open,      // may grow
  finished,  // the model ended it
  stopped,   // ended by its own limit (tokens of a path, the context, memory) before the model ended it
  cut_off,   // ended by the request's budget before the model ended it
  pruned,    // given up by the strategy
};
const char* name_of(PathState state) noexcept;

// What a space keeps for one path.
class PathData {
 public:
  virtual ~PathData() = default;
};

// What one of several judges said of a path: a score in [0, 1], or 1 for yes and 0 for no. A judge may say something several
// times.
struct JudgeVerdict {
  std::size_t judge = 0;  // by a number of its own
  double score = 0;
};

// What a verifier remembers of a path it has read, so that it reads only what is new. Forks share it.
class VerifierMemory {
 public:
  virtual ~VerifierMemory() = default;
  // What its judges said of the path when it was last read. Empty where all that was said is the score.
  virtual std::vector<JudgeVerdict> verdicts() const { return {}; }
};

// Told when its path is gone, destroyed or overwritten: left in paths by a space that reports what happens (observed_space.h).
class PathWatch {
 public:
  virtual ~PathWatch() = default;
};

// A finished turn of a conversation.
struct Turn {
  std::string role;  // "user", "assistant"
  std::string text;
};

struct Path {                // moves, never copies: SearchSpace::fork makes another
  std::uint64_t id = 0;      // number of the path within its problem, in order of creation
  std::uint64_t parent = 0;  // id of the path it was forked from; its own id for the first
  int model = 0;             // which of the space's models draws it (SearchSpace::models)
  PathState state = PathState::open;
  bool judging = false;                 // of a Problem::judging: what is given to it and drawn for it is verified
  bool scoring = false;                 // of a Problem::scoring
  std::vector<Turn> turns;              // behind the prompt and before `text`, where SearchSpace::reply began a new turn
  std::string text;                     // everything after the prompt, or after the last reply
  std::vector<std::size_t> step_ends;   // byte offsets in `text` behind each completed advance
  std::vector<double> step_scores;      // what the strategy thought of its beginnings, in order; as many as it scored
  std::int64_t tokens = 0;              // drawn for `text`, those inherited from the parent included
  std::int64_t inherited_tokens = 0;    // of these, drawn before it was forked off
  std::int64_t earlier_tokens = 0;      // given and drawn along its line beside those: prompts, earlier turns, what was put in
  std::int64_t thinking_tokens = 0;     // drawn in thinking, as far as a ThinkingSpace counted them
  std::size_t inherited_steps = 0;      // of step_ends, those from before it was forked off
  double log_probability = 0;           // of those tokens under the untouched model
  double sampling_log_probability = 0;  // of those tokens under the distribution they were drawn from
  std::vector<TokenStatistics> statistics;       // of each token drawn with StepOptions::statistics
  std::vector<float> hidden;                     // last hidden state behind the prompt, for Problem::wants_hidden; not in forks
  std::shared_ptr<const VerifierMemory> memory;  // of the request's verifier; null before it has read the path
  std::unique_ptr<PathData> data;                // may be null when the path can grow no more
  std::unique_ptr<PathWatch> watch;              // null where nobody watches
};

// All that had to be given and drawn one after the other for it, from the first prompt on.
inline std::int64_t line_tokens(const Path& path) { return path.earlier_tokens + path.tokens; }

// What remains of a path in the outcome.
struct PathRecord {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  PathState state = PathState::finished;
  std::vector<Turn> turns;
  std::string text;
  std::vector<std::size_t> step_ends;
  std::vector<double> step_scores;
  // As extracted; nothing when there is none. One of a pruned path, which ended all the same, was not selected from.
  std::optional<std::string> answer;
  double score = 0;                    // of the verifier, or of the strategy's own criterion
  std::vector<JudgeVerdict> verdicts;  // of the judges that the verifier is made of; empty where it is one
  std::int64_t tokens = 0;
  std::int64_t inherited_tokens = 0;
  std::int64_t line_tokens = 0;  // of the path (above)
  std::size_t inherited_steps = 0;
  double log_probability = 0;
  int model = 0;                      // which of the space's models drew it
  bool judging = false;               // it judged others: its tokens are verified, not generated
  std::optional<std::size_t> member;  // of an ensemble: which of its configurations drew it; nothing where there is one only
  bool evidence = false;              // drawn to weigh the others by, as in another language: selectors never choose it
  std::optional<double> weight;  // share in what a sampler estimates, 1 over all paths together; nothing where nothing is sampled
};

}  // namespace reckon
