// What the results of a run depend on, as plain text: two runs whose texts are equal draw the same answers, problem by problem.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/runtime.h"
#include "app/thinking.h"
#include "engine/budget.h"
#include "tasks/task.h"

namespace reckon {

// One strategy with everything that a grid may vary.
struct EvaluationCell {
  std::string strategy;       // "majority:n=16"
  std::string verifier = {};  // as SolveRequest::verifier
  std::string system = {};
  Budget budget = {};
  std::string label = {};  // what tables call it: the strategy, and of the rest what a grid varies
};

// What is the same for all cells of an evaluation.
struct EvaluationSetting {
  std::string task;                        // "countdown:level=3"
  std::vector<std::string> ensemble = {};  // files of further models, for strategies that ask for them
  Split split = Split::test;
  std::optional<ThinkingRequest> thinking = {};
  std::uint64_t seed = 0;
  bool chat = true;
  std::string measurements = {};  // file that allocators choose by; "" = none
  std::int64_t first = 0;         // problem that budget is moved from on, where it is
};

// Names are written with all their parameters, defaults too: "majority" is "majority:n=16", and a default that changes is another
// run. Files that parameters name count by their bytes.
struct RunIdentity {
  std::string task;  // with its version in the id of its first problem
  std::string split;
  std::string strategy;
  std::string verifier;  // "" where the strategy asks none: then it is the same run whatever the verifier
  std::string budget;
  std::string prompt;  // chat or plain, rules of thinking, system prompt
  std::string seed;
  std::string model;   // hash of the file
  std::string engine;  // number formats, pages and cache: what may change an answer or its cost
  std::string files;   // hashes of files that parameters name, and of the reward model
  std::string code;    // code_version()

  // Column and value of each of the above, in that order.
  std::array<std::pair<std::string_view, std::string*>, 11> fields();
};

// Reads the files it hashes; loads no model. Throws what parsing throws, and Error for files that cannot be read.
RunIdentity identity_of(const RuntimeOptions& runtime, const EvaluationSetting& setting, const EvaluationCell& cell);

// To the last digit, which to_string(budget) leaves out; "unlimited" without any limit.
std::string exact_text(const Budget& budget);
// "prm" with all its parameters, as RunIdentity::verifier and measurements have it. Throws what find_verifier throws.
std::string full_name_of_verifier(const std::string& text);
// The other way round: "majority:n=16,temperature=0.8,…" without what is the default, as a user would write it.
std::string short_name_of_strategy(const std::string& text);
// How such a run is asked for, but for where its problems begin and end and where files lie: "reckon eval --task
// countdown:level=2+3
// --split validation --strategy best_of_n:n=32 --verifier prm --budget tokens=600 --seed 0".
std::string command_of(const RunIdentity& identity);
// Of RunIdentity::task, which problems those are, "level=3,prompt=full": the level, what is not as by default, and of files the
// name without its folder. "" for a task of another version.
std::string setting_of_task(const std::string& task);

// "majority:n=16, tokens=500, verifier prm": the strategy as it was asked for, and whatever else is not the default.
std::string full_label_of(const EvaluationCell& cell);

}  // namespace reckon
