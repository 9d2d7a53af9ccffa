#include "draw/search_tree.h"

#include <gtest/gtest.h>

#include "unit/draw/traced.h"

namespace reckon {
namespace {

TracedSearch searched(const std::vector<nlohmann::json>& paths, nlohmann::json chosen = 1) {
  nlohmann::json head = traced_head();
  head["chosen"] = std::move(chosen);
  std::vector<nlohmann::json> lines{head};
  lines.insert(lines.end(), paths.begin(), paths.end());
  return read_lines(as_lines(lines));
}

// "<id of the path>.<step>" of a node, "." for the problem.
std::string name_of_node(const TracedSearch& search, const SearchTree& tree, std::size_t index) {
  if (index == 0) return ".";
  return std::to_string(search.paths[tree.nodes[index].path].id) + "." + std::to_string(tree.nodes[index].step);
}

// "1.0<. 1.1<1.0": every node and its parent.
std::string edges(const TracedSearch& search) {
  const SearchTree tree = tree_of(search);
  std::string text;
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
    text += (i > 1 ? " " : "") + name_of_node(search, tree, i) + "<" + name_of_node(search, tree, tree.nodes[i].parent);
  }
  return text;
}

TEST(SearchTree, OfIndependentPathsHasALeafForEach) {
  EXPECT_EQ(edges(searched({traced_path(1, 0, "finished", {"a"}), traced_path(2, 0, "cut_off", {})})), "1.0<. 2.0<.");
}

TEST(SearchTree, AForkGoesOnWhereItWasForked) {
  const TracedSearch search =
      searched({traced_path(1, 0, "finished", {"a", "b", "c"}), traced_path(2, 1, "pruned", {"a", "d"}, 1),
                traced_path(3, 1, "finished", {"a", "b", "e", "f"}, 2),
                // of the fork, before the fork's own first step: of the first path's
                traced_path(4, 3, "finished", {"a", "g"}, 1), traced_path(5, 3, "finished", {"a", "b", "e", "h"}, 3)});

  EXPECT_EQ(edges(search), "1.0<. 1.1<1.0 1.2<1.1 2.1<1.0 3.2<1.1 3.3<3.2 4.1<1.0 5.3<3.2");
  EXPECT_EQ(tree_of(search).nodes[4].text, "d");
}

TEST(SearchTree, AForkOfAFreshPathStandsBesideIt) {
  EXPECT_EQ(edges(searched({traced_path(1, 1, "finished", {"a"}), traced_path(2, 1, "finished", {"b"})})), "1.0<. 2.0<.");
}

TEST(SearchTree, ANewTurnFollowsTheWholeOfTheOneBefore) {
  nlohmann::json reply = traced_path(2, 1, "finished", {"c"});
  reply["turns"] = {{{"role", "assistant"}, {"text", "ab"}}, {{"role", "user"}, {"text", "again"}}};

  EXPECT_EQ(edges(searched({traced_path(1, 0, "finished", {"a", "b"}), reply})), "1.0<. 1.1<1.0 2.0<1.1");
}

TEST(SearchTree, AStepThatDidNotEndIsOneToo) {
  nlohmann::json cut = traced_path(1, 0, "cut_off", {"a\n"});
  cut["text"] = "a\nhalf";
  const TracedSearch search = searched({cut});

  EXPECT_EQ(edges(search), "1.0<. 1.1<1.0");
  EXPECT_EQ(tree_of(search).nodes.back().text, "half");
}

TEST(SearchTree, OfAPathWithoutItsParentHoldsAllOfIt) {
  EXPECT_EQ(edges(searched({traced_path(5, 4, "finished", {"a", "b"}, 1)}, 5)), "5.0<. 5.1<5.0");
}

TEST(SearchTree, ScoresAreOfTheStepsAndTheLastIsOfThePath) {
  nlohmann::json first = traced_path(1, 0, "finished", {"a", "b", "c"});
  first["step_scores"] = {0.1, 0.2};
  first["score"] = 0.9;
  const TracedSearch search = searched({first, traced_path(2, 0, "finished", {"d"})});

  const SearchTree tree = tree_of(search);

  EXPECT_EQ(tree.nodes[1].score, 0.1);
  EXPECT_EQ(tree.nodes[2].score, 0.2);
  EXPECT_EQ(tree.nodes[3].score, 0.9);
  EXPECT_EQ(tree.nodes[4].score, 0.5);
  EXPECT_EQ(tree.lowest_score, 0.1);
  EXPECT_EQ(tree.highest_score, 0.9);
}

TEST(SearchTree, AStepIsPrunedWhereNothingThatItLedToWasKept) {
  const TracedSearch search =
      searched({traced_path(1, 0, "pruned", {"a", "b"}), traced_path(2, 1, "finished", {"a", "c"}, 1)}, 2);

  const SearchTree tree = tree_of(search);

  EXPECT_FALSE(tree.nodes[1].pruned);  // a: the other path went on from it
  EXPECT_TRUE(tree.nodes[2].pruned);   // b
  EXPECT_FALSE(tree.nodes[3].pruned);  // c
}

TEST(SearchTree, TheWayToTheAnswerIsMarked) {
  const TracedSearch search =
      searched({traced_path(1, 0, "finished", {"a", "b"}), traced_path(2, 1, "finished", {"a", "c"}, 1)}, 2);

  const SearchTree tree = tree_of(search);

  std::string chosen;
  for (const StepNode& node : tree.nodes) chosen += node.chosen ? '1' : '0';
  EXPECT_EQ(chosen, "1101");
}

TEST(SearchTree, ALongChainOfForksIsNoWorkToSpeakOf) {
  std::vector<nlohmann::json> paths;
  for (std::uint64_t id = 1; id <= 9000; ++id) paths.push_back(traced_path(id, id - 1, "pruned", {"a"}, id > 1 ? 1 : 0));

  EXPECT_EQ(tree_of(searched(paths)).nodes.size(), 9001U);
}

}  // namespace
}  // namespace reckon
