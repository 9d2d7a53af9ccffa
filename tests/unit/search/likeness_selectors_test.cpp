// The selectors that look at texts and lengths: mbr, shortest, markers; and evidence, which votes and never wins.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>

#include "base/error.h"
#include "base/rng.h"
#include "search/selector.h"
#include "search/selectors/chrf.h"
#include "search/selectors/mbr.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

PathRecord voter(std::optional<std::string> answer, std::string text = "", std::int64_t tokens = 1) {
  PathRecord record;
  record.answer = std::move(answer);
  record.text = std::move(text);
  record.tokens = tokens;
  record.log_probability = -static_cast<double>(tokens);
  return record;
}

PathRecord evidence(std::optional<std::string> answer, std::string text = "") {
  PathRecord record = voter(std::move(answer), std::move(text));
  record.evidence = true;
  return record;
}

// A file of the test's own, named by what it holds.
std::string written(const std::string& text) {
  const std::string file = testing::TempDir() + "reckon-" + std::to_string(std::hash<std::string>()(text));
  std::ofstream(file) << text;
  return file;
}

Selection selected(const std::string& selector, const std::vector<PathRecord>& paths) {
  return make_selector(selector).select(paths);
}

TEST(Selectors, TakeParametersAndRefuseOthers) {
  EXPECT_EQ(make_selector("shortest:k=2").name(), "shortest");
  EXPECT_EQ(make_selector("markers:by=rates:hedging=0.5").name(), "markers") << "':' separates what comes inside a parameter";
  EXPECT_THROW(make_selector("shortest:k=-1"), Error);
  EXPECT_THROW(make_selector("majority:k=1"), Error);
  EXPECT_THROW(make_selector("shortestt"), Error);
  EXPECT_THROW(make_selector(""), Error);
}

TEST(Selectors, ServeTheStrategiesThatLetOneChoose) {
  const auto answers = [](const std::string& strategy) {
    std::vector<std::pair<std::string, double>> all;
    for_each_execution(*make_strategy(strategy, by_letters(two_letter_reward)), two_letter_chain(), [&all](const ToyRun& one) {
      all.emplace_back(one.outcome.answer.value_or("none"), one.outcome.confidence);
    });
    return all;
  };
  EXPECT_EQ(answers("best_of_n:n=3,select=majority"), answers("majority:n=3"));
  EXPECT_EQ(answers("best_of_n:n=3,select=weighted"), answers("weighted_majority:n=3"));
  EXPECT_EQ(answers("best_of_n:n=3,select=mbr:utility=equality:beta=1").size(), answers("majority:n=3").size());
  EXPECT_NE(answers("best_of_n:n=3,select=shortest:k=1"), answers("majority:n=3"));
  for (const char* refused :
       {"best_of_n:select=bset", "beam:select=shortest:k=-1", "beam:select=", "best_of_n:select=majority:k=1"}) {
    EXPECT_THROW(make_strategy(refused, by_letters(two_letter_reward)), Error) << refused;
  }
}

TEST(Selectors, NeverChooseEvidence) {
  for (const SelectorEntry& entry : selectors()) {
    std::vector<PathRecord> paths{evidence("7", "seven"), evidence("7", "seven"), voter("5", "five"), evidence("7", "seven")};
    for (PathRecord& path : paths) path.score = path.evidence ? 1 : 0.5;

    EXPECT_EQ(entry.select(paths).chosen, 2U) << entry.name;

    paths.erase(paths.begin() + 2);
    EXPECT_FALSE(entry.select(paths).chosen) << entry.name;
  }
}

TEST(Selectors, EvidenceVotesForTheAnswersOfOthers) {
  const std::vector<PathRecord> paths{voter("1", "uno"), voter("2", "dos"), evidence("2", "zwei"), evidence("3", "drei")};

  EXPECT_EQ(selected("majority", paths).chosen, 1U);
  EXPECT_DOUBLE_EQ(selected("majority", paths).share, 0.5);
  EXPECT_EQ(selected("mbr:utility=equality", paths).chosen, 1U);
}

