#include "search/fork.h"

namespace reckon {

Path fork_of(const Path& parent, std::uint64_t id) {
  Path path;
  path.id = id;
  path.parent = parent.id;
  path.model = parent.model;
  path.state = parent.state;
  path.judging = parent.judging;
  path.scoring = parent.scoring;
  path.turns = parent.turns;
  path.text = parent.text;
  path.step_ends = parent.step_ends;
  path.step_scores = parent.step_scores;
  path.tokens = path.inherited_tokens = parent.tokens;
  path.earlier_tokens = parent.earlier_tokens;
  path.thinking_tokens = parent.thinking_tokens;
  path.inherited_steps = parent.step_ends.size();
  path.log_probability = parent.log_probability;
  path.sampling_log_probability = parent.sampling_log_probability;
  path.statistics = parent.statistics;
  path.memory = parent.memory;
  return path;
}

void begin_turn(Path& path, std::string_view reply) {
  path.turns.push_back({"assistant", std::move(path.text)});
  path.turns.push_back({"user", std::string(reply)});
  path.text.clear();
  path.state = PathState::open;
  path.step_ends.clear();
  path.step_scores.clear();
  path.earlier_tokens += path.tokens;
  path.tokens = path.inherited_tokens = path.thinking_tokens = 0;
  path.inherited_steps = 0;
  path.log_probability = path.sampling_log_probability = 0;
  path.statistics.clear();
  path.memory.reset();
}

}  // namespace reckon
