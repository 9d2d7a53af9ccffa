// RL of Thoughts: a small trained network looks at the partial solution and picks the next block, until a path has ended. Source:
// Hao et al. 2025, arXiv:2505.14140 (specs card C12).
// Departures: the state is read from the likelihoods of what was drawn, not from the model's grades of itself, which small models
// give alike for everything; the blocks are those of search/navigation/episode.h.
#include "base/mapped_file.h"
#include "search/navigation/episode.h"

namespace reckon {
namespace {

NavigatorNetwork network_of(const std::string& file) {
  if (file.empty()) return {bundled_navigator_weights(), "the bundled navigator"};
  const MappedFile mapped(file);
  const std::string_view text(reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size());
  return {text, file};
}

// The allowed block of the highest value; of equals the first. Terminate is always allowed.
NavigatorBlock best_block(const NavigatorValues& values, const NavigatorMask& allowed) {
  auto best = static_cast<std::size_t>(NavigatorBlock::terminate);
  for (std::size_t i = best; i-- > 0;) {
    if (allowed[i] && values[i] >= values[best]) best = i;
  }
  return static_cast<NavigatorBlock>(best);
}

class Navigator final : public Strategy {
 public:
  explicit Navigator(const Parameters& parameters) : options_(parameters), network_(network_of(parameters.text("weights"))) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    Episode episode(options_, problem, space);
    co_await episode.begin();
    while (!episode.over()) {
      const NavigatorBlock block = best_block(network_.values(episode.state()), episode.allowed());
      co_await episode.take(block);
    }
    co_return std::move(episode).outcome();
  }

 private:
  NavigatorOptions options_;
  NavigatorNetwork network_;
};

std::unique_ptr<Strategy> make_navigator(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<Navigator>(parameters);
}

}  // namespace

StrategyEntry navigator_entry() {
  std::vector<ParameterSpec> parameters = navigator_parameters();
  parameters.push_back({"weights", std::string(), "file of the network's weights; empty = those compiled in"});
  return {.name = "navigator",
          .summary = "a small trained network picks what comes next: a step, a debate, a step anew, a new beginning, the end",
          .source = "Hao et al. 2025, arXiv:2505.14140",
          .parameters = std::move(parameters),
          .make = make_navigator};
}

}  // namespace reckon