// chrF by its definition: tables of n-grams, one length after the other.
double naive_chrf(const std::string& a, const std::string& b, int longest, double beta) {
  const auto grams = [](const std::string& text, int length) {
    std::map<std::string, int> counts;
    for (int i = 0; i + length <= static_cast<int>(text.size()); ++i)
      ++counts[text.substr(static_cast<std::size_t>(i), static_cast<std::size_t>(length))];
    return counts;
  };
  double precision = 0;
  double recall = 0;
  int lengths = 0;
  for (int length = 1; length <= longest; ++length) {
    const auto ours = grams(a, length);
    const auto theirs = grams(b, length);
    int common = 0, in_a = 0, in_b = 0;
    for (const auto& [gram, count] : ours) {
      in_a += count;
      if (theirs.contains(gram)) common += std::min(count, theirs.at(gram));
    }
    for (const auto& [gram, count] : theirs) in_b += count;
    if (in_a + in_b == 0) continue;
    precision += in_a > 0 ? static_cast<double>(common) / in_a : 0;
    recall += in_b > 0 ? static_cast<double>(common) / in_b : 0;
    ++lengths;
  }
  if (lengths == 0) return 1;
  precision /= lengths;
  recall /= lengths;
  return precision + recall > 0 ? (1 + beta * beta) * precision * recall / (beta * beta * precision + recall) : 0;
}

TEST(Chrf, IsThatOfItsDefinition) {
  SplitMix64 rng(7);
  const auto text = [&rng] {
    std::string word;
    for (std::uint64_t left = rng.below(12); left > 0; --left) word += static_cast<char>('a' + rng.below(3));
    return word;
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string a = text();
    const std::string b = text();
    const double beta = static_cast<double>(rng.below(4));

    EXPECT_NEAR(chrf(CharacterGrams(a, 6), CharacterGrams(b, 6), beta), naive_chrf(a, b, 6, beta), 1e-12) << a << ' ' << b;
  }
}

TEST(Chrf, KnowsItsEnds) {
  const auto of = [](std::string_view a, std::string_view b) { return chrf(CharacterGrams(a, 6), CharacterGrams(b, 6), 2); };
  EXPECT_EQ(of("the same", "the same"), 1);
  EXPECT_EQ(of("the same", "thesa me"), 1) << "white space does not count";
  EXPECT_EQ(of("", ""), 1);
  EXPECT_EQ(of("abc", ""), 0);
  EXPECT_EQ(of("abc", "xyz"), 0);
  EXPECT_EQ(of("\u00e9", "\u00e8"), 0) << "they share a byte but no character";
  EXPECT_GT(of("abcd", "abcx"), of("abcd", "axcx"));
  EXPECT_GT(of("ab", "abcd"), 0);
  EXPECT_LT(of("ab", "abcd"), of("abcd", "ab")) << "recall counts more";
  const std::string broken{"\x80\xff\xc3"};
  EXPECT_EQ(of(broken, broken), 1);
}

TEST(LeastRisk, IsTheBestRowOfAnyTableOfUtilities) {
  SplitMix64 rng(3);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::vector<double>> table(6, std::vector<double>(6));
    for (auto& row : table) {
      for (double& utility : row) utility = static_cast<double>(rng.below(1000)) / 1000;
    }
    std::vector<PathRecord> paths;
    for (std::size_t i = 0; i < 6; ++i) {
      paths.push_back(voter(rng.below(5) == 0 ? std::nullopt : std::optional<std::string>("x")));
      paths.back().evidence = rng.below(4) == 0;
    }
    std::optional<std::size_t> best;
    double highest = -1;
    for (std::size_t i = 0; i < 6; ++i) {
      double sum = 0;
      int others = 0;
      for (std::size_t j = 0; j < 6; ++j) {
        if (!paths[j].answer) continue;
        sum += table[i][j];
        ++others;
      }
      if (!paths[i].answer || paths[i].evidence || sum / others <= highest + 1e-12) continue;
      highest = sum / others;
      best = i;
    }

    const Selection selection = least_risk(paths, [&table](std::size_t a, std::size_t b) { return table[a][b]; });
    const Selection moved = least_risk(paths, [&table](std::size_t a, std::size_t b) { return table[a][b] + 4; });

    ASSERT_EQ(selection.chosen.has_value(), best.has_value());
    if (!best) continue;
    EXPECT_NEAR(selection.share, highest, 1e-12);
    EXPECT_NEAR(moved.share, highest + 4, 1e-12) << "a constant changes no rank";
    EXPECT_EQ(moved.chosen, selection.chosen);
  }
}

TEST(Mbr, OfEqualAnswersIsTheMajority) {
  SplitMix64 rng(11);
  for (int round = 0; round < 500; ++round) {
    std::vector<PathRecord> paths;
    for (int i = 0; i < 7; ++i) {
      const std::uint64_t answer = rng.below(5);
      paths.push_back(voter(answer == 0 ? std::nullopt
                                        : std::optional<std::string>(answer == 1   ? "0.5"
                                                                     : answer == 2 ? "1/2"
                                                                                   : std::to_string(answer))));
    }
    const Selection majority = selected("majority", paths);
    const Selection equal = selected("mbr:utility=equality", paths);

    EXPECT_EQ(equal.chosen.has_value(), majority.chosen.has_value());
    EXPECT_DOUBLE_EQ(equal.share, majority.share);
  }
}

