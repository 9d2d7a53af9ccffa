// needle, kgqa and listdsl, and how answers in words are compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/rng.h"
#include "tasks/grid_concepts.h"
#include "tasks/list_program.h"
#include "tasks/wording.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::measure;
using trial::steps;

TEST(PlainWords, AreLowerCaseWithoutArticlesAndPunctuation) {
  EXPECT_EQ(plain_words("The  Country, of Keldor."), "country of keldor");
  EXPECT_EQ(plain_words("A, an: the!"), "");
  EXPECT_DOUBLE_EQ(bag_f1("keldor", plain_words("the country of Keldor")), 0.5);
  EXPECT_DOUBLE_EQ(bag_f1("a b", "b a"), 1);
  EXPECT_DOUBLE_EQ(bag_f1("a", "b"), 0);
  EXPECT_DOUBLE_EQ(bag_f1("a a b", "a b b"), 2.0 / 3);
}

TEST(Wording, NumbersAreReadWholeOrNotAtAll) {
  EXPECT_EQ(whole_number("-12"), -12);
  for (const char* bad : {"", "1 ", "1.5", "x", "99999999999999999999", "1-2"}) EXPECT_FALSE(whole_number(bad)) << bad;
  EXPECT_EQ(numbers_in("a 1, 22; -3", 3), (std::vector<std::int64_t>{1, 22, -3}));
  EXPECT_FALSE(numbers_in("1 2 3", 2));
}

TEST(Needle, TheAnswerStandsInTheText) {
  for (const char* kind : {"single", "keys", "values", "queries", "store"}) {
    const auto task = make_task(std::string("needle:level=1+2+3,kind=") + kind);
    for (std::uint64_t i = 0; i < 9; ++i) {
      const Instance instance = task->problem(Split::test, i);
      for (const std::string& reference : instance.words)
        EXPECT_NE(instance.prompt.find(" is " + reference + '.'), std::string::npos) << kind;
      EXPECT_TRUE(is_right(*task, instance, instance.gold)) << kind;
    }
  }
}

TEST(Needle, TheScoreIsTheShareOfReferencesNamed) {
  const Instance instance{.id = "by hand", .task = "needle", .words = {"X1", "X2", "X3"}};
  const auto task = make_task("needle");
  EXPECT_NEAR(task->check(instance, trial::boxed("X1 X3")).score, 2.0 / 3, 1e-9);
  EXPECT_FALSE(is_right(*task, instance, "X1 X3"));
  EXPECT_TRUE(is_right(*task, instance, "X3, X1, X2."));
  EXPECT_FALSE(is_right(*task, instance, "X11 X2 X3"));
}

TEST(Needle, ChainsHandOneValueOn) {
  const Instance instance = make_task("needle:kind=track,level=3")->problem(Split::test, 0);
  const std::string value = instance.prompt.substr(instance.prompt.rfind("hold ") + 5, 5);
  EXPECT_NE(instance.prompt.find(instance.words[0] + " = " + value + '.'), std::string::npos);
  EXPECT_NE(instance.prompt.find(instance.words[4] + " = " + instance.words[3] + '.'), std::string::npos);
  EXPECT_EQ(instance.words.size(), 5U);
}

TEST(Needle, TheFrequentWordIsMoreFrequentThanAnyOther) {
  const Instance instance = make_task("needle:kind=frequent,level=2")->problem(Split::test, 0);
  std::map<std::string, int> counts;
  for (const std::string& word : split_words(instance.prompt.substr(0, instance.prompt.find('\n')))) ++counts[word];
  for (const auto& [word, count] : counts) {
    if (word != instance.words[0]) {
      EXPECT_LT(count, counts[instance.words[0]]) << word;
    }
  }
}

TEST(Needle, LengthAndDepthAreChosen) {
  const auto full = make_task("needle:kind=single,size=full,level=3,depth=50")->problem(Split::test, 0);
  EXPECT_NEAR(static_cast<double>(full.prompt.size()), 65536, 200);
  const double place = static_cast<double>(full.prompt.find("The number for")) / static_cast<double>(full.prompt.size());
  EXPECT_NEAR(place, 0.5, 0.02);
}

