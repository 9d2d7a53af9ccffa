// DiffAdapt by a probe of the hidden state, on the toy space, where the law of what it draws is known.
#include <gtest/gtest.h>

#include "base/error.h"
#include "search/allocator.h"
#include "search/allocators/measurements.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

// Reads a hidden state of three values: the largest is the kind.
AllocatorResources probed(const std::string& learned_from = "chat", const std::string& asked = "chat") {
  DifficultyProbe probe;
  probe.prompt = learned_from;
  probe.width = 3;
  probe.weights = {9, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0};
  Measurements measured;
  measured.probe = std::move(probe);
  AllocatorResources resources;
  resources.measurements = std::make_shared<const Measurements>(std::move(measured));
  resources.prompt = asked;
  return resources;
}

std::vector<float> state_of(Difficulty kind) {
  std::vector<float> hidden(3, 0.0F);
  hidden[static_cast<std::size_t>(kind)] = 1;
  return hidden;
}

struct ToySolved {
  Outcome outcome;
  Ledger ledger;
};
ToySolved solved(const std::string& text, const AllocatorResources& resources, std::vector<float> hidden,
                 std::int64_t budget = -1, std::uint64_t seed = 3) {
  ToySpaceOptions options;
  options.seed = seed;
  options.budget_tokens = budget;
  options.hidden = std::move(hidden);
  ToySpace space(two_letter_chain(), options);
  ToySolved result;
  result.outcome = solve_on(space, *make_allocated(text, by_letters(two_letter_reward), resources));
  result.ledger = space.ledger();
  return result;
}

TEST(DiffAdapt, DrawsAsTheKindThatTheProbeTellsWants) {
  const Outcome easy = solved("majority:n=8@diffadapt", probed(), state_of(Difficulty::easy)).outcome;
  const Outcome normal = solved("majority:n=8@diffadapt", probed(), state_of(Difficulty::normal)).outcome;
  const Outcome hard = solved("majority:n=8@diffadapt:hard_share=0.25", probed(), state_of(Difficulty::hard)).outcome;

  EXPECT_EQ(easy.paths.size(), 4U);
  EXPECT_EQ(normal.paths.size(), 8U);
  EXPECT_EQ(hard.paths.size(), 2U);
  EXPECT_EQ(hard.allocations.at(0).samples, 2);
  EXPECT_EQ(hard.allocations.at(0).reason,
            "hard: the probe of the hidden state says easy 0.00, normal 0.00, hard 1.00; 2 at temperature 0.4");
  EXPECT_EQ(solved("majority:n=8@diffadapt:easy_share=0", probed(), state_of(Difficulty::easy)).outcome.paths.size(), 1U);
}

TEST(DiffAdapt, HasTheLawOfTheStrategyAtTheTemperatureOfTheKind) {
  const std::array<std::string, kDifficulties> same{"majority:n=2,temperature=0.5", "majority:n=3,temperature=0.8",
                                                    "majority:n=3,temperature=0.4"};
  for (const Difficulty kind : {Difficulty::easy, Difficulty::normal, Difficulty::hard}) {
    const auto adapted = make_allocated("majority:n=3@diffadapt", nullptr, probed());
    const Law expected = law_of(*make_strategy(same[static_cast<std::size_t>(kind)], nullptr), two_letter_chain());
    Law law;
    ExhaustiveChooser chooser;
    do {
      ToySpaceOptions options;
      options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
      options.hidden = state_of(kind);
      ToySpace space(two_letter_chain(), options);
      const Outcome outcome = solve_on(space, *adapted);
      law[outcome.answer.value_or("none")] += chooser.probability();
    } while (chooser.next());

    ASSERT_EQ(law.size(), expected.size()) << name_of(kind);
    for (const auto& [answer, probability] : expected) EXPECT_NEAR(law[answer], probability, 1e-12) << name_of(kind);
  }
}

TEST(DiffAdapt, DecidesBeforeAnythingIsDrawn) {
  const ToySolved prompt_only = solved("majority:n=8@diffadapt", probed(), state_of(Difficulty::hard), /*budget=*/1);

  EXPECT_EQ(prompt_only.ledger.generated, 0);
  EXPECT_TRUE(prompt_only.outcome.allocations.at(0).reason.starts_with("hard: the probe"));
  EXPECT_EQ(prompt_only.outcome.status, OutcomeStatus::budget_exhausted);
  EXPECT_FALSE(prompt_only.outcome.answer);
}