TEST(Mbr, OfTextsIsTheOneInTheMiddle) {
  const std::vector<PathRecord> paths{voter("1", "aaaa bbbb"), voter("2", "aaaa bbbb cccc"), voter("3", "bbbb cccc"),
                                      voter("4", "zzzz")};

  EXPECT_EQ(selected("mbr", paths).chosen, 1U);

  std::vector<PathRecord> thinking = paths;
  for (PathRecord& path : thinking) path.text = "<think>" + std::string(40, 'z') + "</think>" + path.text;
  EXPECT_EQ(selected("mbr", thinking).chosen, 1U) << "what was thought does not count";
  EXPECT_EQ(selected("mbr", thinking).share, selected("mbr", paths).share);
}

TEST(Mbr, WithEvidenceLeansToWhatTheEvidenceSays) {
  std::vector<PathRecord> paths{voter("1", "aaaa"), voter("2", "bbbb"), voter("1", "aaaa")};
  EXPECT_EQ(selected("mbr", paths).chosen, 0U);
  for (int i = 0; i < 3; ++i) paths.push_back(evidence("2", "bbbb"));
  EXPECT_EQ(selected("mbr", paths).chosen, 1U);
}

TEST(Shortest, VotesAmongTheShortest) {
  const std::vector<PathRecord> paths{voter("9", "", 50), voter("9", "", 40), voter("9", "", 30),
                                      voter("4", "", 10), voter("5", "", 20), voter("4", "", 12)};
  EXPECT_EQ(selected("shortest", paths).chosen, 3U) << "three of six";
  EXPECT_DOUBLE_EQ(selected("shortest", paths).share, 2.0 / 3);
  EXPECT_EQ(selected("shortest:k=1", paths).share, 1);
  EXPECT_EQ(selected("shortest:k=6", paths).chosen, selected("majority", paths).chosen);
  EXPECT_EQ(selected("shortest:k=100", paths).share, selected("majority", paths).share);
}

TEST(Shortest, LeavesOutWhatWasCutWhereAnyFinished) {
  std::vector<PathRecord> paths{voter("1", "", 3), voter("2", "", 50)};
  paths[0].state = PathState::cut_off;
  EXPECT_EQ(selected("shortest:k=1", paths).chosen, 1U);
  paths[1].state = PathState::stopped;
  EXPECT_EQ(selected("shortest:k=1", paths).chosen, 0U);
}

TEST(Shortest, OfThreeHasTheAccuracyOfItsClosedForm) {
  // Right with chance p; right paths have 1..4 tokens, wrong ones d more. The shortest of three is right: sum over its length.
  constexpr double p = 0.4;
  for (const int more : {0, 1, 3, 4}) {
    double accuracy = 0;
    std::vector<std::pair<double, PathRecord>> kinds;
    for (int length = 1; length <= 4; ++length) {
      kinds.emplace_back(p / 4, voter("right", "", length));
      kinds.emplace_back((1 - p) / 4, voter("wrong", "", length + more));
      kinds[kinds.size() - 2].second.log_probability = -0.5 * length;  // ties in length go to the likelier: the right ones
    }
    for (const auto& [first, a] : kinds) {
      for (const auto& [second, b] : kinds) {
        for (const auto& [third, c] : kinds) {
          const std::vector<PathRecord> paths{a, b, c};
          if (paths[*selected("shortest:k=1", paths).chosen].answer == "right") accuracy += first * second * third;
        }
      }
    }
    double expected = 0;
    for (int length = 1; length <= 4; ++length) {
      // P(no right path is shorter, no wrong one is) - P(the same and none of this length is right)
      const double wrong_not_below = (1 - p) * std::clamp((4.0 + more - length + 1) / 4, 0.0, 1.0);
      const double right_not_below = p * (4.0 - length + 1) / 4;
      expected += std::pow(wrong_not_below + right_not_below, 3) - std::pow(wrong_not_below + right_not_below - p / 4, 3);
    }
    EXPECT_NEAR(accuracy, expected, 1e-12) << more;
  }
}

