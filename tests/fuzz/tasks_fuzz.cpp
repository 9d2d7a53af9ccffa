// Checkers of the generated tasks: the first byte chooses the task, the second the level, the rest is what a model wrote. Any
// bytes give a verdict and step verdicts, none an exception; scores lie in [0, 1], and what is right scores 1.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/task.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct Subject {
  std::unique_ptr<const reckon::Task> task;
  std::vector<reckon::Instance> instances;  // one per level
};

std::vector<Subject> subjects() {
  std::vector<Subject> result;
  for (const reckon::TaskEntry& entry : reckon::tasks()) {
    bool reader = false;
    for (const reckon::ParameterSpec& row : entry.parameters) reader = reader || row.name == "file";
    if (reader || entry.runs_programs) continue;  // programs have the sandbox around them
    Subject subject{reckon::make_task(entry.name), {}};
    for (int level = reckon::kLowestLevel; level <= reckon::kHighestLevel; ++level) {
      subject.instances.push_back(subject.task->generate(reckon::Split::train, level, 0));
    }
    result.push_back(std::move(subject));
  }
  return result;
}

void check(const reckon::Task& task, const reckon::Instance& instance, std::string_view text) {
  const reckon::Verdict verdict = task.check(instance, text);
  require(verdict.score >= 0 && verdict.score <= 1);
  require(!verdict.correct || (verdict.score == 1 && verdict.extracted));
  for (const reckon::StepVerdict& step : task.check_steps(instance, text)) require(step.valid || !step.still_solvable);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Subject> kSubjects = subjects();
  if (size < 2) return 0;
  const Subject& subject = kSubjects[data[0] % kSubjects.size()];
  const reckon::Instance& instance = subject.instances[data[1] % subject.instances.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  check(*subject.task, instance, text);
  check(*subject.task, instance, "\\boxed{" + std::string(text) + "}");
  check(*subject.task, instance, "<think>\n" + std::string(text));
  return 0;
}