TEST(DiffAdapt, KeepsEveryBudgetWhateverTheProbeTells) {
  for (const Difficulty kind : {Difficulty::easy, Difficulty::normal, Difficulty::hard}) {
    for (const char* strategy : {"majority:n=5", "best_of_n:n=5", "weighted_majority:n=5"}) {
      for (std::int64_t budget = 0; budget < 20; ++budget) {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
          const ToySolved one = solved(std::string(strategy) + "@diffadapt", probed(), state_of(kind), budget, seed);
          ASSERT_LE(one.ledger.total(), budget) << strategy << " " << name_of(kind) << " with " << budget;
          bool answered = false;
          for (const PathRecord& path : one.outcome.paths) answered = answered || path.answer.has_value();
          EXPECT_EQ(one.outcome.answer.has_value(), answered) << strategy << " " << name_of(kind) << " with " << budget;
        }
      }
    }
  }
}

TEST(DiffAdapt, GoesByPilotPathsWhereNoProbeFits) {
  const auto pilots_tell = [](const std::string& parameters, const AllocatorResources& resources, std::vector<float> hidden) {
    const Outcome outcome = solved("majority:n=8@diffadapt" + parameters, resources, std::move(hidden)).outcome;
    return outcome.allocations.at(0).reason.find("of 4 pilot paths agree") != std::string::npos;
  };
  const std::vector<float> hidden = state_of(Difficulty::normal);

  EXPECT_FALSE(pilots_tell("", probed(), hidden));
  EXPECT_FALSE(pilots_tell(":probe=hidden", probed(), hidden));
  EXPECT_FALSE(pilots_tell("", probed("plain", "plain"), hidden));
  EXPECT_TRUE(pilots_tell(":probe=paths", probed(), hidden));
  EXPECT_TRUE(pilots_tell("", {}, hidden)) << "nothing was measured";
  EXPECT_TRUE(pilots_tell("", probed("plain"), hidden)) << "learned from prompts of another form";
  EXPECT_TRUE(pilots_tell("", probed("chat", ""), hidden)) << "a system prompt stands before the problem";
  EXPECT_TRUE(pilots_tell("", probed(), {})) << "a space that hands out no hidden state";
}

TEST(DiffAdapt, PutsTheWordsOfItsKindBehindTheProblem) {
  std::vector<std::string> asked;
  Problem problem;
  problem.text = "which letters?";
  problem.render = [&asked](std::span<const Turn> turns) {
    asked.push_back(turns.front().text);
    return std::vector<Token>();
  };
  const auto paths_of = [&](const std::string& parameters, Difficulty kind, std::int64_t budget) {
    ToySpaceOptions options;
    options.budget_tokens = budget;
    options.prompt_tokens = 2;
    options.hidden = state_of(kind);
    ToySpace space(two_letter_chain(), options);
    return solve_on(space, *make_allocated("majority:n=4@diffadapt:" + parameters, nullptr, probed()), problem).paths;
  };

  const std::vector<PathRecord> hard = paths_of("hard_prompt=Be brief.,easy_prompt=Check it.", Difficulty::hard, 1000);
  ASSERT_EQ(asked, std::vector<std::string>{"which letters?\nBe brief."});
  ASSERT_EQ(hard.size(), 4U);
  for (const PathRecord& path : hard) EXPECT_EQ(path.parent, 1U) << "of the second prompt";

  for (const PathRecord& path : paths_of("hard_prompt=Be brief.", Difficulty::normal, 1000)) EXPECT_EQ(path.parent, 0U);
  EXPECT_EQ(asked.size(), 1U) << "no words for normal problems";
  EXPECT_EQ(paths_of("hard_prompt=Be brief.", Difficulty::hard, 3).at(0).parent, 0U) << "the words cost more than what is left";
}

TEST(DiffAdapt, SaysWhatIsMissingWhereAProbeWasAskedFor) {
  const auto message = [](const AllocatorResources& resources) {
    try {
      make_allocated("majority@diffadapt:probe=hidden", nullptr, resources);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_argument);
      return std::string(error.what());
    }
    return std::string("none");
  };

  EXPECT_NE(message({}).find("'reckon eval learn --probe' adds it"), std::string::npos) << message({});
  EXPECT_NE(message(probed("plain")).find("prompts of another form"), std::string::npos) << message(probed("plain"));
  EXPECT_EQ(message(probed()), "none");
}

}  // namespace
}  // namespace reckon
