// Tasks: seeded generators of problems (or readers of files), with a reference solver and an exact checker. One source for
// evaluation and for training. All functions are pure: deterministic, thread-safe, and no model is ever asked.
// Draws and splits: an instance's stream is SplitMix64 seeded with FNV-1a of its id; FNV-1a of its canonical key mod 100 says
// which split the problem belongs to (0..4 test, 5..9 validation, the rest train), so no training set can hold a test problem.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/parameters.h"
#include "search/answers/extract.h"

namespace reckon {

enum class Split { train, validation, test };
const char* name_of(Split split) noexcept;  // "train"
Split split_named(std::string_view name);   // throws Error bad_argument
Split split_of_key(std::string_view key) noexcept;

constexpr int kLowestLevel = 1;   // a child's instance
constexpr int kHighestLevel = 5;  // hard for very large models

// One problem. `numbers` and `words` are what the task's checker needs; each task's file says what it puts there.
struct Instance {
  std::string id = {};         // "countdown/1/test/L2/0": task, version, split, level, index
  std::string task = {};       // "countdown"
  int level = 0;               // 1..5; 0 where a file has none
  std::string family = {};     // kind of problem within the task, such as the procedure or the subject; "" where all are of one
  std::string key = {};        // canonical: equal for problems that are the same up to the task's symmetries
  std::string prompt = {};     // what the user says
  std::string gold = {};       // one right answer, as it stands in the box
  std::string reference = {};  // a worked solution: "<think>\n" step lines "</think>\n\boxed{gold}"
  std::vector<std::int64_t> numbers = {};
  std::vector<std::string> words = {};
  AnswerForm answer_form = {};   // how it is found in a text, and among which options
  std::string constraints = {};  // on the answer, where the task has formal ones: for the verifiers `sat` and `smt`
  std::string tests = {};        // of a program: those that may be shown, for the verifier `tests`; blocks between blank lines
};

// A figure of one answer. Measures "X" and "said X" say whether X is so and whether the answer says it, 1 or 0: what F1 of X over
// many problems is made of.
struct Measure {
  std::string name;
  double value;
};

struct Verdict {
  std::optional<std::string> extracted = {};  // the answer found in the text
  bool correct = false;
  double score = 0;         // in [0, 1]; may give part marks where `correct` cannot
  std::string detail = {};  // why: "right", "number 5 is used twice"
  // Further figures of the task, such as PA and SM of procedure. A share is there of every problem that it can be of, 0 where the
  // answer cannot be read; an amount only where there is one.
  std::vector<Measure> measures = {};
};

struct StepVerdict {
  bool valid = false;           // follows from the problem and the lines before it
  bool still_solvable = false;  // valid so far, and a right answer can still be reached
};

// A task with its parameters bound. Immutable: one object may serve many threads.
class Task {
 public:
  virtual ~Task() = default;

  // Problem `index` of a split at a level: always the same one. Endless for generators; for readers `level` is ignored.
  // Throws Error bad_argument for a level outside 1..5 or an index past the end.
  virtual Instance generate(Split split, int level, std::uint64_t index) const = 0;
  // A worked solution found from the problem alone, in the form of Instance::reference; nullopt if there is none.
  virtual std::optional<std::string> solve(const Instance& instance) const = 0;
  // Any bytes are accepted; time is linear in them. Never throws for what the text holds.
  virtual Verdict check(const Instance& instance, std::string_view text) const = 0;
  // One verdict per line of working (inside <think>, closed or not). Empty where the task has no exact step check.
  virtual std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const;
  // Number of problems of a file, which is one set: every split is all of it. nullopt for a generator.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
  // Levels that `problem` cycles through, from the parameter `level`.
  virtual std::vector<int> levels() const = 0;

  // Problem `index` of an evaluation or a training run: its level is levels()[index mod count]. With the parameter shots=k, its
  // prompt begins with k solved problems of the level, from the validation split and far from any index in use. With
  // prompt=full, the rules and the form of the answer stand before all of it.
  Instance problem(Split split, std::uint64_t index) const;

 protected:
  virtual int shots() const { return 0; }
  // What a reader who has never met the task must be told; "" when prompts are terse.
  virtual std::string preamble(const Instance&) const { return ""; }
};

struct TaskEntry {
  std::string name;
  std::string summary;
  std::string source;  // where the task comes from
  std::vector<ParameterSpec> parameters;
  std::unique_ptr<const Task> (*make)(const Parameters& parameters);
  bool checks_steps = true;    // whether check_steps judges each line of working
  bool runs_programs = false;  // whether check runs the answer in the sandbox, which takes a moment and not every machine has
};

std::span<const TaskEntry> tasks();  // as listed to the user
// "countdown" or "countdown:level=3". Throws Error not_found (with the nearest name) or bad_argument.
std::unique_ptr<const Task> make_task(std::string_view specification);

}  // namespace reckon
