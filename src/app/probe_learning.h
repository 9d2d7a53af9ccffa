// Learning what kind a problem is from its hidden state: problems are labelled by how often sampled paths were right and how sure
// the model was of their tokens, their prompts are run once more for the hidden state behind each, and a probe is fitted (specs
// card E1). Departures: mean surprise of the tokens drawn stands for their mean entropy, whose estimate it is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/learning.h"
#include "app/probe_fit.h"
#include "app/runtime.h"

namespace reckon {

// A problem of which enough was sampled.
struct SampledProblem {
  std::string task;
  std::string text;     // as the model was asked
  double right = 0;     // share of its samples
  double surprise = 0;  // nats a token
};

// How most of the observed problems were asked: "chat" or "plain", with nothing added; "" = none was so.
std::string usual_form(std::span<const Observation> observations);

// Each problem asked in this form whose pilot paths came to their ends, once: of its observations that of most samples.
std::vector<SampledProblem> sampled_problems(std::span<const Observation> observations, const std::string& form);

// Where kinds begin and end, from what was observed of all problems: card E1's alpha, beta and gamma.
struct KindEdges {
  double right = 0;     // normal needs as large a share of right samples: the median
  double surprise = 0;  // and at most this: the median
  double wrong = 0;     // hard: at most this share. The lower quartile
};
KindEdges kind_edges(std::span<const SampledProblem> problems);  // at least one
Difficulty kind_of(const SampledProblem& problem, const KindEdges& edges);

// The last hidden state behind each prompt, [problems, width]. Throws what Engine::open throws.
std::vector<float> hidden_states(Runtime& runtime, std::span<const SampledProblem> problems, const std::string& form);

struct TaskProbeScore {
  std::string task;
  std::array<std::int64_t, kDifficulties> problems{};  // of each kind
  std::int64_t told = 0;                               // right, by a probe fitted to others

  std::int64_t total() const { return problems[0] + problems[1] + problems[2]; }
  std::int64_t largest() const;  // of the most frequent kind
};

struct LearnedProbe {
  DifficultyProbe probe;
  KindEdges edges;
  std::vector<TaskProbeScore> tasks;
  std::vector<MeasuredRun> runs = {};  // what the problems were sampled in, where that is known

  double largest_of_tasks() const;  // what answering the most frequent kind of each task would get right
};

inline constexpr std::int64_t kLeastProbeProblems = 50;

// `hidden` is [problems, width]. Throws Error not_found for fewer than kLeastProbeProblems, or of one kind only: it says what to
// do.
LearnedProbe learn_probe(std::span<const SampledProblem> problems, std::vector<float> hidden, const std::string& form,
                         const ProbeFitOptions& options = {});

}  // namespace reckon
