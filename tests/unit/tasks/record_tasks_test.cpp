// trialnli and claimlink: the worked scores of the card, and claims against what their records and tables say.
#include <gtest/gtest.h>

#include <map>

#include "tasks/claim_links.h"
#include "tasks/trial_claim.h"
#include "tasks/wording.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::measure;

TEST(ClaimLinks, ScoreTheWorkedExample) {
  const ClaimLinks gold{{2, 7, 11}, {{2, 5}, {2, 9}, {7, 8}, {11, 14}}};
  const ClaimLinks given{{2, 7, 11}, {{2, 5}, {7, 8}, {7, 10}, {11, 13}}};

  const LinkScores scores = score_links(gold, given);

  EXPECT_EQ(scores.claim_f1, 1);
  EXPECT_EQ(scores.link_precision, 0.5);
  EXPECT_EQ(scores.link_recall, 0.5);
  EXPECT_EQ(scores.link_f1, 0.5);
  EXPECT_EQ(scores.gold_gap, 3.5);
  EXPECT_EQ(scores.recovered_gap, 2);
  EXPECT_EQ(scores.unsupported_f1, 1);
  EXPECT_NEAR(span_overlap(100, 60, 110, 60), 0.714, 0.0005);
  EXPECT_EQ(span_overlap(0, 5, 5, 5), 0);
}

TEST(ClaimLink, ClaimsMayBeNamedByNumberOrByText) {
  const auto task = make_task("claimlink");
  Instance instance = task->generate(Split::train, 1, 0);
  instance.words = {"Nothing here.", "We find that Orin is better than Sarn on Bral.", "On Bral, Sarn scores 60.0.",
                    "Orin reaches 70.0 on Bral.", "In short, Sarn passes 80.0 on Kel."};
  instance.numbers = {2, 3, 2, 4, 5, 0};

  EXPECT_TRUE(task->check(instance, boxed("C2 <- E3,E4; C5 <-")).correct);
  EXPECT_TRUE(task->check(instance, boxed("C2 <- E4, E3\nC5 <-")).correct);
  EXPECT_TRUE(task->check(instance, boxed("Orin is better than Sarn on Bral. <- \"On Bral, Sarn scores 60.0.\",E4; 5")).correct);
  EXPECT_TRUE(task->check(instance, boxed("Orin is better than Sarn on Bral. <- E3,E4; 5")).correct);
  const Verdict half = task->check(instance, boxed("C2 <- E3,E1; C5 <- E9"));
  EXPECT_EQ(measure(half, "claim F1"), 1);
  EXPECT_NEAR(measure(half, "link F1"), 2.0 / 5, 1e-12);
  EXPECT_EQ(measure(half, "unsupported F1"), 0);
  EXPECT_FALSE(task->check(instance, boxed("C2 <- E3,E4")).correct);
  EXPECT_FALSE(task->check(instance, boxed("none")).correct);
}

// The number in a sentence that reports a cell or a claim that passes a bound; every name with a capital.
struct Sentence {
  std::vector<std::string> names;
  double number = 0;
};
Sentence read(const std::string& text) {
  Sentence sentence;
  for (std::string word : split_words(text)) {
    while (!word.empty() && (word.back() == '.' || word.back() == ',')) word.pop_back();
    if (word.empty()) continue;
    if (word[0] >= '0' && word[0] <= '9') sentence.number = std::stod(word);
    const bool opening = word == "We" || word == "Our" || word == "It" || word == "In" || word == "On" || word == "The";
    if (word[0] >= 'A' && word[0] <= 'Z' && !opening) sentence.names.push_back(word);
  }
  return sentence;
}

TEST(ClaimLink, SupportedClaimsAreTrueOfTheirEvidence) {
  const auto task = make_task("claimlink");
  int claims = 0, unsupported = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Instance instance = task->generate(Split::train, 1 + static_cast<int>(i % 5), i);
    std::map<std::int64_t, std::vector<std::int64_t>> evidence;
    for (std::size_t n = 0; n < instance.numbers.size(); n += 2) {
      auto& list = evidence[instance.numbers[n]];
      if (instance.numbers[n + 1] != 0) list.push_back(instance.numbers[n + 1]);
    }
    for (const auto& [at, list] : evidence) {
      ++claims;
      const Sentence claim = read(instance.words[static_cast<std::size_t>(at - 1)]);
      if (list.empty()) {
        ++unsupported;
        continue;
      }
      std::map<std::string, double> scores;
      const std::string data = claim.names.back();
      for (const std::int64_t e : list) {
        const Sentence report = read(instance.words[static_cast<std::size_t>(e - 1)]);
        ASSERT_EQ(report.names.size(), 2U) << instance.words[static_cast<std::size_t>(e - 1)];
        const bool data_first = report.names[0] == data;
        ASSERT_EQ(report.names[data_first ? 0 : 1], data);
        scores[report.names[data_first ? 1 : 0]] = report.number;
      }
      const double first = scores[claim.names[0]];
      if (claim.number > 0) {
        EXPECT_GT(first, claim.number);
      } else {
        for (const auto& [name, score] : scores) EXPECT_LE(score, first) << instance.words[static_cast<std::size_t>(at - 1)];
      }
    }
  }
  EXPECT_GT(claims, 600);
  EXPECT_GT(unsupported, claims / 20);
}

