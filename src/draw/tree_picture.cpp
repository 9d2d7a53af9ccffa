#include "draw/tree_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/units.h"
#include "draw/search_tree.h"
#include "draw/tree_layout.h"
#include "text/markup.h"

namespace reckon {
namespace {

constexpr double kColumn = 16;  // pixels between neighbours
constexpr double kLevel = 36;   // pixels between levels, twice that between the rows of a block
constexpr double kMargin = 24;  // around the tree
constexpr double kBlockPadding = 10;
constexpr double kLetter = 6.4;                // width of one in the legend, on the safe side
constexpr std::size_t kLongestText = 1200;     // characters of a step that are shown
constexpr std::size_t kLongestAnswer = 60;     // of an answer
constexpr std::size_t kLongestProblem = 110;   // of the problem in the heading
constexpr std::size_t kLongestShownName = 60;  // of the strategy

struct Colour {
  double red, green, blue;
};

// From dark blue to yellow, lighter all the way: the order shows without seeing colours too.
constexpr std::array<Colour, 5> kScores{
    {{0x2b, 0x2d, 0x6e}, {0x2f, 0x6f, 0x9f}, {0x2f, 0xa3, 0x8e}, {0x8c, 0xc6, 0x5a}, {0xf6, 0xd7, 0x43}}};

std::string colour_at(double share) {
  const double place = std::clamp(share, 0.0, 1.0) * (kScores.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), kScores.size() - 2);
  const double part = place - static_cast<double>(below);
  const auto mix = [part](double a, double b) { return static_cast<int>(std::lround(a + part * (b - a))); };
  const Colour &a = kScores[below], &b = kScores[below + 1];
  return fmt::format("#{:02x}{:02x}{:02x}", mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue));
}

class Painter {
 public:
  explicit Painter(const TracedSearch& search) : search_(search), tree_(tree_of(search)) {
    std::vector<std::size_t> parents;
    for (const StepNode& node : tree_.nodes) parents.push_back(node.parent);
    layout_ = lay_out(parents);
    in_block_.assign(tree_.nodes.size(), false);
    for (const LeafBlock& block : layout_.blocks) {
      for (const std::size_t leaf : block.leaves) in_block_[leaf] = true;
    }
  }

