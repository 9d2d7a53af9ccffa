#include <gtest/gtest.h>

#include "e2e/program.h"

namespace reckon {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string drawn(const std::string& trace, const std::string& out, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"tree", trace, "--out", out};
  words.insert(words.end(), more.begin(), more.end());
  const Ran ran = run_reckon(words);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "tree     " + out + "\n");
  return read_file(out);
}

TEST(Tree, DrawsWhatSolveTraced) {
  const std::string trace = temporary("trace.jsonl");
  const auto solved =
      run_reckon({"solve", "--task", "countdown", "--index", "5", "-s", "beam:n=8,width=4", "--json", "--trace", trace}).json();

  const std::string svg = drawn(trace, temporary("tree.svg"));
  const std::string html = drawn(trace, temporary("tree.html"));

  EXPECT_EQ(svg, drawn(trace, temporary("again.svg")));
  EXPECT_GE(count_of(svg, "<title>"), solved["paths"].size());
  EXPECT_EQ(count_of(html, "<script"), 1U);
  for (const std::string& drawing : {svg, html}) {
    EXPECT_NE(drawing.find(solved["answer"].get<std::string>()), std::string::npos);
    EXPECT_NE(drawing.find(std::to_string(solved["receipt"]["tokens"]["total"].get<int>()) + " tokens = "), std::string::npos);
  }
}

TEST(Tree, OfATraceOfManyProblemsDrawsTheNamedOne) {
  const std::string trace = temporary("trace.jsonl");
  run_reckon({"eval", "--task", "countdown", "-s", "greedy", "-s", "best_of_n:n=4", "--limit", "3", "--trace", trace});
  const std::string problem = json_lines(read_file(trace)).front()["problem"];

  const Ran unclear = run_reckon({"tree", trace, "--out", temporary("tree.svg")});
  const std::string svg = drawn(trace, temporary("tree.svg"), {"--problem", problem, "--strategy", "best_of_n:n=4"});

  EXPECT_EQ(unclear.exit_code, 2);
  EXPECT_NE(unclear.err.find("holds 6 searches; choose one with --problem and --strategy: 'countdown/"), std::string::npos)
      << unclear.err;
  EXPECT_EQ(count_of(svg, "<title>"), 1U + 4U);  // the problem and four paths
}

}  // namespace
}  // namespace reckon
