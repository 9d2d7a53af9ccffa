#include "search/allocators/noting.h"

#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

class Noting final : public Strategy {
 public:
  Noting(const AllocationRequest& request, std::function<std::string(const SearchSpace&)> reason)
      : allocator_(request.allocator),
        name_(request.strategy),
        strategy_(make_allocated(request.strategy, request.verifier, request.resources)),
        reason_(std::move(reason)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    Allocation note;
    note.allocator = allocator_;
    note.strategy = name_;
    note.reason = reason_(space);
    Outcome outcome = co_await strategy_->solve(problem, space);
    if (const IndependentPaths* paths = strategy_->independent()) {
      note.samples = std::ssize(outcome.paths);
      note.most = paths->most();
    }
    outcome.allocations.push_back(std::move(note));
    co_return outcome;
  }

 private:
  std::string allocator_;
  std::string name_;
  std::unique_ptr<Strategy> strategy_;
  std::function<std::string(const SearchSpace&)> reason_;
};

}  // namespace

std::unique_ptr<Strategy> noting(const AllocationRequest& request, std::function<std::string(const SearchSpace&)> reason) {
  return std::make_unique<Noting>(request, std::move(reason));
}

}  // namespace reckon
