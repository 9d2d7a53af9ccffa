// The verifier that asks one verifier on the way and another at the end.
#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/measures.h"
#include "unit/search/solving.h"

namespace reckon {
namespace {

// Two paths of two letters each, of which the second ends with its first: '1' ends a word.
ToyChain early_chain() {
  ToyChain chain;
  chain.length = 2;
  chain.last = "1";
  chain.next = [](std::string_view) { return std::vector<double>{0.75, 0.25}; };
  return chain;
}

Problem checked_problem(double right) {
  Problem problem;
  problem.check = [right](std::string_view) { return right; };
  return problem;
}

TEST(Staged, AsksOneVerifierOnTheWayAndTheOtherAtTheEnd) {
  int drawn = 0;
  ToySpaceOptions options;
  options.choose = [&drawn](std::span<const double>) { return drawn++ % 2; };  // the paths draw 0 and 1
  ToySpace space(early_chain(), options);
  const Problem problem = checked_problem(1);
  std::vector<Path> paths = open_on(space, 2);
  StepOptions letter;
  letter.max_tokens = 1;
  advance_on(space, paths, letter);
  ASSERT_EQ(paths[0].state, PathState::open);
  ASSERT_EQ(paths[1].state, PathState::finished);

  const auto staged = make_verifier("staged:growing=likelihood,ended=exact");
  const auto likelihood = make_verifier("likelihood");
  const double on_the_way = score_on(space, *likelihood, std::span(paths).first(1), problem).front();

  EXPECT_EQ(score_on(space, *staged, paths, problem), (std::vector<double>{on_the_way, 1}));
  EXPECT_EQ(paths[0].id, 1U) << "each path stays in its place";
}

TEST(Staged, RemembersOfEachStageWhatItHasRead) {
  Problem problem = checked_problem(0);
  problem.render = [](std::span<const Turn>) { return std::vector<Token>(); };
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}));
  std::vector<Path> paths = open_on(space, 2, problem);
  const auto staged = make_verifier("staged:growing=judge:yes=0:no=1,ended=exact");
  const auto first = score_on(space, *staged, paths, problem);
  const std::int64_t spent = space.ledger().total();

  EXPECT_NEAR(first.front(), 0.3 / 0.8, 1e-12);
  EXPECT_EQ(score_on(space, *staged, paths, problem), first);
  EXPECT_EQ(space.ledger().total(), spent) << "the judge remembers what it has read";

  advance_on(space, paths, StepOptions());
  EXPECT_EQ(score_on(space, *staged, paths, problem), (std::vector<double>{0, 0}));
}

// Potentials of `value` telescope, so what is sampled is the model times the last verdict alone, whoever spoke before it.
TEST(Staged, SamplesWhatTheEndsVerifierAccepts) {
  Target target;
  target.potential = "value";
  target.reward = [](std::string_view letters) { return letters == "110" ? 1.0 : letters == "001" ? 0.5 : 0.125; };
  Measure expected = measure_of(Target{.chain = target.chain, .reward = [](std::string_view) { return 1.0; }});
  for (auto& [word, mass] : expected) mass *= target.reward(word);

  const auto staged = make_verifier("staged:growing=likelihood,ended=exact");
  const auto strategy = make_strategy("particle_filter:temperature=1,n=2,potential=value", staged);
  Problem problem;
  problem.check = [&target](std::string_view text) { return target.reward(toy_letters(text)); };
  Measure estimate;
  for_each_execution(
      *strategy, target.chain,
      [&](const ToyRun& one) {
        for (const PathRecord& path : one.outcome.paths) {
          const double mass = one.probability * std::exp(*one.outcome.log_evidence) * *path.weight;
          if (mass > 0) estimate[std::string(toy_letters(path.text))] += mass;
        }
      },
      /*budget_tokens=*/-1, problem);

  for (const auto& [word, mass] : expected) EXPECT_NEAR(estimate[word], mass, 1e-12) << word;
}

TEST(Staged, SaysWhatBothNeed) {
  EXPECT_DOUBLE_EQ(make_verifier("staged:growing=prm,ended=orm")->tokens_per_token(), 2);
  EXPECT_EQ(make_verifier("staged:growing=confidence:top=7,ended=exact")->statistics(), 7);
  EXPECT_THROW(make_verifier("staged:growing=confidence:top=5,ended=confidence:top=6"), Error);
  EXPECT_THROW(make_verifier("staged:growing=nobody"), Error);
  EXPECT_THROW(make_verifier("staged:growing=likelihood,ended=exact")->require(Problem{}), Error);
}

TEST(Staged, MayBeNoisy) {
  ToySpace space(one_letter_chain({0.5, 0.5}));
  const Problem problem = checked_problem(1);
  std::vector<Path> paths = open_on(space, 1);
  advance_on(space, paths, StepOptions());

  const auto noisy = make_verifier("noisy:fp=0,fn=1,of=staged:growing=likelihood:ended=exact");

  EXPECT_EQ(score_on(space, *noisy, paths, problem), std::vector<double>{0});
}

}  // namespace
}  // namespace reckon
