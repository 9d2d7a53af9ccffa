// The strategy that CONTRIBUTING.md shows whole does what the page says.
#include <gtest/gtest.h>

#include "unit/search/exhaustive.h"

namespace reckon {

StrategyEntry patience_entry();  // compiled from the page (cmake/tests.cmake)

namespace {

TEST(Contributing, TheStrategyOnThePageEndsAtTheFirstPathThatIsGoodEnough) {
  const StrategyEntry entry = patience_entry();
  const Parameters parameters(entry.parameters, {{"n", "3"}, {"temperature", "1"}, {"enough", "0.5"}}, "patience");
  const auto strategy = entry.make(parameters, by_letters([](std::string_view letters) { return letters == "1" ? 0.7 : 0.2; }));

  const Law law = law_of(*strategy, one_letter_chain({0.75, 0.25}));

  EXPECT_NEAR(law.at("1"), 1 - 0.75 * 0.75 * 0.75, 1e-12);
  EXPECT_NEAR(law.at("0"), 0.75 * 0.75 * 0.75, 1e-12);
}

TEST(Contributing, TheStrategyOnThePageKeepsEveryBudget) {
  const StrategyEntry entry = patience_entry();
  const Parameters parameters(entry.parameters, {{"n", "4"}}, "patience");
  const auto strategy = entry.make(parameters, by_letters([](std::string_view) { return 0.0; }));
  for (std::int64_t budget = 0; budget < 20; ++budget) {
    ToySpaceOptions options;
    options.budget_tokens = budget;
    ToySpace space(two_letter_chain(), options);
    const Outcome outcome = solve_on(space, *strategy);
    EXPECT_LE(space.ledger().total(), budget);
    EXPECT_EQ(outcome.answer.has_value(), budget >= 4) << budget;
  }
}

}  // namespace
}  // namespace reckon
