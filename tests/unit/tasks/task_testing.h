// Shared by the tests of tasks: making a task, boxing an answer, reading step verdicts as a string of + and -.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "base/error.h"
#include "search/sandbox/sandbox.h"
#include "tasks/task.h"

namespace reckon::trial {

inline std::string boxed(const std::string& answer) { return std::string("\\boxed{").append(answer).append("}"); }

inline bool is_right(const Task& task, const Instance& instance, const std::string& answer) {
  return task.check(instance, boxed(answer)).correct;
}

// Readers need a file; generators need nothing.
inline bool is_reader(const TaskEntry& entry) {
  return std::ranges::any_of(entry.parameters, [](const ParameterSpec& row) { return row.name == "file"; });
}

// A file of this text, removed with the object, for tasks that read one.
class TextFile {
 public:
  explicit TextFile(const std::string& text)
      : path_(::testing::TempDir() + "reckon_tasks_" + std::to_string(getpid()) + '_' + std::to_string(++made_) + ".jsonl") {
    std::ofstream(path_) << text;
  }
  ~TextFile() { std::remove(path_.c_str()); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  const std::string& path() const { return path_; }
  std::unique_ptr<const Task> open(const std::string& task, const std::string& more = "") const {
    return make_task(task + ":file=" + path_ + more);
  }
  std::string refusal(const std::string& task) const {
    try {
      (void)open(task);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

 private:
  static inline int made_ = 0;
  std::string path_;
};

inline bool has_sandbox() {
  try {
    require_sandbox();
    return true;
  } catch (const Error&) {
    return false;
  }
}

// One character per line of working: '+' valid and solvable, '~' valid but the goal is lost, '-' not valid.
inline std::string steps(const Task& task, const Instance& instance, const std::string& text) {
  std::string marks;
  for (const StepVerdict& step : task.check_steps(instance, text)) marks += !step.valid ? '-' : step.still_solvable ? '+' : '~';
  return marks;
}

inline double measure(const Verdict& verdict, const std::string& name) {
  for (const Measure& m : verdict.measures) {
    if (m.name == name) return m.value;
  }
  return -1;
}

}  // namespace reckon::trial
