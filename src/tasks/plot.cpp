#include "tasks/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "tasks/frontier.h"
#include "text/markup.h"

namespace reckon {
namespace {

constexpr double kWidth = 860;
constexpr double kMinHeight = 500;  // a drawing with many labels is taller
constexpr double kLeft = 74;
constexpr double kRight = 220;  // room for the labels
constexpr double kTop = 58;
constexpr double kBottom = 66;
constexpr double kLabelHeight = 18;
constexpr std::size_t kLongestLabel = 26;  // characters; what the right margin holds at 13 px
constexpr std::size_t kLongestTitle = 78;

// Okabe and Ito's palette for every kind of colour vision, its yellow darkened for a white ground.
constexpr std::array<std::string_view, 8> kSeriesColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                         "#56b4e9", "#b8860b", "#000000", "#8a5a44"};

struct Scale {       // cost on a logarithmic x axis, accuracy in percent on y
  double low, high;  // powers of ten of the ends of x
  double top;        // highest accuracy of the y axis
  double height;     // of the drawing
  double bottom() const { return height - kBottom; }
  double x(double cost) const { return kLeft + (std::log10(cost) - low) / (high - low) * (kWidth - kLeft - kRight); }
  double y(double accuracy) const { return bottom() - accuracy / top * (bottom() - kTop); }
};

struct Label {
  double y;       // where the series ends
  double at;      // where the text goes
  double from_x;  // of the last point
  std::size_t series;
};

bool drawable(const PlotPoint& point) {
  return std::isfinite(point.cost) && point.cost >= 1e-9 && point.cost <= 1e24 && std::isfinite(point.accuracy) &&
         std::isfinite(point.interval.low) && std::isfinite(point.interval.high);
}

std::vector<PlotSeries> drawable_series(std::span<const PlotSeries> series) {
  std::vector<PlotSeries> kept;
  for (const PlotSeries& one : series) {
    PlotSeries copy{one.name, {}};
    std::ranges::copy_if(one.points, std::back_inserter(copy.points), drawable);
    for (PlotPoint& point : copy.points) {
      point.accuracy = std::clamp(point.accuracy, 0.0, 1.0);
      point.interval = {std::clamp(point.interval.low, 0.0, 1.0), std::clamp(point.interval.high, 0.0, 1.0)};
    }
    std::ranges::stable_sort(copy.points, {}, &PlotPoint::cost);
    if (!copy.points.empty()) kept.push_back(std::move(copy));
  }
  return kept;
}

Scale scale_for(std::span<const PlotSeries> series) {
  double low = 1e300;
  double high = 0.0;
  double top = 0.05;
  for (const PlotSeries& one : series) {
    low = std::min(low, one.points.front().cost);
    high = std::max(high, one.points.back().cost);
    for (const PlotPoint& point : one.points) top = std::max({top, point.accuracy, point.interval.high});
  }
  if (series.empty()) low = 1.0, high = 1000.0;
  const double padding = std::max(0.06 * std::log10(high / low), 0.1);
  const double labels = kTop + kLabelHeight * static_cast<double>(series.size()) + kBottom;
  Scale scale{std::log10(low) - padding, std::log10(high) + padding, 1.0, std::max(kMinHeight, labels)};
  for (const double end : {0.8, 0.6, 0.4, 0.2, 0.1}) {
    if (top <= end) scale.top = end;
  }
  return scale;
}

// Marks at 1, 2 and 5 times powers of ten, or at powers of ten alone (every second, third … one) when those would crowd.
std::vector<double> cost_marks_of(const Scale& scale) {
  const double decades = scale.high - scale.low;
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / 9.0)));
  std::vector<double> marks;
  for (int exponent = static_cast<int>(std::floor(scale.low)); exponent <= scale.high; ++exponent) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit > 1.0 && decades > 3.5) continue;
      if (digit == 1.0 && exponent % stride != 0) continue;
      const double mark = digit * std::pow(10.0, exponent);
      if (std::log10(mark) >= scale.low && std::log10(mark) <= scale.high) marks.push_back(mark);
    }
  }
  return marks;
}

