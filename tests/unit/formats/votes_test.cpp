#include "formats/votes.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"

namespace reckon {
namespace {

std::vector<VoteLine> parse(const std::string& text) {
  std::istringstream stream(text);
  return parse_votes(stream, "votes.jsonl");
}

std::string refusal(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown for " << text;
  return "";
}

TEST(Votes, AreStringsOrWholeNumbers) {
  const auto votes =
      parse("{\"item\":\"a\",\"worker\":1,\"label\":\"yes\"}\n \n{\"label\":-2,\"worker\":\"w\",\"item\":\"b\",\"more\":[1]}");

  ASSERT_EQ(votes.size(), 2U);
  EXPECT_EQ(votes[0].item, "a");
  EXPECT_EQ(votes[0].worker, "1");
  EXPECT_EQ(votes[0].label, "yes");
  EXPECT_EQ(votes[1].item, "b");
  EXPECT_EQ(votes[1].label, "-2");
}

TEST(Votes, ThatCannotBeAreRefusedWithTheirLine) {
  const std::string good = "{\"item\":\"a\",\"worker\":\"w\",\"label\":\"l\"}\n";
  EXPECT_NE(refusal(good + "[1]\n").find("votes.jsonl:2"), std::string::npos);
  EXPECT_NE(refusal(good + good + "{\"item\":\"a\",\"worker\":\"w\"}\n").find("votes.jsonl:3"), std::string::npos);
  EXPECT_NE(refusal("{\"item\":\"a\",\"worker\":\"w\",\"label\":1.5}").find("'label'"), std::string::npos);
  EXPECT_NE(refusal("{\"item\":\"\",\"worker\":\"w\",\"label\":1}").find("'item'"), std::string::npos);
  refusal("{\"item\":\"a\",\"worker\":null,\"label\":1}");
  refusal("{\"item\":\"a\",\"worker\":\"w\",\"label\":\"" + std::string(5000, 'l') + "\"}");
  EXPECT_NE(refusal(std::string(100'000, 'x')).find("64 KiB"), std::string::npos);
  EXPECT_NE(refusal("").find("no vote"), std::string::npos);
  EXPECT_NE(refusal("\n\n").find("no vote"), std::string::npos);
  refusal("{\"item\":\"a\"");
}

TEST(Votes, OfNoFileAreNotFound) {
  try {
    read_votes("/nowhere/votes.jsonl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace reckon
