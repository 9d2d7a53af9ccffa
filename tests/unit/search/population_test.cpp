// The population of particles keeps the laws of samplers, and moves paths rather than copying them.
#include "search/strategies/population.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/search/sampler_laws.h"

namespace reckon {
namespace {

TEST(SamplerPieces, KeepTheLawsOfTheirKind) { EXPECT_EQ(Laws(right_pieces()).broken(), std::vector<std::string>()); }

TEST(Population, MovesTheFirstCopyOfAnAncestorAndForksTheOthers) {
  ToySpace space(two_letter_chain());
  Population population(open_on(space, 3));
  std::vector<std::uint64_t> ids;
  for (const Particle& particle : population.particles()) ids.push_back(particle.path.id);
  const Resampler twice_the_second = [](std::span<const double>, std::size_t, SearchSpace&) {
    return std::vector<std::size_t>{1, 2, 1};
  };

  const std::vector<Particle> dropped = population.resample(twice_the_second, 1, space);

  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped.front().path.id, ids[0]);
  EXPECT_EQ(population.particles()[0].path.id, ids[1]);
  EXPECT_EQ(population.particles()[1].path.id, ids[2]);
  EXPECT_EQ(population.particles()[2].path.parent, ids[1]);
  EXPECT_FALSE(std::ranges::count(ids, population.particles()[2].path.id)) << "a sibling draws with its own numbers";
}

}  // namespace
}  // namespace reckon