void draw_axes(std::string& svg, const Scale& scale, CostAxis axis) {
  const double right = kWidth - kRight;
  const double bottom = scale.bottom();
  const double step = scale.top <= 0.1 ? 0.02 : scale.top <= 0.2 ? 0.05 : scale.top <= 0.4 ? 0.1 : 0.2;
  for (int i = 0; i * step <= scale.top + 1e-9; ++i) {
    const double y = scale.y(i * step);
    svg +=
        fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#e3e6ea\"/>\n", kLeft, y, right, y);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:g} %</text>\n", kLeft - 9, y + 4.5,
                       std::round(i * step * 100));
  }
  for (const double mark : cost_marks_of(scale)) {
    const double x = scale.x(mark);
    svg += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#e3e6ea\"/>\n", x, kTop, x,
                       bottom + 5);
    svg +=
        fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x, bottom + 21, cost_text(axis, mark));
  }
  svg += fmt::format("<path d=\"M{:.1f} {:.1f}V{:.1f}H{:.1f}\" fill=\"none\" stroke=\"#6b7280\"/>\n", kLeft, kTop, bottom, right);
  svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">mean {} per problem (log scale)</text>\n",
                     (kLeft + right) / 2, scale.height - 18, axis == CostAxis::flops ? "FLOP" : name_of(axis));
  svg +=
      fmt::format("<text transform=\"translate(20 {:.1f}) rotate(-90)\" text-anchor=\"middle\">accuracy, 95 % interval</text>\n",
                  (kTop + bottom) / 2);
}

std::string marker(std::size_t series, double x, double y, std::string_view colour) {
  switch (series % 4) {
    case 0: return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\" fill=\"{}\"/>\n", x, y, colour);
    case 1:
      return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"8.4\" height=\"8.4\" fill=\"{}\"/>\n", x - 4.2, y - 4.2,
                         colour);
    case 2: return fmt::format("<path d=\"M{:.1f} {:.1f}l5.4 9.4h-10.8z\" fill=\"{}\"/>\n", x, y - 6.0, colour);
    default: return fmt::format("<path d=\"M{:.1f} {:.1f}l5.6 5.6l-5.6 5.6l-5.6 -5.6z\" fill=\"{}\"/>\n", x, y - 5.6, colour);
  }
}

void draw_series(std::string& svg, const Scale& scale, const PlotSeries& series, std::size_t index) {
  const std::string_view colour = kSeriesColours[index % kSeriesColours.size()];
  std::string line;
  for (const PlotPoint& point : series.points) {
    line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", scale.x(point.cost), scale.y(point.accuracy));
  }
  if (series.points.size() > 1) {
    svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-opacity=\"0.75\"/>\n", line, colour);
  }
  for (const PlotPoint& point : series.points) {
    const double x = scale.x(point.cost);
    const double low = scale.y(point.interval.low);
    const double high = scale.y(point.interval.high);
    svg += fmt::format(
        "<path d=\"M{0:.1f} {1:.1f}V{2:.1f}M{3:.1f} {1:.1f}H{4:.1f}M{3:.1f} {2:.1f}H{4:.1f}\" stroke=\"{5}\" "
        "stroke-width=\"1.4\" fill=\"none\"/>\n",
        x, low, high, x - 4, x + 4, colour);
    svg += marker(index, x, scale.y(point.accuracy), colour);
  }
}

// Moves labels apart to kLabelHeight, keeping their order and staying inside the drawing as long as there is room.
void spread(std::vector<Label>& labels, double bottom) {
  std::ranges::stable_sort(labels, {}, &Label::y);
  double free_from = kTop;
  for (Label& label : labels) {
    label.at = std::max(label.y, free_from);
    free_from = label.at + kLabelHeight;
  }
  double free_to = bottom + 4;
  for (std::size_t i = labels.size(); i-- > 0;) {
    labels[i].at = std::min(labels[i].at, free_to);
    free_to = labels[i].at - kLabelHeight;
  }
}

void draw_labels(std::string& svg, const Scale& scale, std::span<const PlotSeries> series) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const PlotPoint& last = series[i].points.back();
    labels.push_back({scale.y(last.accuracy), 0.0, scale.x(last.cost), i});
  }
  spread(labels, scale.bottom());
  const double text_x = kWidth - kRight + 16;
  for (const Label& label : labels) {
    const std::string_view colour = kSeriesColours[label.series % kSeriesColours.size()];
    svg += fmt::format(
        "<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"{}\" stroke-opacity=\"0.35\" stroke-dasharray=\"2 3\" "
        "fill=\"none\"/>\n",
        label.from_x + 7, label.y, text_x - 4, label.at, colour);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" font-weight=\"600\">{}</text>\n", text_x, label.at + 4.5,
                       colour, escaped(series[label.series].name, kLongestLabel));
  }
}

