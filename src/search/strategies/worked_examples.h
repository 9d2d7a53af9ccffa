// Examples in the prompt, from a file of solved problems: whole ones like the problem, and single steps like the last step of a
// partial solution. Source: R2-LLMs, Dou et al. 2025, arXiv:2507.05557 (specs card C10). Departures: likeness is lexical (BM25),
// and a step is shown together with the one that followed it, which is what a partial solution lacks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/worked_problems.h"
#include "search/retrieval/bm25.h"
#include "search/strategies/step_search.h"

namespace reckon {

using Examples = std::vector<const WorkedProblem*>;  // best first

class WorkedExamples {  // immutable; one object may serve many problems at once
 public:
  explicit WorkedExamples(std::vector<WorkedProblem> worked);

  // The most alike, best first. Where a kind is asked for, kinds are compared; of examples without one, their problems.
  Examples problems_like(std::string_view problem, std::size_t most) const;
  Examples problems_of_kind(std::string_view kind, std::size_t most) const;
  // Lines of solutions, each with the line that follows it, whose first is like `step`; best first, each text once.
  std::vector<std::string> steps_like(std::string_view step, std::size_t most) const;

 private:
  Examples named(const std::vector<std::size_t>& indices) const;

  std::vector<WorkedProblem> worked_;
  Bm25 by_problem_;
  Bm25 by_kind_;
  std::vector<std::string> steps_;
  std::vector<std::string> followed_;  // the step with what follows it
  Bm25 by_step_;
};

// Rows of the parameters retrieve (a file; "" = none), examples, step_examples, retrieve_by.
std::vector<ParameterSpec> retrieval_parameters();

class Retrieval {  // what those parameters ask for; outlives the searches it serves
 public:
  // Reads the file. Throws what read_worked_problems throws.
  explicit Retrieval(const Parameters& parameters);

  // The root of the problem behind the examples most like it, the most alike last, as finished turns of the conversation: as many
  // of them as fit into half of the context, and none where the budget cannot pay for them. `shown` becomes those. Nothing when
  // the budget cannot pay for the bare problem. A question about the problem's kind goes to `closed`.
  awaitable<std::optional<Path>> open(const Problem& problem, SearchSpace& space, ClosedPaths& closed, Examples& shown) const;

  // A path that stands where `path` does, whose prompt shows steps like its last one too. Nothing where there are none, they do
  // not fit into half of the context, or the budget cannot pay for reading them and the path's text.
  awaitable<std::optional<Path>> beside_steps(const Path& path, const Problem& problem, SearchSpace& space,
                                              const Examples& shown) const;

 private:
  static awaitable<std::string> kind_of(const Problem& problem, SearchSpace& space, ClosedPaths& closed);

  std::shared_ptr<const WorkedExamples> examples_;  // null without a file
  std::size_t problems_;
  std::size_t steps_;
  bool by_kind_;
};

}  // namespace reckon
