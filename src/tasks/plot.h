// Charts of evaluations as SVG 1.1 text: accuracy against cost, one series per strategy.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tasks/statistics.h"

namespace reckon {

struct PlotPoint {
  double cost = 1.0;            // mean per problem, > 0, in units of the axis, which is logarithmic
  double accuracy = 0.0;        // in [0, 1]
  ConfidenceInterval interval;  // 95 %
};

struct PlotSeries {
  std::string name;               // any bytes; escaped, and shortened when it would not fit
  std::vector<PlotPoint> points;  // drawn in order of cost; points that are not finite or not positive are left out
};

enum class CostAxis { tokens, flops, seconds };
const char* name_of(CostAxis axis) noexcept;        // "tokens"
std::string cost_text(CostAxis axis, double cost);  // "2k", "50G", "0.5 s": round numbers, as for marks
inline constexpr CostAxis kCostAxes[] = {CostAxis::tokens, CostAxis::flops, CostAxis::seconds};

struct PlotPanel {
  CostAxis axis = CostAxis::tokens;
  std::vector<PlotSeries> series;
};

// A complete SVG document, valid XML, light background. Every series is labelled directly at its last point; labels do not
// overlap. Series without points are left out; without any the axes remain. Colours repeat after eight series, markers after
// four.
std::string accuracy_plot(const std::string& title, std::span<const PlotSeries> series, CostAxis axis = CostAxis::tokens);

// The same for several axes side by side, each with the points that nothing beats joined by a dashed step line
// (tasks/frontier.h).
std::string accuracy_panels(const std::string& title, std::span<const PlotPanel> panels);

}  // namespace reckon
