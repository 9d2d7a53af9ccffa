#include "search/path.h"

namespace reckon {

const char* name_of(PathState state) noexcept {
  switch (state) {
    case PathState::open: return "open";
    case PathState::finished: return "finished";
    case PathState::stopped: return "stopped";
    case PathState::cut_off: return "cut_off";
    case PathState::pruned: return "pruned";
  }
  return "open";
}

}  // namespace reckon
