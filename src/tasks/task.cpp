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
  constexpr std::uint64_t kFirstShot = std::uint64_t{1} << 40;
  const std::vector<int> cycle = levels();
  Instance instance = generate(split, cycle[index % cycle.size()], index);
  std::string examples;
  for (int i = 0; i < shots(); ++i) {
    const std::uint64_t shot = kFirstShot + index * static_cast<std::uint64_t>(shots()) + static_cast<std::uint64_t>(i);
    const Instance example = generate(Split::validation, instance.level, shot);
    examples.append(example.prompt).append("\n").append(example.reference).append("\n\n");
  }
  instance.prompt.insert(0, preamble(instance) + examples);
  return instance;
}

}  // namespace reckon
