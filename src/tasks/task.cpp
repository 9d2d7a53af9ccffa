#include "tasks/task.h"

#include "base/error.h"
#include "base/rng.h"

namespace reckon {

const char* name_of(Split split) noexcept {
  switch (split) {
    case Split::train: return "train";
    case Split::validation: return "validation";
    case Split::test: return "test";
  }
  return "train";
}

Split split_named(std::string_view name) {
  for (const Split split : {Split::train, Split::validation, Split::test}) {
    if (name == name_of(split)) return split;
  }
  throw Error(ErrorCode::bad_argument, "no split '" + std::string(name) + "'; there are train, validation and test", "split");
}

Split split_of_key(std::string_view key) noexcept {
  const std::uint64_t bucket = fnv1a(key) % 100;
  if (bucket < 5) return Split::test;
  return bucket < 10 ? Split::validation : Split::train;
}

std::vector<StepVerdict> Task::check_steps(const Instance&, std::string_view) const { return {}; }

Instance Task::problem(Split split, std::uint64_t index) const {
  const std::vector<int> cycle = levels();
  return generate(split, cycle[index % cycle.size()], index);
}

}  // namespace reckon
