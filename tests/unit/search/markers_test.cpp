#include "search/markers/markers.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace reckon {
namespace {

TEST(Markers, AreCountedByKindWhateverTheirCase) {
  const MarkerCounts counts = count_markers("Wait, maybe it is 3. Perhaps not; HMM... Therefore 4.");

  EXPECT_EQ(counts.hedging, 2);
  EXPECT_EQ(counts.thinking, 2);
  EXPECT_EQ(counts.discourse, 1);
  EXPECT_EQ(counts.words, 10);
}

TEST(Markers, AreWholeWords) {
  const MarkerCounts counts = count_markers("waiting maybes unlikely thenceforth firsthand");

  EXPECT_EQ(counts.hedging + counts.thinking + counts.discourse, 0);
  EXPECT_EQ(counts.words, 5);
}

TEST(Markers, OfSeveralWordsCountOnceAndTheLongestWins) {
  constexpr std::array<std::string_view, 2> hedging{"not sure", "sure"};
  constexpr std::array<std::string_view, 2> thinking{"let me think", "let me"};
  const MarkerLists lists{hedging, thinking, {}};

  const MarkerCounts counts = count_markers("I am not\n  sure. Let me, think: let me see, sure. Let", lists);

  EXPECT_EQ(counts.hedging, 2);
  EXPECT_EQ(counts.thinking, 2);
  EXPECT_EQ(counts.words, 12);
}

TEST(Markers, TakeAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);

  EXPECT_GT(count_markers(bytes + " maybe " + bytes).words, 2);
  EXPECT_EQ(count_markers("").words, 0);
  EXPECT_EQ(per_thousand(0, count_markers("")), 0);
  EXPECT_EQ(per_thousand(1, count_markers("maybe a b c")), 250);
}

TEST(Markers, ListsAreDisjointLowerCaseAndFoundInTheirOwnText) {
  const MarkerLists& lists = english_markers();
  std::set<std::string_view> seen;
  for (const auto& [list, field] :
       {std::pair{lists.hedging, &MarkerCounts::hedging}, std::pair{lists.thinking, &MarkerCounts::thinking},
        std::pair{lists.discourse, &MarkerCounts::discourse}}) {
    EXPECT_FALSE(list.empty());
    for (const std::string_view marker : list) {
      EXPECT_TRUE(seen.insert(marker).second) << marker;
      EXPECT_EQ(count_markers(marker).*field, 1) << marker;
      for (const char character : marker)
        EXPECT_TRUE(character == ' ' || character == '\'' || (character >= 'a' && character <= 'z')) << marker;
    }
  }
}

}  // namespace
}  // namespace reckon
