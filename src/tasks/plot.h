// Charts of evaluations as SVG 1.1 text: accuracy against tokens, one series per strategy.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tasks/statistics.h"

namespace reckon {

struct PlotPoint {
  double tokens = 1.0;          // mean per problem, > 0; the axis is logarithmic
  double accuracy = 0.0;        // in [0, 1]
  ConfidenceInterval interval;  // 95 %
};

struct PlotSeries {
  std::string name;               // any bytes; escaped, and shortened when it would not fit
  std::vector<PlotPoint> points;  // drawn in order of tokens; points that are not finite or not positive are left out
};

// A complete SVG document, valid XML, light background. Every series is labelled directly at its last point; labels do not
// overlap. Series without points are left out; without any the axes remain. Colours repeat after eight series, markers after
// four.
std::string accuracy_plot(const std::string& title, std::span<const PlotSeries> series);

}  // namespace reckon
