// The compiled-in navigator against what training/navigator.py computed from the same weights: a line of states and values each.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "search/navigation/network.h"

namespace reckon {
namespace {

TEST(NavigatorNetwork, HasTheValuesOfTheReference) {
  const NavigatorNetwork network(bundled_navigator_weights(), "bundled");
  std::ifstream file(std::string(RECKON_SOURCE_DIR) + "/tests/golden/search/navigator_reference.txt");
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    std::istringstream numbers(line);
    NavigatorState state{};
    for (double& feature : state) numbers >> feature;
    for (const double value : network.values(state)) {
      double expected = 0;
      numbers >> expected;
      EXPECT_NEAR(value, expected, 1e-6);
    }
    EXPECT_TRUE(numbers) << line;
  }
  EXPECT_EQ(lines, 50);
}

}  // namespace
}  // namespace reckon