TEST(MarkerVote, WithoutMarkersOrWeightsIsTheMajority) {
  SplitMix64 rng(5);
  const std::vector<std::string> texts{"wait maybe", "therefore", "maybe", "a b c", ""};
  for (int round = 0; round < 300; ++round) {
    std::vector<PathRecord> paths;
    for (int i = 0; i < 6; ++i) paths.push_back(voter(std::to_string(rng.below(3)), texts[rng.below(texts.size())]));
    const Selection majority = selected("majority", paths);

    const Selection weightless = selected("markers:by=rates:hedging=0:thinking=0:discourse=0", paths);
    EXPECT_EQ(weightless.chosen, majority.chosen);
    EXPECT_DOUBLE_EQ(weightless.share, majority.share);

    for (PathRecord& path : paths) path.text = "maybe the same";
    EXPECT_EQ(selected("markers", paths).chosen, majority.chosen);
    EXPECT_NEAR(selected("markers", paths).share, majority.share, 1e-12);
  }
}

TEST(MarkerVote, LeansAgainstDoubtAndForArgument) {
  const std::vector<PathRecord> paths{voter("1", "wait, maybe it is one"), voter("1", "perhaps one, hmm"),
                                      voter("2", "therefore it is two")};
  EXPECT_EQ(selected("majority", paths).chosen, 0U);
  EXPECT_EQ(selected("markers", paths).chosen, 2U);
  EXPECT_EQ(selected("markers:by=rates", paths).chosen, 2U);
}

TEST(MarkerVote, WeighsByRatesAsItSays) {
  // One hedge in four words: 250 of 1000. exp(-0.004 * 250) = 1/e against 1.
  const std::vector<PathRecord> paths{voter("1", "maybe it is one"), voter("2", "it is just two!")};
  EXPECT_NEAR(selected("markers:by=rates:hedging=0.004", paths).share, 1 / (1 + std::exp(-1.0)), 1e-12);
  // By ranks the second is better in hedging, and ties in the others, length too: (1 + 3/2) / 4 against (0 + 3/2) / 4.
  EXPECT_NEAR(selected("markers", paths).share, 5.0 / 8, 1e-12);
}

TEST(MarkerVote, RanksTheLengthOfThinking) {
  const std::vector<PathRecord> paths{voter("1", "<think>abc</think>" + std::string(100, 'x')),
                                      voter("2", "<think>abcdef</think>")};
  EXPECT_EQ(selected("markers", paths).chosen, 0U) << "what is written behind the thinking does not count";
  EXPECT_NEAR(selected("markers", paths).share, 5.0 / 8, 1e-12);
}

TEST(MarkerVote, LeavesOutWhatWasCutWhereAnyFinished) {
  std::vector<PathRecord> paths{voter("1", "therefore"), voter("1", "thus"), voter("2", "maybe")};
  paths[0].state = PathState::cut_off;
  paths[1].state = PathState::stopped;
  EXPECT_EQ(selected("markers", paths).chosen, 2U);
  paths[2].state = PathState::cut_off;
  EXPECT_EQ(selected("markers", paths).chosen, 0U);
}

TEST(MarkerVote, TakesListsOfOtherLanguages) {
  const std::string file = written("# German\n[hedging]\nvielleicht\n\nnicht sicher\n[discourse]\n  also  \n");
  const std::vector<PathRecord> paths{voter("1", "vielleicht ist es 1"), voter("2", "also ist es die 2")};
  EXPECT_EQ(selected("markers:by=rates:words=" + file, paths).chosen, 1U);
  EXPECT_EQ(selected("markers:by=rates", paths).chosen, 0U) << "no English marker: a tie";
}

TEST(MarkerVote, SaysWhatIsWrongWithAFileOfLists) {
  const auto error_of = [](const std::string& text) {
    const std::string file = written(text);
    try {
      make_selector("markers:words=" + file);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_file);
      return std::string(error.what()).substr(file.size() + 2);
    }
    return std::string("accepted");
  };
  EXPECT_EQ(error_of("maybe\n"), "line 1: a marker before the first heading; [hedging], [thinking] or [discourse] comes first");
  EXPECT_EQ(error_of("[hedging]\n...\n"), "line 2: a marker holds a word at least");
  EXPECT_EQ(error_of("\n[doubt]\nmaybe\n"), "line 2: headings are [hedging], [thinking] and [discourse]");
  EXPECT_EQ(error_of("[hedging]\n# none\n"), "holds no marker; under [hedging], [thinking] or [discourse] write one a line");
  EXPECT_EQ(error_of("[hedging]\n" + std::string(1 << 20, 'a')), "the lists of markers are longer than 1 MiB");
  EXPECT_THROW(make_selector("markers:words=/nonexistent/list"), Error);
}

}  // namespace
}  // namespace reckon