TEST(Kgqa, ComputesTheExampleOfTheCard) {
  const Instance instance{.id = "by hand",
                          .task = "kgqa",
                          .gold = "Keldor",
                          .numbers = {3, 7},
                          .words = {"Keldor", "The Glass Tide -written by> Orin Vale", "Orin Vale -born in> Sarn",
                                    "Sarn -located in> Keldor", "Harbor of Ash -written by> Tessa Rook"}};
  const auto task = make_task("kgqa");
  const Verdict verbose = task->check(instance, trial::boxed("the country of Keldor"));
  EXPECT_FALSE(verbose.correct);
  EXPECT_EQ(measure(verbose, "EM"), 0);
  EXPECT_DOUBLE_EQ(measure(verbose, "F1"), 0.5);
  EXPECT_TRUE(is_right(*task, instance, "keldor."));
  EXPECT_EQ(steps(*task, instance, "The Glass Tide -written by> Orin Vale\nOrin Vale -born in> Sarn\nSarn -located in> Keldor"),
            "+++");
  EXPECT_EQ(steps(*task, instance, "The Glass Tide -written by> Tessa Rook\nOrin Vale -born in> Sarn"), "--");
  const Verdict evidence = task->check(instance, "\\boxed{Keldor}\nevidence: D3 D7 D9");
  EXPECT_DOUBLE_EQ(measure(evidence, "evidence precision"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(measure(evidence, "evidence recall"), 1);
}

TEST(Kgqa, EveryHopStandsInTheDocumentsUnlessTheAnswerIsUnknown) {
  const auto task = make_task("kgqa:level=1+2+3+4+5");
  int unknown = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Instance instance = task->problem(Split::test, i);
    unknown += instance.gold == "unknown" ? 1 : 0;
    EXPECT_EQ(steps(*task, instance, instance.reference).find('-'), std::string::npos) << instance.prompt << instance.reference;
    EXPECT_TRUE(instance.gold == "unknown" || instance.prompt.find(instance.gold) != std::string::npos);
  }
  EXPECT_GE(unknown, 2);
  EXPECT_LE(unknown, 25);
}

TEST(Kgqa, TheOracleHandsOverTheEvidenceOnly) {
  const Instance all = make_task("kgqa:level=3,unanswerable=0")->problem(Split::test, 0);
  const Instance oracle = make_task("kgqa:level=3,unanswerable=0,documents=oracle")->problem(Split::test, 0);
  const Instance closed = make_task("kgqa:level=3,unanswerable=0,documents=none")->problem(Split::test, 0);
  EXPECT_LT(oracle.prompt.size(), all.prompt.size());
  EXPECT_TRUE(closed.prompt.starts_with("Q: "));
  EXPECT_EQ(std::ranges::count(oracle.prompt, '\n'), static_cast<std::ptrdiff_t>(oracle.numbers.size()));
}

TEST(Ner, ScoresTheExamplesOfTheCard) {
  const Instance instance{.id = "by hand",
                          .task = "ner",
                          .words = {"Dr. Mira Olsen of Halden Research visited Port Vale on 3 May.", "Mira Olsen|PER",
                                    "Halden Research|ORG", "Halden|LOC", "Port Vale|LOC", "3 May|DATE"}};
  const auto task = make_task("ner");
  const auto f1 = [&](const char* answer) { return measure(task->check(instance, trial::boxed(answer)), "F1"); };
  EXPECT_NEAR(f1("Mira Olsen|PER; Halden Research|ORG; Port Vale|ORG"), 0.5, 1e-9);
  EXPECT_NEAR(f1("Dr. Mira Olsen|PER; Halden Research|ORG; Port Vale|LOC; 3 May|DATE"), 0.667, 0.001);
  EXPECT_NEAR(f1("Mira Olsen|PER; Halden Research|ORG; Halden|LOC; Port Vale|LOC"), 0.889, 0.001);
  EXPECT_TRUE(
      is_right(*task, instance, "3 May|DATE; Port Vale|LOC; Halden|LOC; Halden Research|ORG; Mira Olsen|PER; Mira Olsen|PER"));
  const Verdict typed = task->check(instance, trial::boxed("Mira Olsen|PER; Halden Research|ORG; Port Vale|ORG"));
  EXPECT_NEAR(measure(typed, "boundary F1"), 0.75, 1e-9);
  EXPECT_NEAR(measure(typed, "type accuracy"), 2.0 / 3, 1e-9);
  EXPECT_EQ(f1("nobody"), 0);
}

TEST(Ner, TheSameTextMayOccurTwice) {
  const Instance instance{.id = "by hand", .task = "ner", .words = {"Sarn visited Sarn.", "Sarn|PER", "Sarn#2|LOC"}};
  const auto task = make_task("ner");
  EXPECT_TRUE(is_right(*task, instance, "Sarn#2|LOC; Sarn|PER"));
  EXPECT_FALSE(is_right(*task, instance, "Sarn|LOC; Sarn#2|PER"));
  EXPECT_FALSE(is_right(*task, instance, "Sarn|PER; Sarn#3|LOC"));
}

TEST(ListPrograms, ComputeTheExampleOfTheCard) {
  const auto program = list_program("even |x2 |sort |take2");
  ASSERT_TRUE(program);
  EXPECT_EQ(run_list_program(*program, {5, 2, 8, 3, 6}), (NumberList{4, 12}));
  EXPECT_EQ(run_list_program(*program, {1, 4}), (NumberList{8}));
  for (const char* bad : {"", "even |", "evens", "even sort", "|", "even||sort"}) EXPECT_FALSE(list_program(bad)) << bad;
}

TEST(ListPrograms, EveryFunctionDoesWhatItsNameSays) {
  const NumberList list{3, -2, 3, 5};
  const std::vector<std::pair<const char*, NumberList>> expected{
      {"reverse", {5, 3, -2, 3}},  {"sort", {-2, 3, 3, 5}},   {"+1", {4, -1, 4, 6}},  {"x2", {6, -4, 6, 10}},
      {"negate", {-3, 2, -3, -5}}, {"square", {9, 4, 9, 25}}, {"even", {-2}},         {"odd", {3, 3, 5}},
      {"positive", {3, 3, 5}},     {"tail", {-2, 3, 5}},      {"init", {3, -2, 3}},   {"take2", {3, -2}},
      {"drop2", {3, 5}},           {"sums", {3, 1, 4, 9}},    {"unique", {3, -2, 5}}, {"differences", {-5, 5, 2}}};
  ASSERT_EQ(expected.size(), list_functions().size());
  for (const auto& [name, result] : expected) {
    EXPECT_EQ(run_list_program(*list_program(name), list), result) << name;
    EXPECT_EQ(run_list_program(*list_program(name), {}), NumberList{}) << name;
  }
}

TEST(ListPrograms, NumbersThatGrowWithoutBoundEndTheProgram) {
  const std::vector<std::string> squares(16, "square");
  EXPECT_FALSE(run_list_program(squares, {9}));
  EXPECT_EQ(run_list_program(squares, {1}), NumberList{1});
}

// The card counts 4368 programs up to three functions, of 1888 behaviours on 24 random lists: these lists are ours.
TEST(ListPrograms, TheCensusHasAsManyProgramsAsTheCard) {
  SplitMix64 rng(1);
  std::vector<NumberList> inputs(24);
  for (NumberList& input : inputs) {
    for (std::int64_t left = rng.range(0, 8); left > 0; --left) input.push_back(rng.range(-9, 9));
  }
  std::vector<std::vector<std::string>> programs{{}};
  std::set<std::string> behaviours;
  std::size_t count = 0;
  for (std::size_t begin = 0, length = 1; length <= 3; ++length) {
    const std::size_t end = programs.size();
    for (; begin < end; ++begin) {
      for (const std::string_view name : list_functions()) {
        std::vector<std::string> program = programs[begin];
        program.emplace_back(name);
        std::string behaviour;
        for (const NumberList& input : inputs)
          behaviour += list_text(run_list_program(program, input).value_or(NumberList{-1, -1, -1})) + '|';
        behaviours.insert(behaviour);
        ++count;
        programs.push_back(std::move(program));
      }
    }
  }
  EXPECT_EQ(count, 4368U);
  EXPECT_NEAR(static_cast<double>(behaviours.size()), 1888, 20);
}

TEST(ListDsl, AProgramThatFitsOnlyWhatIsShownIsFoundOut) {
  const Instance instance{.id = "by hand", .task = "listdsl", .numbers = {1}, .words = {"sort", "1 2 3", "3 1 2", "2 1"}};
  const auto task = make_task("listdsl");
  const Verdict verdict = task->check(instance, trial::boxed("negate | negate"));
  EXPECT_FALSE(verdict.correct);
  EXPECT_EQ(verdict.detail, "fits what is shown, not what is hidden");
  EXPECT_EQ(measure(verdict, "shown passed"), 1);
  EXPECT_EQ(measure(verdict, "hidden passed"), 0);
  EXPECT_TRUE(is_right(*task, instance, "reverse | sort"));
  EXPECT_FALSE(is_right(*task, instance, "sorted"));
  EXPECT_EQ(steps(*task, instance, "sort: 1 2 3\nx2: 2 4 6\n+1: 3 5 6"), "++-");
  EXPECT_EQ(steps(*task, instance, "sort | x2: 2 4 6"), "-") << "a step is one function";
}

std::optional<Grid> applied(const std::string& name, const Grid& grid) { return apply_concepts(std::span(&name, 1), grid); }

TEST(GridConcepts, DoWhatTheirNamesSay) {
  const Grid grid{"120", "003", "400"};
  EXPECT_EQ(applied("mirror_lr", grid), (Grid{"021", "300", "004"}));  // the example of the card
  EXPECT_EQ(applied("mirror_ud", grid), (Grid{"400", "003", "120"}));
  EXPECT_EQ(applied("turn_right", grid), (Grid{"401", "002", "030"}));
  EXPECT_EQ(applied("slide_right", grid), (Grid{"012", "003", "004"}));
  EXPECT_EQ(applied("fall", grid), (Grid{"000", "100", "423"}));
  EXPECT_EQ(applied("shift_right", grid), (Grid{"012", "300", "040"}));
  EXPECT_EQ(applied("opposite_colours", grid), (Grid{"980", "007", "600"}));
  EXPECT_EQ(applied("keep_symmetric", {"121", "103"}), (Grid{"121", "000"}));
  EXPECT_EQ(applied("crop", {"000", "010", "020"}), (Grid{"1", "2"}));
  EXPECT_EQ(applied("frame", {"1"}), (Grid{"333", "313", "333"}));
  EXPECT_EQ(applied("fill_enclosed", {"111", "101", "110"}), (Grid{"111", "141", "110"}));
  EXPECT_EQ(applied("recolour_largest", {"110", "002"}), (Grid{"880", "002"}));
  EXPECT_EQ(applied("recolour_largest", {"10", "02"}), (Grid{"10", "02"}));  // no single largest
  EXPECT_EQ(applied("count_bars", {"12", "10", "20"}), (Grid{"11", "22"}));
  EXPECT_EQ(applied("one_colour", {"12", "10", "20"}), (Grid{"11", "10", "10"}));
  EXPECT_EQ(applied("sort_rows", {"12", "10", "00"}), (Grid{"00", "10", "12"}));
  EXPECT_FALSE(applied("zoom", Grid(6, "123456")));  // too large
  EXPECT_FALSE(applied("no such concept", grid));
  for (const GridConcept& c : grid_concepts()) EXPECT_TRUE(applied(std::string(c.name), grid)) << c.name;
  for (const GridConcept& c : grid_concepts()) (void)applied(std::string(c.name), {"0"});
}

TEST(GridDsl, AnyConceptMayBeALineAndTheGridIsTheAnswer) {
  const Instance instance{.id = "by hand", .task = "griddsl", .words = {"mirror_lr", "12", "30", "45", "120/003/400"}};
  const auto task = make_task("griddsl");
  EXPECT_TRUE(is_right(*task, instance, "021/300/004"));
  EXPECT_TRUE(is_right(*task, instance, "021\n300\n004"));
  EXPECT_FALSE(is_right(*task, instance, "120/003/400"));
  EXPECT_EQ(steps(*task, instance, "mirror_ud: 400/003/120\nturn_half: 021/300/004"), "++");
  EXPECT_EQ(steps(*task, instance, "mirror_ud: 400/003/121"), "-");
  EXPECT_TRUE(task->check(instance, *task->solve(instance)).correct);
}

}  // namespace
}  // namespace reckon
