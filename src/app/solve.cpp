#include "app/solve.h"

#include "app/prompt.h"
#include "app/run_identity.h"
#include "app/run_now.h"
#include "base/error.h"
#include "search/answers/equivalence.h"
#include "search/observed_verifier.h"
#include "search/spaces/ensemble_space.h"
#include "search/spaces/language_model_space.h"
#include "search/spaces/observed_space.h"
#include "search/spaces/thinking_space.h"

namespace reckon {
namespace {

// What answers are scored with where nobody says: a checker where there is one, else the model's own probabilities.
constexpr const char* kChecking = "exact";
constexpr const char* kByModel = "likelihood";

// Formulas in DIMACS say so in a line; else it is a script.
bool is_dimacs(std::string_view constraints) {
  return constraints.starts_with("p cnf") || constraints.find("\np cnf") != std::string_view::npos;
}

std::string verifier_name(const SolveRequest& request) {
  if (!request.verifier.empty()) return request.verifier;
  if (request.instance || request.expected) return kChecking;
  if (!request.tests.empty()) return "tests";
  if (!request.constraints.empty()) return is_dimacs(request.constraints) ? "sat" : "smt";
  return kByModel;
}

std::function<double(std::string_view)> checker(const SolveRequest& request) {
  if (request.instance) {
    return [task = request.task, instance = *request.instance](std::string_view text) {
      return task->check(instance, text).correct ? 1.0 : 0.0;
    };
  }
  if (request.expected) {
    return [gold = *request.expected, extraction = request.extraction](std::string_view text) {
      const auto answer = extract_answer(text, extraction);
      return answer && compare_extracted(gold, *answer, extraction).equal ? 1.0 : 0.0;
    };
  }
  return {};
}

std::string constraints_of(const SolveRequest& request) {
  return request.constraints.empty() && request.instance ? request.instance->constraints : request.constraints;
}

bool has_checker(const SolveRequest& request) { return request.instance.has_value() || request.expected.has_value(); }

// What the strategy is in the end, when an allocator has chosen it.
struct MadeStrategy {
  std::string text;
  AllocationTraits traits;
  std::vector<Allocation> chosen;
};

MadeStrategy chosen_for(const SolveRequest& request, const AllocatorResources& resources) {
  MadeStrategy made;
  made.text = chosen_strategy(request.strategy, resources, made.chosen);
  made.traits = traits_of(made.text);
  return made;
}

// In the order of the text: who chose the strategy comes first.
void add_allocations(std::vector<Allocation> chosen, Outcome& outcome) {
  outcome.allocations.insert(outcome.allocations.begin(), chosen.begin(), chosen.end());
}

VerifierResources resources_of(Runtime& runtime) {
  VerifierResources resources;
  resources.reward_model = [&runtime](const std::string& file) { return runtime.reward_model(file); };
  return resources;
}

// What a model is given: `problem` in its own tokens and template.
Problem as_given(Problem problem, Runtime& runtime, bool chat, const std::string& system) {
  problem.prompt = runtime.prompt(problem.text, chat, system);
  problem.thinking = thinking_form(runtime, problem.prompt);
  problem.render = nullptr;
  if (chat && !runtime.chat_template().empty()) {
    problem.render = [&runtime, system](std::span<const Turn> turns) { return runtime.conversation(turns, system); };
  }
  return problem;
}

// Those that were given, else those that the task shows.
std::string tests_of(const SolveRequest& request) {
  return request.tests.empty() && request.instance ? request.instance->tests : request.tests;
}

Problem problem_of(Runtime& runtime, const SolveRequest& request) {
  Problem problem;
  problem.text = request.problem;
  problem.answer_form = answer_form_of(request);
  problem.check = checker(request);
  problem.tests = tests_of(request);
  problem.constraints = constraints_of(request);
  return as_given(std::move(problem), runtime, request.chat, request.system);
}

// The spaces of all models that are asked, and the one that strategies see.
struct Spaces {
  std::vector<std::unique_ptr<LanguageModelSpace>> of_models;
  std::optional<EnsembleSpace> ensemble;
  SearchSpace& whole() { return ensemble ? static_cast<SearchSpace&>(*ensemble) : *of_models.front(); }
};

Spaces spaces_of(std::span<Runtime* const> runtimes, const SolveRequest& request, const RequestHandle& handle,
                 LanguageModelSpaceOptions options) {
  Spaces spaces;
  options.counts = std::make_shared<SharedCounts>();
  std::vector<EnsembleMember> members;
  for (Runtime* runtime : runtimes) {
    spaces.of_models.push_back(std::make_unique<LanguageModelSpace>(runtime->engine(), handle, options));
    EnsembleMember& member = members.emplace_back();
    member.space = spaces.of_models.back().get();
    if (runtime == runtimes.front()) continue;
    member.own = [runtime, chat = request.chat, system = request.system](const Problem& problem) {
      return as_given(problem, *runtime, chat, system);
    };
  }
  if (members.size() > 1) spaces.ensemble.emplace(std::move(members));
  return spaces;
}

// The last event: no space sees what a strategy chooses.
void report_choice(const Outcome& outcome, const SearchSpace& space, const SearchListener& listener) {
  if (!outcome.chosen) return;
  const PathRecord& path = outcome.paths[*outcome.chosen];
  SearchEvent event;
  event.kind = EventKind::chosen;
  event.path = path.id;
  event.parent = path.parent;
  event.steps = path.step_ends.size();
  event.tokens = path.tokens;
  if (outcome.answer) event.text = *outcome.answer;
  note_budget(event, space);
  listener(event);
}

}  // namespace

AnswerForm answer_form_of(const SolveRequest& request) {
  AnswerForm form = request.instance ? request.instance->answer_form : AnswerForm();
  if (request.extraction != Extraction::lenient) form.extraction = request.extraction;
  return form;
}

AllocatorResources allocator_resources(const SolveRequest& request) {
  AllocatorResources resources;
  resources.measurements = request.measurements;
  resources.budget = request.budget;
  if (request.task) {
    resources.task = request.instance->task;
    resources.level = request.instance->level;
  }
  // Without a checker nobody was asked for but the model itself: that says little of what is right.
  if (!request.verifier.empty() || verifier_name(request) != kByModel)
    resources.verifier = full_name_of_verifier(verifier_name(request));
  resources.checks = has_checker(request) && verifier_name(request) == kChecking;
  if (request.system.empty() && !request.thinking) resources.prompt = request.chat ? "chat" : "plain";
  return resources;
}

void validate(const SolveRequest& request) {
  check_text(request.problem, "PROBLEM");
  check_not_blank(request.problem, "PROBLEM");
  check_utf8(request.system, "--system");
  if (request.expected) {
    check_text(*request.expected, "--expect");
    check_not_blank(*request.expected, "--expect");
  }
  if (request.verifier.empty() && !request.tests.empty() && !request.constraints.empty()) {
    throw Error(ErrorCode::bad_argument,
                "--tests and --constraints ask for a verifier each; say which by --verifier tests, sat or smt");
  }
  const std::shared_ptr<const Verifier> verifier = make_verifier(verifier_name(request));
  make_allocated(request.strategy, verifier, allocator_resources(request));
  if (!request.ensemble.empty() && !traits_of(request.strategy).asks_models) {
    throw Error(ErrorCode::bad_argument, "'" + request.strategy + "' asks one model only; take the strategy ensemble or pipeline",
                "--ensemble");
  }
  Problem problem;
  problem.check = checker(request);
  problem.tests = tests_of(request);
  problem.constraints = constraints_of(request);
  verifier->require(problem);
  if (request.thinking) thinking_options(*request.thinking, ThinkingForm(), request.budget);
}

awaitable<SolveResult> solve(Runtime& runtime, SolveRequest request) {
  validate(request);
  const AllocatorResources allocation = allocator_resources(request);
  const MadeStrategy made = chosen_for(request, allocation);
  // A strategy that asks no verifier need not wait for a reward model to load.
  const VerifierResources resources = made.traits.uses_verifier ? resources_of(runtime) : VerifierResources();
  std::shared_ptr<const Verifier> verifier = make_verifier(verifier_name(request), resources);
  if (request.on_event) verifier = std::make_shared<ObservedVerifier>(std::move(verifier), request.on_event);
  const std::unique_ptr<Strategy> strategy = make_allocated(made.text, verifier, allocation);
  const Problem problem = problem_of(runtime, request);

  std::vector<Runtime*> runtimes{&runtime};
  for (const std::string& file : request.ensemble) runtimes.push_back(&runtime.beside(file));
  const auto handle = std::make_shared<Request>(request.budget, request.seed);
  handle->set_prefix_scope(request.prefix_scope);
  if (request.on_begin) request.on_begin(handle);
  LanguageModelSpaceOptions space_options;
  space_options.on_text = request.on_text;
  space_options.on_finished = request.on_finished;
  if (made.traits.uses_verifier) {
    space_options.verifier_tokens = verifier->tokens_per_token();
    space_options.verifier_cost = verifier->token_cost();
    space_options.statistics = verifier->statistics();
  }
  Spaces spaces = spaces_of(runtimes, request, handle, std::move(space_options));
  SearchSpace& space = spaces.whole();
  std::optional<ObservedSpace> observed;
  if (request.on_event) observed.emplace(space, request.on_event);
  SearchSpace& watched = observed ? static_cast<SearchSpace&>(*observed) : space;
  SolveResult result;
  for (const Runtime* asked : runtimes) result.models.push_back(asked->shared_model());
  result.problem = request.problem;
  result.strategy = request.strategy;
  result.seed = request.seed;
  std::optional<ThinkingSpace> thinking;  // outside: what it does to paths is seen too
  if (request.thinking) {
    thinking.emplace(watched, thinking_options(*request.thinking, problem.thinking, request.budget));
  }
  SearchSpace& searched = thinking ? static_cast<SearchSpace&>(*thinking) : watched;
  result.outcome = co_await strategy->solve(problem, searched);
  add_allocations(made.chosen, result.outcome);
  result.receipt.ledger = handle->ledger();
  if (request.on_event) report_choice(result.outcome, searched, request.on_event);
  result.receipt.paths = static_cast<std::int64_t>(result.outcome.paths.size());
  result.selections = selections_of(result.outcome, problem);
  if (problem.check) {
    const auto chosen = result.outcome.chosen;
    result.correct = chosen && result.selections.correct[*chosen];
  }
  co_return result;
}

SolveResult solve_now(Runtime& runtime, SolveRequest request) { return run_now(solve(runtime, std::move(request))); }

}  // namespace reckon
