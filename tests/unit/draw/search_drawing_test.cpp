#include "draw/search_drawing.h"

#include <gtest/gtest.h>

#include "unit/draw/traced.h"
#include "unit/text/well_formed.h"

namespace reckon {
namespace {

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

const std::string kHostile = "</script><script>alert(1)</script>\"'><!--]]>\x01\x1b[31m&amp;\u202e";

// Two paths, of which one was given up, with hostile text wherever a trace has text.
TracedSearch hostile() {
  nlohmann::json head = traced_head(kHostile);
  for (const char* field : {"answer", "strategy", "status"}) head[field] = kHostile;
  nlohmann::json chosen = traced_path(1, 0, "finished", {kHostile, kHostile});
  chosen["answer"] = kHostile;
  chosen["correct"] = true;
  return read_lines(as_lines({head, chosen, traced_path(2, 1, "pruned", {kHostile, kHostile}, 1)}));
}

// The elements of the page's body that are SVG.
std::string tree_of_page(const std::string& html) {
  const std::size_t begin = html.find("<svg id=\"tree\"");
  return html.substr(begin, html.find("<pre", begin) - begin);
}

TEST(SearchDrawing, IsXmlWhateverTheTraceHolds) {
  EXPECT_TRUE(well_formed(search_svg(hostile())));
  EXPECT_TRUE(well_formed(tree_of_page(search_html(hostile()))));
}

TEST(SearchDrawing, RunsNothingThatTheTraceHolds) {
  const std::string svg = search_svg(hostile());
  const std::string html = search_html(hostile());

  EXPECT_EQ(occurrences(svg, "<script"), 0U);
  EXPECT_EQ(occurrences(html, "<script"), 1U);
  EXPECT_EQ(occurrences(html, "</script"), 1U);
  const std::string harmless = search_html(read_lines(as_lines({traced_head()})));
  EXPECT_EQ(html.substr(html.find("<script>")), harmless.substr(harmless.find("<script>")));
}

TEST(SearchDrawing, NeedsNothingFromElsewhere) {
  for (const char* way : {"src=", "href", "url(", "@import", "://"}) {
    EXPECT_EQ(occurrences(search_html(hostile()), way), 0U) << way;
  }
  EXPECT_EQ(occurrences(search_svg(hostile()), "://"), 1U);  // the name of the namespace
}

TEST(SearchDrawing, HasANodeForEveryStepWithWhatIsKnownOfIt) {
  nlohmann::json first = traced_path(1, 0, "finished", {"one\n", "two\n"});
  first["step_scores"] = {0.25, 0.75};
  first["answer"] = "4";
  first["correct"] = false;
  const std::string svg =
      search_svg(read_lines("{\"event\":\"advanced\",\"path\":1,\"drawn\":6}\n" +
                            as_lines({traced_head(), first, traced_path(2, 1, "pruned", {"one\n", "three\n"}, 1)})));

  EXPECT_NE(svg.find("<title>What is 2+2?</title>"), std::string::npos);
  EXPECT_NE(svg.find("<title>path 1, step 1, on the way to the answer\nscore 0.25\n6 tokens in this step\n\none\n</title>"),
            std::string::npos);
  EXPECT_NE(svg.find("path 1, step 2, finished, wrong, chosen\nscore 0.75\n9 tokens in the path\nanswer 4\n\ntwo\n</title>"),
            std::string::npos)
      << svg;
  EXPECT_NE(svg.find("path 2, step 2, pruned\n9 tokens in the path\n\nthree\n</title>"), std::string::npos);
  EXPECT_EQ(occurrences(svg, "<title>"), 4U);
  for (const char* said :
       {"answer 4 · answered by beam:n=2, confidence 0.75", "45 tokens = 10 prompt + 0 cached + 30 generated + 5", "seed 7",
        ">pruned<", ">chosen<", ">score 0.25<"}) {
    EXPECT_NE(svg.find(said), std::string::npos) << said;
  }
}

TEST(SearchDrawing, IsTheSameForTheSameTrace) {
  EXPECT_EQ(search_svg(hostile()), search_svg(hostile()));
  EXPECT_EQ(search_html(hostile()), search_html(hostile()));
}

TEST(SearchDrawing, OfASearchThatFoundNothingIsADrawingToo) {
  nlohmann::json head = traced_head();
  head["answer"] = head["chosen"] = nullptr;

  EXPECT_TRUE(well_formed(search_svg(read_lines(as_lines({head})))));
  EXPECT_NE(search_svg(read_lines(as_lines({head}))).find("no answer"), std::string::npos);
}

TEST(SearchDrawing, AThousandPathsStaySmall) {
  std::vector<nlohmann::json> lines{traced_head()};
  for (std::uint64_t id = 1; id <= 1000; ++id) lines.push_back(traced_path(id, 0, "finished", {std::string(3000, 'x')}));

  const std::string svg = search_svg(read_lines(as_lines(lines)));

  EXPECT_LT(svg.size(), 2'000'000U);  // long texts are cut
  const std::size_t box = svg.find("viewBox=\"0 0 ") + 13;
  EXPECT_LT(std::stod(svg.substr(box)), 1500);  // a block, not a line of 16,000 pixels
}

}  // namespace
}  // namespace reckon
