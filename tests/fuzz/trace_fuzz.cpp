// Traces: any bytes are refused with an Error of one line, or make a tree and two drawings in which nothing of the trace is
// markup.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "base/error.h"
#include "draw/search_drawing.h"
#include "draw/search_trace.h"
#include "draw/search_tree.h"

namespace {

using namespace reckon;

void require(bool condition) {
  if (!condition) std::abort();
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

void use(const TracedSearch& search) {
  const SearchTree tree = tree_of(search);
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) require(tree.nodes[i].parent < i);
  require(tree.nodes.size() > search.paths.size());
  const std::string svg = search_svg(search);
  const std::string html = search_html(search);
  require(occurrences(svg, "<title>") == tree.nodes.size() && occurrences(svg, "</title>") == tree.nodes.size());
  require(occurrences(html, "<script") == 1 && occurrences(html, "</script") == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const TraceChoice& choice : {TraceChoice{}, TraceChoice{.problem = "a", .strategy = ""}}) {
    try {
      std::istringstream stream(text);
      use(read_search(stream, "input", choice));
    } catch (const Error& error) {
      require(error.code() != ErrorCode::internal);
      require(std::string_view(error.what()).find('\n') == std::string_view::npos);
    }
  }
  return 0;
}
