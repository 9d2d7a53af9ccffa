#include "draw/search_drawing.h"

#include <fmt/format.h>

#include <algorithm>

#include "draw/tree_picture.h"

namespace reckon {
namespace {

constexpr const char* kFont = "Helvetica, Arial, 'DejaVu Sans', sans-serif";
constexpr double kHeadingWidth = 900;  // what the summary needs
constexpr double kHeadingHeight = 96;
constexpr double kUsualWidth = 1200;  // of a drawing whose heading is drawn at its own size; in a wider one it grows

constexpr const char* kPageStyle =
    "html,body{margin:0;height:100%}"
    "body{display:flex;flex-direction:column;font:14px Helvetica,Arial,sans-serif;color:#374151;background:#fff}"
    "header{padding:12px 20px 6px}h1{font-size:17px;margin:0 0 4px;color:#111827}header p{margin:2px 0}"
    "#tree{flex:1;min-height:0;width:100%;cursor:grab;touch-action:none}#tree .n{cursor:pointer}"
    "#about{position:fixed;right:12px;bottom:12px;max-width:52ch;max-height:60vh;overflow:auto;margin:0;padding:10px 12px;"
    "white-space:pre-wrap;overflow-wrap:anywhere;font:12px monospace;background:#fff;border:1px solid #94a3b8;border-radius:6px;"
    "box-shadow:0 2px 10px "
    "#0002;pointer-events:none}#about.kept{border-color:#111827;pointer-events:auto}#about:empty{display:none}";

// The view is the viewBox. Titles are taken out of the nodes, so that no second tooltip appears.
constexpr const char* kScript = R"(const svg = document.getElementById('tree'), about = document.getElementById('about');
const whole = svg.getAttribute('viewBox').split(' ').map(Number);
let box = [...whole], held = null;
const show = () => svg.setAttribute('viewBox', box.join(' '));
const told = new Map();
for (const node of svg.querySelectorAll('.n')) {
  const title = node.querySelector('title');
  told.set(node, title.textContent);
  title.remove();
}
const tell = node => { about.textContent = node ? told.get(node) : ''; };
svg.addEventListener('wheel', event => {
  event.preventDefault();
  const by = Math.exp(Math.sign(event.deltaY) * 0.15);
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  box = [at.x + (box[0] - at.x) * by, at.y + (box[1] - at.y) * by, box[2] * by, box[3] * by];
  show();
}, {passive: false});
svg.addEventListener('pointerover', event => {
  if (!about.classList.contains('kept')) tell(event.target.closest('.n'));
});
svg.addEventListener('pointerdown', event => {
  const node = event.target.closest('.n');
  about.classList.toggle('kept', node !== null);
  tell(node);
  if (node) return;
  held = event;
  svg.setPointerCapture(event.pointerId);
});
svg.addEventListener('pointermove', event => {
  if (!held) return;
  const scale = 1 / svg.getScreenCTM().a;
  box[0] -= (event.clientX - held.clientX) * scale;
  box[1] -= (event.clientY - held.clientY) * scale;
  held = event;
  show();
});
svg.addEventListener('pointerup', () => { held = null; });
svg.addEventListener('dblclick', () => { box = [...whole]; show(); });
)";

std::string heading(const TreePicture& picture) {
  std::string svg = fmt::format("<text x=\"0\" y=\"16\" font-size=\"17\" font-weight=\"600\" fill=\"#111827\">{}</text>\n",
                                picture.summary.front());
  double y = 36;
  for (std::size_t i = 1; i < picture.summary.size(); ++i, y += 18) {
    svg += fmt::format("<text x=\"0\" y=\"{:.0f}\">{}</text>\n", y, picture.summary[i]);
  }
  return svg + fmt::format("<g transform=\"translate(0 {:.0f})\" font-size=\"12\">{}</g>\n", y - 8, picture.legend);
}

}  // namespace

std::string search_svg(const TracedSearch& search) {
  const TreePicture picture = picture_of(search);
  const double heading_width = std::max(kHeadingWidth, picture.legend_width);
  const double width = std::max(picture.width, heading_width + 40);
  const double scale = std::max(1.0, width / kUsualWidth);
  const double top = kHeadingHeight * scale + 16;
  const double height = top + picture.height;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "font-family=\"{2}\" font-size=\"13\" fill=\"#374151\">\n<style>{3}</style>\n"
      "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#ffffff\"/>\n"
      "<g transform=\"translate(20 16) scale({4:.3f})\">\n{5}</g>\n"
      "<g transform=\"translate({6:.1f} {7:.1f})\">\n{8}</g>\n</svg>\n",
      width, height, kFont, kTreeStyle, scale, heading(picture), (width - picture.width) / 2, top, picture.tree);
}

std::string search_html(const TracedSearch& search) {
  const TreePicture picture = picture_of(search);
  std::string lines;
  for (std::size_t i = 1; i < picture.summary.size(); ++i) lines += fmt::format("<p>{}</p>\n", picture.summary[i]);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<title>{0}</title>\n<style>{1}{2}</style>\n</head>\n<body>\n<header>\n<h1>{0}</h1>\n{3}"
      "<svg width=\"{4:.0f}\" height=\"{5:.0f}\" font-size=\"12\" fill=\"#374151\">\n{6}</svg>\n</header>\n"
      "<svg id=\"tree\" viewBox=\"0 0 {7:.0f} {8:.0f}\">\n{9}</svg>\n<pre id=\"about\"></pre>\n<script>\n{10}</script>\n"
      "</body>\n</html>\n",
      picture.summary.front(), kPageStyle, kTreeStyle, lines, picture.legend_width, kLegendHeight, picture.legend, picture.width,
      picture.height, picture.tree, kScript);
}

}  // namespace reckon