TEST(TrialNli, ScoresEvidenceAsTheCardDoes) {
  const auto task = make_task("trialnli");
  Instance instance = task->generate(Split::train, 1, 0);
  instance.gold = "E; P18 P22 P23 P24";

  const Verdict verdict = task->check(instance, boxed("E; P18 P22 P25"));

  EXPECT_TRUE(verdict.correct);
  EXPECT_NEAR(measure(verdict, "evidence precision"), 0.667, 0.0005);
  EXPECT_EQ(measure(verdict, "evidence recall"), 0.5);
  EXPECT_NEAR(measure(verdict, "evidence F1"), 0.571, 0.0005);
  EXPECT_FALSE(make_task("trialnli:evidence=true")->check(instance, boxed("E; P18 P22 P25")).correct);
  EXPECT_FALSE(task->check(instance, boxed("C; P18 P22 P23 P24")).correct);
  EXPECT_TRUE(task->check(instance, boxed("entailment; p18, p22")).correct);
  EXPECT_FALSE(task->check(instance, boxed("P18 P22 P23 P24")).correct);
}

TEST(TrialNli, AVariantIsTheSameProblemWithTheSameOrTheOtherVerdict) {
  const auto plain = make_task("trialnli");
  const auto paraphrase = make_task("trialnli:variant=paraphrase");
  const auto flip = make_task("trialnli:variant=flip");
  int entailed = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const int level = 1 + static_cast<int>(i % 5);
    const Instance a = plain->generate(Split::test, level, i);
    const Instance b = paraphrase->generate(Split::test, level, i);
    const Instance c = flip->generate(Split::test, level, i);
    EXPECT_EQ(a.key, b.key);
    EXPECT_EQ(a.key, c.key);
    EXPECT_EQ(a.gold, b.gold);
    EXPECT_NE(a.gold[0], c.gold[0]);
    EXPECT_EQ(a.gold.substr(1), c.gold.substr(1));
    EXPECT_NE(a.prompt, b.prompt);
    EXPECT_NE(a.prompt, c.prompt);
    entailed += a.gold[0] == 'E' ? 1 : 0;
  }
  EXPECT_GT(entailed, 70);
  EXPECT_LT(entailed, 130);
}

// Statements about one number, evaluated again from the words of the evidence alone.
TEST(TrialNli, LookupsSayWhatTheLineSays) {
  const auto task = make_task("trialnli");
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Instance instance = task->generate(Split::train, 1, i);
    ASSERT_EQ(instance.words.size(), 2U);
    const std::string statement = instance.prompt.substr(instance.prompt.find("Statement: "));
    const auto of_line = numbers_in(instance.words[0].substr(instance.words[0].find(": arm ") + 7), 8).value();
    const auto of_statement = numbers_in(statement, 8).value();
    const std::int64_t value = of_line[0], said = of_statement.back();
    const bool holds = statement.find("exactly") != std::string::npos     ? value == said
                       : statement.find("more than") != std::string::npos ? value > said
                                                                          : value < said;
    EXPECT_EQ(holds, instance.gold[0] == 'E') << instance.words[0] << " / " << statement;
  }
}

TEST(TrialNli, EvidenceMayComeInAnyOrderButOnce) {
  const auto task = make_task("trialnli");
  Instance instance = task->generate(Split::train, 2, 0);
  instance.words = {"P3: a", "P5: b", "found: 7"};

  EXPECT_EQ(trial::steps(*task, instance, "<think>\nP5: b\nP3: a\nfound: 7\n"), "+++");
  EXPECT_EQ(trial::steps(*task, instance, "<think>\nP5: b\nP5: b\n"), "+-");
  EXPECT_EQ(trial::steps(*task, instance, "<think>\nP5: b\nfound: 7\n"), "+-");
  EXPECT_EQ(trial::steps(*task, instance, "<think>\nP4: c\nP3: a\n"), "--");
}

}  // namespace
}  // namespace reckon
