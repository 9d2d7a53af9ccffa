#include "draw/search_trace.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/draw/traced.h"

namespace reckon {
namespace {

TEST(SearchTrace, IsReadBack) {
  nlohmann::json second = traced_path(2, 1, "pruned", {"a\n", "c\n"}, 1);
  second["step_scores"] = {0.25, 0.5};
  second["answer"] = nullptr;
  const std::string events = R"({"event":"opened","path":0}
{"event":"advanced","path":1,"drawn":3}
{"event":"advanced","path":1,"drawn":4}
{"event":"something newer"}
)";

  const TracedSearch search =
      read_lines(events + as_lines({traced_head(), second, traced_path(1, 0, "finished", {"a\n", "b\n"})}) + "\n  \n");

  EXPECT_EQ(search.problem, "What is 2+2?");
  EXPECT_EQ(search.answer, "4");
  EXPECT_EQ(search.chosen, 1U);
  EXPECT_EQ(search.receipt.total, 45);
  ASSERT_EQ(search.paths.size(), 2U);
  EXPECT_EQ(search.paths[0].id, 1U);
  EXPECT_EQ(search.paths[0].state, TracedState::finished);
  EXPECT_EQ(search.paths[0].drawn, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(search.paths[1].step_scores, (std::vector<double>{0.25, 0.5}));
  EXPECT_EQ(search.paths[1].inherited_steps, 1U);
  EXPECT_FALSE(search.paths[1].answer);
  EXPECT_TRUE(search.paths[1].drawn.empty());
}

TEST(SearchTrace, OfAnEarlierVersionIsReadToo) {
  nlohmann::json head = traced_head();
  head.erase("chosen");
  nlohmann::json path = traced_path(1, 0, "finished", {"a"});
  path.erase("inherited_steps");

  const TracedSearch search = read_lines(as_lines({head, path}));

  EXPECT_FALSE(search.chosen);
  EXPECT_EQ(search.paths.front().inherited_steps, 0U);
}

TEST(SearchTrace, OfSeveralSearchesGivesTheChosenOne) {
  nlohmann::json other = traced_head("other");
  nlohmann::json again = traced_head("other");
  again["strategy"] = "majority";
  const std::string text = as_lines({traced_head("first"), traced_path(1, 0, "finished", {"a"}), other,
                                     traced_path(4, 0, "finished", {"b"}), again, traced_path(9, 0, "finished", {"c"})});

  EXPECT_EQ(read_lines(text, {.problem = "first", .strategy = ""}).paths.front().id, 1U);
  EXPECT_EQ(read_lines(text, {.problem = "other", .strategy = "majority"}).paths.front().id, 9U);
  EXPECT_EQ(read_lines(text, {.problem = "", .strategy = "majority"}).paths.front().id, 9U);
}

std::string refusal(const std::string& text, const TraceChoice& choice = {}) {
  try {
    read_lines(text, choice);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void expect_said(const std::string& text, const std::string& said) {
  const std::string message = refusal(text);
  EXPECT_NE(message.find(said), std::string::npos) << message << "\nfor " << text.substr(0, 300);
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(SearchTrace, WhichSearchIsMeantIsAsked) {
  const std::string two = as_lines({traced_head("one\nline"), traced_head("two")});

  expect_said(two, "t.jsonl: holds 2 searches; choose one with --problem and --strategy: 'one line' by 'beam:n=2', 'two' by");
  EXPECT_NE(refusal(two, {.problem = "three", .strategy = ""}).find("holds no search of problem 'three'; it holds 'one line'"),
            std::string::npos);
}

TEST(SearchTrace, ThatIsNoneIsRefusedWithItsLine) {
  const auto with = [](const char* field, nlohmann::json value) {
    nlohmann::json path = traced_path(3, 1, "finished", {"ab"});
    path[field] = std::move(value);
    return as_lines({traced_head(), path});
  };
  expect_said("", "t.jsonl: holds no search that has ended");
  expect_said("{\"event\":\"opened\"}\n", "holds no search that has ended");
  expect_said("hello", "t.jsonl:1: expected a JSON object");
  expect_said(as_lines({traced_head()}) + "\n[1]\n", "t.jsonl:3: expected a JSON object");
  expect_said("{\"receipt\":1}", "t.jsonl:1: expected a text in the field 'problem'");
  expect_said(as_lines({traced_path(1, 0, "finished", {"a"})}), "a path comes before any line with a receipt");
  expect_said(with("id", -1), "t.jsonl:2: expected a whole number of 0 or above in the field 'id'");
  expect_said(with("id", 1.5), "'id'");
  expect_said(with("parent", 4), "path 3 has the later path 4 for its parent");
  expect_said(with("state", "lost"), "'state' is none of open");
  expect_said(with("text", 5), "'text'");
  expect_said(with("step_ends", {1, 3}), "'step_ends' holds 3; expected rising offsets into the 2 bytes of 'text'");
  expect_said(with("step_ends", {2, 1}), "'step_ends' holds 1");
  expect_said(with("step_ends", "many"), "expected a list in the field 'step_ends'");
  expect_said(with("step_scores", nlohmann::json::array({"high"})), "expected numbers in the field 'step_scores'");
  expect_said(with("inherited_steps", 2), "'inherited_steps' is 2, but the path has 1 steps");
  expect_said(with("tokens", 1e300), "'tokens'");
  expect_said(with("tokens", std::uint64_t{1} << 63), "at most 2^62");
  expect_said(with("correct", "yes"), "true or false");
  expect_said(as_lines({traced_head(), traced_path(1, 0, "finished", {"a"}), traced_path(1, 0, "finished", {"a"})}),
              "t.jsonl:3: there are two paths 1");
}

TEST(SearchTrace, TooLargeToDrawIsRefusedBeforeItFillsTheMemory) {
  const std::vector<std::string> steps(kMostTracedSteps, "a");

  expect_said(as_lines({traced_head(), traced_path(1, 0, "finished", steps), traced_path(2, 0, "finished", {"a"})}),
              "more than 20000 steps");
  expect_said(std::string(kLongestTraceLine + 1, ' '), "t.jsonl:1: the line is longer than 16 MiB");
}

}  // namespace
}  // namespace reckon
