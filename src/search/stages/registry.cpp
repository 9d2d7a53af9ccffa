#include <array>

#include "search/registry.h"
#include "search/stages/stage.h"

namespace reckon {

StageEntry generate_stage();
StageEntry critique_stage();
StageEntry rank_stage();
StageEntry verify_stage();
StageEntry write_tests_stage();
StageEntry evaluate_tests_stage();
StageEntry fuse_stage();
StageEntry select_stage();

std::span<const StageEntry> stages() {
  static const std::array table{generate_stage(),    critique_stage(),       rank_stage(), verify_stage(),
                                write_tests_stage(), evaluate_tests_stage(), fuse_stage(), select_stage()};
  return table;
}

const StageEntry& find_stage(std::string_view name) { return find_entry(stages(), name, "stage", "'reckon stages' lists all"); }

}  // namespace reckon
