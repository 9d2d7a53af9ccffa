// Solving one problem: a request in plain values goes in, an answer with its receipt comes out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime.h"
#include "app/selections.h"
#include "app/thinking.h"
#include "engine/budget.h"
#include "search/allocator.h"
#include "search/events.h"
#include "search/strategy.h"
#include "tasks/task.h"

namespace reckon {

struct SolveRequest {
  std::string problem;
  std::string strategy = "majority";                 // "name:key=value,…", allocators behind it: "majority:n=32@adaptive", "auto"
  std::shared_ptr<const Measurements> measurements;  // for allocators that choose by them (app/learning.h); null = none
  std::vector<std::string> ensemble;  // files of further models, for strategies that ask for them (StrategyEntry::asks_models)
  std::string verifier;  // "" = exact where the problem can be checked, tests, sat or smt where it brings those, else likelihood
  Budget budget;
  std::optional<ThinkingRequest> thinking;  // on every path of whatever strategy
  std::uint64_t seed = 0;
  std::uint64_t prefix_scope = 0;               // as Request::prefix_scope
  bool chat = true;                             // use the model's chat template
  std::string system;                           // system prompt, "" = none
  Extraction extraction = Extraction::lenient;  // lenient: as `instance` says, where there is one
  std::optional<std::string> expected;          // a right answer, for the verifier `exact`
  std::string tests;                            // of a program, for the verifier `tests`
  std::string constraints;                      // of the answer, for `sat` and `smt`; "" = those of `instance`, where it has any
  std::shared_ptr<const Task> task;             // with `instance`: the problem is the task's, and its checker knows the answer
  std::optional<Instance> instance;
  std::function<void(std::uint64_t, std::string_view)> on_text;  // streaming: path id, piece; on the engine's thread
  std::function<void(std::uint64_t)> on_finished;  // the model ended this path; on the engine's thread, before on_event says so
  SearchListener on_event;                         // everything that happens; on the thread of the coroutine
  std::function<void(const RequestHandle&)> on_begin;  // before anything is run: for who wants to end it before its time
};

// What an answer has cost. Final.
struct Receipt {
  Ledger ledger;
  std::int64_t paths = 0;
};

struct SolveResult {
  Outcome outcome;
  std::string problem;   // as asked
  std::string strategy;  // as asked for
  std::uint64_t seed = 0;
  Receipt receipt;
  Selections selections;
  std::optional<bool> correct;                       // where somebody can tell
  std::vector<std::shared_ptr<const Model>> models;  // by PathRecord::model
};

// How answers to what is asked are found.
AnswerForm answer_form_of(const SolveRequest& request);

// What allocators are told of a request. Throws what find_verifier throws.
AllocatorResources allocator_resources(const SolveRequest& request);

// `runtime` outlives the coroutine. Throws Error bad_argument (an empty problem, parameters), not_found (strategy, verifier).
awaitable<SolveResult> solve(Runtime& runtime, SolveRequest request);

// The same, run to its end on the calling thread.
SolveResult solve_now(Runtime& runtime, SolveRequest request);

// Throws what solve() would throw before it runs anything: for front doors that want to fail before loading a model.
void validate(const SolveRequest& request);

}  // namespace reckon
