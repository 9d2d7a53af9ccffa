// The parts of a drawn search that SVG and HTML share. All text in them is escaped.
#pragma once

#include <string>
#include <vector>

#include "draw/search_trace.h"

namespace reckon {

struct TreePicture {
  double width = 0;  // of the tree, in pixels
  double height = 0;
  std::string tree;    // SVG elements; each node is a <g class="n"> that begins with a <title> of what is known of it
  std::string legend;  // SVG elements, kLegendHeight high
  double legend_width = 0;
  std::vector<std::string> summary;  // lines: the problem, the answer, the receipt
};

inline constexpr double kLegendHeight = 20;
extern const char* const kTreeStyle;  // CSS of tree and legend

TreePicture picture_of(const TracedSearch& search);

}  // namespace reckon
