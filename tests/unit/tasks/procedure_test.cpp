#include <gtest/gtest.h>

#include <set>

#include "tasks/procedures.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::measure;
using trial::steps;

Words run(const std::string& name, const Words& arguments) { return find_procedure(name)->run(arguments); }

TEST(Procedures, ComputeTheExamplesOfTheCard) {
  EXPECT_EQ(run("Sort", {"dcabd"}), (Words{"acdbd", "abdcd", "abcdd"}));
  EXPECT_EQ(run("Copy", {"ab c de", "2 0"}), (Words{"de", "deab"}));
  EXPECT_EQ(run("Substitute", {"a3k", "a>7 3>z k>q"}), (Words{"73k", "7zk", "7zq"}));
  EXPECT_EQ(run("Encode", {"0001101"}), (Words{"[0_3]", "[0_3,1_2]", "[0_3,1_2,0_1]", "[0_3,1_2,0_1,1_1]"}));
  EXPECT_EQ(run("Rhythm", {"3 1 4 1", "b a", "5"}), (Words{"3b", "3b1a", "3b1a4b", "3b1a4b1a", "3b1a4b1a3b"}));
  EXPECT_EQ(run("Decode", {"1x3 0x2 1x1"}), (Words{"111", "11100", "111001"}));
  EXPECT_EQ(run("PushPop", {"abc", "left+z right- right+q left-"}), (Words{"zabc", "zab", "zabq", "abq"}));
  EXPECT_EQ(run("Rotate", {"abcdef", "0,4 2,6"}), (Words{"dabcef", "dafbce"}));
  EXPECT_EQ(run("DeleteChar", {"banana", "a n n"}), (Words{"bnana", "bana", "baa"}));
  EXPECT_EQ(run("Cumulate", {"4", "+5 *3 +2"}), (Words{"9", "27", "29"}));
  EXPECT_EQ(run("MoveCyclic", {"--x----", "R6 L3"}), (Words{"-x-----", "-----x-"}));
  EXPECT_EQ(run("FindCyclic", {"q7mza", "m 4"}), (Words{"(z,3)", "(a,2)", "(q,1)", "7"}));
}

TEST(Procedures, OfListsComputeTheExamplesOfTheCard) {
  EXPECT_EQ(run("Gather", {"k3f9a 0pq7z mm4t1c", "2,0,3 0,1,2 1,3,2"}), (Words{"mm4", "mm43f", "mm43f7z"}));
  EXPECT_EQ(run("Count", {"a1b2 xyz q07"}), (Words{"[a1b2,2,12,24]", "[xyz,3,0,0]", "[q07,1,7,7]", "31"}));
  EXPECT_EQ(run("Search", {"abab xab baba", "ab ba"}), (Words{"[2,1,1]", "[3,1,3]"}));
  EXPECT_EQ(run("Split1", {"abcdefgh", "5 2"}), (Words{"[abcde,fgh]", "[ab,cde,fgh]"}));
  EXPECT_EQ(run("Split2", {"abcdefgh", "0,5 0,2 2,1"}), (Words{"[abcde,fgh]", "[ab,cde,fgh]", "[ab,cde,f,gh]"}));
  EXPECT_EQ(run("Compose", {"abcab", "ab>c cc>a"}), (Words{"abcc", "aba", "ca"}));
  EXPECT_EQ(run("Decompose", {"aba", "a>xy b>zz"}), (Words{"xyba", "xyzza", "xyzzxy"}));
  EXPECT_EQ(run("Compare", {"hello", "help! hxyzw hello"}), (Words{"hel", "h", "[hel,h,hello]"}));
  EXPECT_EQ(run("Count2", {"ab ba"}), (Words{"[a1,b1]", "[a2,b2]"}));
  EXPECT_EQ(run("FillWord", {"the [1] sat [2]", "1=cat 2=down"}), (Words{"the cat sat [2]", "the cat sat down"}));
  EXPECT_EQ(run("DeleteWord", {"a b a c", "a c"}), (Words{"b a c", "b a"}));
}

TEST(Procedures, AreTheTwentyThreeOfTheBenchmark) {
  EXPECT_EQ(text_procedures().size(), 12U);
  EXPECT_EQ(list_procedures().size(), 11U);
}

TEST(Procedures, DrawTheAskedNumberOfSteps) {
  const std::array<StepRange, 5> levels{{{2, 3}, {4, 6}, {7, 12}, {13, 18}, {19, 25}}};
  std::vector<Procedure> all(text_procedures().begin(), text_procedures().end());
  all.insert(all.end(), list_procedures().begin(), list_procedures().end());
  for (const Procedure& procedure : all) {
    for (const StepRange steps : levels) {
      SplitMix64 rng(7);
      for (int i = 0; i < 50; ++i) {
        const auto count = static_cast<int>(procedure.run(procedure.draw(rng, steps)).size());
        EXPECT_GE(count, steps.low) << procedure.name;
        EXPECT_LE(count, steps.high) << procedure.name;
      }
    }
  }
}

