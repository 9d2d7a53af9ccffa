// The exact verifier: the task's own checker, 1 for a right answer and 0 for a wrong one. Costs no tokens.
#include "base/error.h"
#include "search/verifier.h"

namespace reckon {
namespace {

class Exact final : public Verifier {
 public:
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace&) const override {
    require(problem);
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (const Path& path : paths) scores.push_back(problem.check(path.text));
    co_return scores;
  }
  void require(const Problem& problem) const override {
    if (problem.check) return;
    throw Error(ErrorCode::bad_argument,
                "verifier 'exact' needs a problem that can be checked; give --expect ANSWER or --task, or another verifier");
  }
};

std::shared_ptr<const Verifier> make_exact_verifier(const Parameters&, const VerifierResources&) {
  return std::make_shared<Exact>();
}

}  // namespace

VerifierEntry exact_entry() {
  return {.name = "exact",
          .summary = "the task's checker, or equality with an expected answer",
          .source = "standard",
          .parameters = {},
          .make = make_exact_verifier};
}

}  // namespace reckon
