#include "tasks/plot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "unit/text/well_formed.h"

namespace reckon {
namespace {

// Values of `attribute` in elements of the SVG that contain `marker`, in order.
std::vector<double> numbers(const std::string& svg, const std::string& marker, const std::string& attribute) {
  std::vector<double> found;
  for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const std::string element = svg.substr(at, svg.find('>', at) - at);
    if (element.find(marker) == std::string::npos) continue;
    const std::size_t value = element.find(" " + attribute + "=\"");
    if (value != std::string::npos) found.push_back(std::stod(element.substr(value + attribute.size() + 3)));
  }
  return found;
}

std::vector<PlotSeries> two_series() {
  return {{"greedy", {{100, 0.4, {0.3, 0.5}}}},
          {"majority", {{1000, 0.6, {0.5, 0.7}}, {10, 0.3, {0.2, 0.4}}, {100, 0.5, {0.4, 0.6}}}}};
}

TEST(AccuracyPlot, DrawsPointsOnALogarithmicAxisWithTheirIntervals) {
  const std::string svg = accuracy_plot("title", two_series());

  const std::vector<double> x =
      numbers(svg, "<rect x=", "x");  // the markers of the second series are squares, in order of tokens
  ASSERT_EQ(x.size(), 3u);
  EXPECT_NEAR(x[2] - x[1], x[1] - x[0], 0.2);
  const std::vector<double> y = numbers(svg, "<rect x=", "y");
  EXPECT_GT(y[0], y[1]);
  EXPECT_GT(y[1], y[2]);
  EXPECT_EQ(numbers(svg, "<circle", "cy").size(), 1u);
  EXPECT_NEAR(numbers(svg, "<circle", "cy")[0] - (y[1] + 4.2), (y[1] - y[2]),
              0.2);  // 40 % lies as far below 50 % as that below 60 %
  EXPECT_TRUE(well_formed(svg));
  for (const char* text : {">title<", ">greedy<", ">majority<", ">100<", ">1k<", "accuracy", "tokens"}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
}

TEST(AccuracyPlot, EscapesWhateverNamesContain) {
  const std::string hostile = "<script>\"&\" \x01\xff\xc3 \xed\xa0\x80 ok";

  const std::string svg = accuracy_plot(hostile, std::vector<PlotSeries>{{hostile, {{10, 0.5, {0.4, 0.6}}}}});

  EXPECT_TRUE(well_formed(svg)) << svg;
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find('\xff'), std::string::npos);
}

TEST(AccuracyPlot, KeepsLabelsApartAndInsideTheDrawing) {
  std::vector<PlotSeries> series;
  for (int i = 0; i < 40; ++i) series.push_back({"strategy " + std::to_string(i), {{100.0 + i, 0.5 + 0.001 * i, {0.4, 0.6}}}});

  const std::string svg = accuracy_plot("many", series);

  std::vector<double> y = numbers(svg, "font-weight=\"600\"", "y");
  const double height = numbers(svg, "<svg", "height").at(0);
  ASSERT_EQ(y.size(), 41u);  // the title and the labels
  std::ranges::sort(y);
  for (std::size_t i = 1; i < y.size(); ++i) EXPECT_GE(y[i] - y[i - 1], 17.9);
  EXPECT_GT(y.front(), 0.0);
  EXPECT_LT(y.back(), height);
}

TEST(AccuracyPanels, StandSideBySideEachWithItsFrontier) {
  std::vector<PlotPanel> panels;
  for (const CostAxis axis : kCostAxes) panels.push_back({axis, two_series()});

  const std::string svg = accuracy_panels("task", panels);

  EXPECT_TRUE(well_formed(svg));
  EXPECT_EQ(numbers(svg, "<svg", "width").at(0), 3 * numbers(accuracy_plot("", {}), "<svg", "width").at(0));
  std::size_t fronts = 0;
  for (std::size_t at = svg.find("class=\"frontier\""); at != std::string::npos; at = svg.find("class=\"frontier\"", at + 1))
    ++fronts;
  EXPECT_EQ(fronts, 3u);
  for (const char* text : {">task, at equal tokens<", ">task, at equal flops<", "mean FLOP per problem", ">100 s<", ">1k<"}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
  // From (10, 30 %) on: 100 tokens reach 50 %, of which the other series' 40 % is no part, 1000 reach 60 %.
  const std::size_t path = svg.find("class=\"frontier\" d=\"M");
  const std::string steps = svg.substr(path, svg.find('\"', path + 22) - path);
  EXPECT_EQ(std::ranges::count(steps, 'V'), 2) << steps;
  EXPECT_TRUE(well_formed(accuracy_panels("", {})));
}

TEST(AccuracyPlot, LeavesOutWhatCannotBeDrawn) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  const std::vector<PlotSeries> series{
      {"a", {{0, 0.5, {0.4, 0.6}}, {-1, 0.5, {}}, {nan, 0.5, {}}, {infinite, 0.5, {}}, {10, nan, {}}}},
      {"b", {{10, 7.0, {-3.0, 9.0}}}},
      {"c", {}}};

  const std::string svg = accuracy_plot("", series);

  EXPECT_TRUE(well_formed(svg));
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_EQ(svg.find(">a<"), std::string::npos);
  EXPECT_NE(svg.find(">b<"), std::string::npos);
  EXPECT_TRUE(well_formed(accuracy_plot("nothing", {})));
}

}  // namespace
}  // namespace reckon
