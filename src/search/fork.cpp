#include "search/fork.h"

namespace reckon {

Path fork_of(const Path& parent, std::uint64_t id) {
  Path path;
  path.id = id;
  path.parent = parent.id;
  path.state = parent.state;
  path.text = parent.text;
  path.step_ends = parent.step_ends;
  path.tokens = parent.tokens;
  path.log_probability = parent.log_probability;
  path.sampling_log_probability = parent.sampling_log_probability;
  return path;
}

}  // namespace reckon