const std::unique_ptr<const Task> kProcedure = make_task("procedure");
// True states 9, 27, 29.
const Instance kCumulate{.id = "by hand", .task = "procedure", .words = {"Cumulate", "4", "+5 *3 +2"}};

TEST(Procedure, ScoresTheWorkedExamplesOfTheCard) {
  const Verdict wrong_end = kProcedure->check(kCumulate, "s1: 9\ns2: 27\ns3: 28\n\\boxed{28}");
  EXPECT_NEAR(measure(wrong_end, "PA"), 0.667, 0.001);
  EXPECT_EQ(measure(wrong_end, "SM"), 0);
  EXPECT_EQ(measure(wrong_end, "FM"), 0);
  EXPECT_FALSE(wrong_end.correct);

  const Verdict repeated = kProcedure->check(kCumulate, "s1: 9\ns2: 27\ns3: 29\n\\boxed{29}");
  EXPECT_EQ(measure(repeated, "PA"), 1);
  EXPECT_EQ(measure(repeated, "SM"), 1);

  const Verdict unrepeated = kProcedure->check(kCumulate, "s1: 9\ns2: 27\n\\boxed{29}");
  EXPECT_EQ(measure(unrepeated, "SM"), 1);
}

TEST(Procedure, ARightEndCountsThoughAStateIsWrong) {
  const Verdict verdict = kProcedure->check(kCumulate, "<think>\ns1: 9\ns2: 26\ns3: 29\n</think>\n\\boxed{29}");
  EXPECT_TRUE(verdict.correct);
  EXPECT_NEAR(measure(verdict, "PA"), 1.0 / 3, 1e-9);
  EXPECT_EQ(measure(verdict, "SM"), 0);
}

TEST(Procedure, TwoEqualStatesAtTheEndAreBothNeeded) {
  const Instance instance{.id = "by hand", .task = "procedure", .words = {"Cumulate", "4", "+5 *1"}};  // 9, 9
  EXPECT_EQ(measure(kProcedure->check(instance, "s1: 9\ns2: 9\n\\boxed{9}"), "SM"), 1);
  EXPECT_EQ(measure(kProcedure->check(instance, "s1: 9\n\\boxed{9}"), "SM"), 1);  // the last state is the boxed one
  EXPECT_EQ(measure(kProcedure->check(instance, "\\boxed{9}"), "SM"), 0);
}

TEST(Procedure, TheFirstWrongStateEndsTheValidSteps) {
  EXPECT_EQ(steps(*kProcedure, kCumulate, "<think>\ns1: 9\ns2: 27\ns3: 29\n</think>\\boxed{29}"), "+++");
  EXPECT_EQ(steps(*kProcedure, kCumulate, "<think>\ns1: 9\ns2: 28\ns3: 29\n</think>\\boxed{29}"), "+--");
  EXPECT_EQ(steps(*kProcedure, kCumulate, "<think>\ns1: 9\ns3: 27\n"), "+-");
  EXPECT_EQ(steps(*kProcedure, kCumulate, "<think>\ns1: 9\ns2: 27\ns3: 29\ns4: 29\n"), "+++-");
}

TEST(Procedure, OneProcedureCanBeChosen) {
  const auto task = make_task("procedure:procedure=Rotate");
  for (std::uint64_t i = 0; i < 20; ++i) EXPECT_TRUE(task->problem(Split::test, i).prompt.starts_with("Rotate "));
}

TEST(Procedure, AllTwentyThreeAreSolvedAndChecked) {
  const auto task = make_task("procedure:procedure=all,level=1+3+5");
  std::set<std::string> met;
  for (std::uint64_t i = 0; i < 600; ++i) {
    const Instance instance = task->problem(Split::test, i);
    met.insert(instance.words[0]);
    ASSERT_TRUE(task->check(instance, instance.reference).correct) << instance.prompt;
    ASSERT_EQ(steps(*task, instance, instance.reference).find('-'), std::string::npos) << instance.prompt;
  }
  EXPECT_EQ(met.size(), 23U);
}

TEST(Procedure, TheFullPromptSaysTheRule) {
  const Instance instance = make_task("procedure:procedure=Rotate,prompt=full")->problem(Split::test, 0);
  EXPECT_NE(instance.prompt.find("m,n: turn characters m to n-1 right by one"), std::string::npos);
  EXPECT_TRUE(instance.prompt.ends_with("\n\n" + make_task("procedure:procedure=Rotate")->problem(Split::test, 0).prompt));
}

}  // namespace
}  // namespace reckon