// From each point of the frontier level to the cost of the next, and on to the edge: what the money buys at best.
void draw_frontier(std::string& svg, const Scale& scale, std::span<const PlotSeries> series) {
  std::vector<CostPoint> points;
  for (const PlotSeries& one : series) {
    for (const PlotPoint& point : one.points) points.push_back({point.cost, point.accuracy});
  }
  std::string line;
  for (const std::size_t i : frontier(points)) {
    const double x = scale.x(points[i].cost);
    line += line.empty() ? fmt::format("M{:.1f} {:.1f}", x, scale.y(points[i].accuracy))
                         : fmt::format("H{:.1f}V{:.1f}", x, scale.y(points[i].accuracy));
  }
  if (line.empty()) return;
  svg += fmt::format(
      "<path class=\"frontier\" d=\"{}H{:.1f}\" fill=\"none\" stroke=\"#6b7280\" stroke-width=\"1.6\" "
      "stroke-dasharray=\"6 4\"/>\n",
      line, kWidth - kRight);
}

struct Drawing {
  std::string elements;
  double height = kMinHeight;
};

Drawing draw(const std::string& title, std::span<const PlotSeries> series, CostAxis axis, bool with_frontier) {
  const std::vector<PlotSeries> drawn = drawable_series(series);
  const Scale scale = scale_for(drawn);
  Drawing drawing{fmt::format("<text x=\"{:.0f}\" y=\"32\" font-size=\"17\" font-weight=\"600\" fill=\"#111827\">{}</text>\n",
                              kLeft, escaped(title, kLongestTitle)),
                  scale.height};
  draw_axes(drawing.elements, scale, axis);
  if (with_frontier) draw_frontier(drawing.elements, scale, drawn);
  for (std::size_t i = 0; i < drawn.size(); ++i) draw_series(drawing.elements, scale, drawn[i], i);
  draw_labels(drawing.elements, scale, drawn);
  return drawing;
}

std::string document(double width, double height, const std::string& elements) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" font-size=\"13\" fill=\"#374151\">\n"
      "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#ffffff\"/>\n{2}</svg>\n",
      width, height, elements);
}

}  // namespace

const char* name_of(CostAxis axis) noexcept {
  switch (axis) {
    case CostAxis::tokens: return "tokens";
    case CostAxis::flops: return "flops";
    case CostAxis::seconds: return "seconds";
  }
  return "tokens";
}

std::string cost_text(CostAxis axis, double cost) {
  if (axis == CostAxis::seconds) return cost >= 1e-3 ? fmt::format("{:g} s", cost) : fmt::format("{:g} ms", cost * 1e3);
  struct Unit {
    double size;
    const char* tokens;
    const char* flops;
  };
  for (const Unit& unit :
       {Unit{1e15, "e15", "P"}, Unit{1e12, "T", "T"}, Unit{1e9, "B", "G"}, Unit{1e6, "M", "M"}, Unit{1e3, "k", "k"}}) {
    if (cost >= unit.size) return fmt::format("{:g}{}", cost / unit.size, axis == CostAxis::flops ? unit.flops : unit.tokens);
  }
  return fmt::format("{:g}", cost);
}

std::string accuracy_plot(const std::string& title, std::span<const PlotSeries> series, CostAxis axis) {
  const Drawing drawing = draw(title, series, axis, /*with_frontier=*/false);
  return document(kWidth, drawing.height, drawing.elements);
}

std::string accuracy_panels(const std::string& title, std::span<const PlotPanel> panels) {
  std::string elements;
  double height = kMinHeight;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const std::string name = fmt::format("{}{}{}", title, title.empty() ? "at equal " : ", at equal ", name_of(panels[i].axis));
    const Drawing drawing = draw(name, panels[i].series, panels[i].axis, /*with_frontier=*/true);
    elements += fmt::format("<g transform=\"translate({:.0f} 0)\">\n{}</g>\n", kWidth * static_cast<double>(i), drawing.elements);
    height = std::max(height, drawing.height);
  }
  return document(kWidth * static_cast<double>(std::max<std::size_t>(panels.size(), 1)), height, elements);
}

}  // namespace reckon