  TreePicture picture() {
    TreePicture picture;
    picture.width = layout_.width * kColumn + 2 * kMargin;
    picture.height = layout_.height * kLevel + 2 * kMargin;
    for (const LeafBlock& block : layout_.blocks) draw_block(picture.tree, block);
    draw_edges(picture.tree);
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i) draw_node(picture.tree, i);
    draw_legend(picture);
    picture.summary = summary();
    return picture;
  }

 private:
  double x(std::size_t node) const { return kMargin + layout_.places[node].x * kColumn; }
  double y(std::size_t node) const { return kMargin + layout_.places[node].y * kLevel; }

  static std::string edge(double from_x, double from_y, double to_x, double to_y) {
    const double middle = (from_y + to_y) / 2;
    return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", from_x, from_y, from_x, middle, to_x, middle,
                       to_x, to_y);
  }

  void draw_block(std::string& svg, const LeafBlock& block) const {
    const double left = kMargin + block.left * kColumn - kBlockPadding;
    const double top = kMargin + block.top * kLevel - kBlockPadding;
    const double width = (block.right - block.left) * kColumn + 2 * kBlockPadding;
    const double height = (block.bottom - block.top) * kLevel + 2 * kBlockPadding;
    svg += fmt::format("<rect class=\"b\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"9\"/>\n", left, top,
                       width, height);
    svg += fmt::format("<path class=\"e\" d=\"{}\"/>\n", edge(x(block.parent), y(block.parent), left + width / 2, top));
  }

  void draw_edges(std::string& svg) const {
    std::string plain, pruned, chosen;
    for (std::size_t i = 1; i < tree_.nodes.size(); ++i) {
      const StepNode& node = tree_.nodes[i];
      if (in_block_[i] && !node.chosen) continue;  // the block has one for all
      std::string& path = node.chosen ? chosen : node.pruned ? pruned : plain;
      path += edge(x(node.parent), y(node.parent), x(i), y(i));
    }
    const auto add = [&svg](const char* kind, const std::string& path) {
      if (!path.empty()) svg += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", kind, path);
    };
    add("e p", pruned);
    add("e", plain);
    add("e c", chosen);
  }

  // Where all have one score, as those that nobody scored have, its colour would say nothing.
  bool tells_apart() const { return tree_.highest_score > tree_.lowest_score; }

  std::string fill_of(const StepNode& node) const {
    if (node.pruned) return "#c9ced6";
    if (!node.score || !tells_apart()) return "#ffffff";
    return colour_at((*node.score - tree_.lowest_score) / (tree_.highest_score - tree_.lowest_score));
  }

  void draw_node(std::string& svg, std::size_t index) const {
    const StepNode& node = tree_.nodes[index];
    svg += fmt::format("<g class=\"n{}\"><title>{}</title>", node.chosen ? " c" : node.pruned ? " p" : "", about(index));
    if (index == 0) {
      svg += symbol(TracedState::open, x(0), y(0), 6, "#111827");
    } else {
      const TracedPath& path = search_.paths[node.path];
      const bool ended = node.last && path.state != TracedState::pruned && path.state != TracedState::open;
      svg += symbol(ended ? path.state : TracedState::open, x(index), y(index), ended ? 6 : 4, fill_of(node));
      if (ended && path.correct.value_or(false)) svg += tick(x(index), y(index));
    }
    svg += "</g>\n";
  }

  static std::string symbol(TracedState state, double x, double y, double size, const std::string& fill) {
    switch (state) {
      case TracedState::stopped:
        return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>", x - size * 0.85,
                           y - size * 0.85, size * 1.7, size * 1.7, fill);
      case TracedState::cut_off:
        return fmt::format("<path d=\"M{:.1f} {:.1f}h{:.1f}l{:.1f} {:.1f}z\" fill=\"{}\"/>", x - size, y - size * 0.7, 2 * size,
                           -size, size * 1.7, fill);
      case TracedState::open:
      case TracedState::pruned:
      case TracedState::finished: break;
    }
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"{}\"/>", x, y, size, fill);
  }

  static std::string tick(double x, double y) {
    const auto stroke = [&](const char* kind) {
      return fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}l2.2 2.6l4 -5.4\"/>", kind, x - 3, y + 0.3);
    };
    return stroke("h") + stroke("t");  // light around dark: readable on every colour
  }

  // What is known of a node, escaped.
  std::string about(std::size_t index) const {
    if (index == 0) return escaped(search_.text, kLongestText, LineBreaks::kept);
    const StepNode& node = tree_.nodes[index];
    const TracedPath& path = search_.paths[node.path];
    std::string text = fmt::format("path {}, step {}", path.id, node.step + 1);
    if (node.last) text += fmt::format(", {}", name_of(path.state));
    if (node.last && path.correct) text += *path.correct ? ", right" : ", wrong";
    if (node.chosen) text += node.last ? ", chosen" : ", on the way to the answer";
    if (node.score) text += fmt::format("\nscore {:.4g}", *node.score);
    if (node.drawn) text += fmt::format("\n{} tokens in this step", *node.drawn);
    if (node.last) {
      text += fmt::format("\n{} tokens in the path", path.tokens);
      if (path.inherited_tokens > 0) text += fmt::format(", {} of them from path {}", path.inherited_tokens, path.parent);
      if (path.answer) text += "\nanswer " + escaped(*path.answer, kLongestAnswer);
    }
    return text + "\n\n" + escaped(node.text, kLongestText, LineBreaks::kept);
  }

  bool any_ended(TracedState state) const {
    return std::ranges::find(search_.paths, state, &TracedPath::state) != search_.paths.end();
  }

  void draw_legend(TreePicture& picture) const {
    double at = 0;
    const auto word = [&](const std::string& text) {
      picture.legend += fmt::format("<text x=\"{:.1f}\" y=\"14\">{}</text>\n", at, text);
      at += kLetter * static_cast<double>(text.size()) + 18;
    };
    const auto entry = [&](TracedState state, double size, const char* kind, const std::string& fill, const std::string& text) {
      picture.legend += fmt::format("<g class=\"n{}\">{}</g>", kind, symbol(state, at + 7, 10, size, fill));
      at += 18;
      word(text);
    };
    if (tells_apart()) draw_scale(picture, at);
    const std::string fill = tells_apart() ? colour_at(0.5) : "#ffffff";
    entry(TracedState::open, 4, "", fill, "step");
    entry(TracedState::finished, 6, "", fill, "finished");
    if (any_ended(TracedState::stopped)) entry(TracedState::stopped, 6, "", fill, "at its own limit");
    if (any_ended(TracedState::cut_off)) entry(TracedState::cut_off, 6, "", fill, "cut off by the budget");
    if (std::ranges::any_of(search_.paths, [](const TracedPath& path) { return path.correct.has_value(); })) {
      picture.legend += tick(at + 5, 10);
      at += 16;
      word("right");
    }
    if (any_ended(TracedState::pruned)) entry(TracedState::open, 4, " p", "#c9ced6", "pruned");
    if (search_.chosen) {
      picture.legend += fmt::format("<path class=\"e c\" d=\"M{:.1f} 10h14\"/>", at);
      at += 20;
      word("chosen");
    }
    picture.legend_width = at;
  }

  void draw_scale(TreePicture& picture, double& at) const {
    const auto number = [&](const std::string& text, double behind) {
      picture.legend += fmt::format("<text x=\"{:.1f}\" y=\"14\">{}</text>\n", at, text);
      at += kLetter * static_cast<double>(text.size()) + behind;
    };
    number(fmt::format("score {:.3g}", tree_.lowest_score), 6);
    constexpr int kPieces = 30;
    for (int i = 0; i < kPieces; ++i) {
      picture.legend += fmt::format("<rect x=\"{:.1f}\" y=\"5\" width=\"3.2\" height=\"10\" fill=\"{}\"/>", at + 3 * i,
                                    colour_at((i + 0.5) / kPieces));
    }
    at += 3 * kPieces + 6;
    number(fmt::format("{:.3g}", tree_.highest_score), 18);
  }

  std::vector<std::string> summary() const {
    const auto& receipt = search_.receipt;
    std::string answer = search_.answer ? "answer " + escaped(*search_.answer, kLongestAnswer) : "no answer";
    if (search_.answer && search_.correct) answer += *search_.correct ? ", right" : ", wrong";
    answer += fmt::format(" · {} by {}, confidence {:.2f}", escaped(search_.status, kLongestShownName),
                          escaped(search_.strategy, kLongestShownName), search_.confidence);
    return {escaped(search_.text, kLongestProblem), std::move(answer),
            fmt::format("{} tokens = {} prompt + {} cached + {} generated + {} verified, on {} paths · {}, peak KV {}, {}, "
                        "seed {}",
                        receipt.total, receipt.prompt, receipt.cached, receipt.generated, receipt.verified, search_.paths.size(),
                        format_count(receipt.flops, "FLOP"), format_bytes(receipt.peak_kv_bytes), format_seconds(receipt.seconds),
                        search_.seed)};
  }

  const TracedSearch& search_;
  SearchTree tree_;
  TreeLayout layout_;
  std::vector<bool> in_block_;  // per node
};

}  // namespace

const char* const kTreeStyle =
    ".e{fill:none;stroke:#94a3b8;stroke-width:1.2}.e.p{stroke:#dde1e7}.e.c{stroke:#111827;stroke-width:3}"
    ".b{fill:#f6f7f9;stroke:#d5dae1}.n *{stroke:#475569;stroke-width:1}.n.p *{stroke:#b4bac4}"
    ".n.c *{stroke:#111827;stroke-width:2.2}.n .h{fill:none;stroke:#fff;stroke-width:3.4}"
    ".n .t,.t{fill:none;stroke:#111827;stroke-width:1.7}.h{fill:none;stroke:none}";

TreePicture picture_of(const TracedSearch& search) { return Painter(search).picture(); }

}  // namespace reckon
