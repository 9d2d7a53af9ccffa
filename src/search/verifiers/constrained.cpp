#include "search/verifiers/constrained.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "search/answers/extract.h"

namespace reckon {
namespace {

// Of one problem: its constraints as read, and what has been said of answers. One coroutine at a time works on a problem.
class Judged final : public VerifierMemory {
 public:
  explicit Judged(Constrained::Judge judge) : judge_(std::move(judge)) {}

  double score(const std::string& answer, const Stop& stop) {
    const auto known = scores_.find(answer);
    if (known != scores_.end()) return known->second;
    return scores_.emplace(answer, judge_(answer, stop)).first->second;
  }

 private:
  Constrained::Judge judge_;
  std::map<std::string, double> scores_;
};

// The memory that a space keeps is of what does not change; this is where what does lies.
class Holder final : public VerifierMemory {
 public:
  explicit Holder(std::shared_ptr<Judged> judged) : judged_(std::move(judged)) {}
  Judged& judged() const { return *judged_; }

 private:
  std::shared_ptr<Judged> judged_;
};

// When a solver is to end at once: at the end of the time or of the request, and half a second after somebody has ended the
// drawing, which may be because time to score was kept back, or because a user waits for what there is.
Stop stop_of(RequestHandle request) {
  if (!request) return {};
  constexpr double kPatience = 0.5;  // seconds
  return [request = std::move(request), ended_at = std::optional<double>()]() mutable {
    if (request->out_of_time() || request->cancelled()) return true;
    if (!request->drawing_ended()) return false;
    const double now = monotonic_seconds();
    if (!ended_at) ended_at = now;
    return now - *ended_at > kPatience;
  };
}

}  // namespace

awaitable<std::vector<double>> Constrained::score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const {
  if (dynamic_cast<const Holder*>(space.problem_memory.get()) == nullptr) {
    space.problem_memory = std::make_shared<Holder>(std::make_shared<Judged>(judge_of(problem.constraints)));
  }
  Judged& judged = static_cast<const Holder&>(*space.problem_memory).judged();
  const Stop stop = stop_of(space.request());
  std::vector<double> scores;
  scores.reserve(paths.size());
  for (const Path& path : paths) {
    const std::optional<std::string> answer = extract_answer(path.text, problem.answer_form);
    scores.push_back(answer ? judged.score(*answer, stop) : 0);
  }
  co_return scores;
}

void Constrained::require(const Problem& problem) const {
  if (problem.constraints.empty()) {
    throw Error(
        ErrorCode::bad_argument,
        fmt::format("verifier '{}' needs constraints to check answers against; give --constraints FILE ({}), or use another "
                    "verifier",
                    name(), expected()));
  }
  judge_of(problem.constraints);
}

}  // namespace reckon
