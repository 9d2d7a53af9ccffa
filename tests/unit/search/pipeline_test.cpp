// Pipelines: which orders of stages there are, what each stage asks and makes of the replies, how many texts that takes, and what
// is answered when the budget ends. Exact, on scripts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "search/stages/pipeline.h"
#include "search/stages/wording.h"
#include "unit/search/answering_engine.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

std::string boxed(const std::string& text) { return "\\boxed{" + text + "}"; }

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

enum class Asked { problem, critique, ranking, verdict, tests, grades, fusion };

Asked kind_of(const std::string& question) {
  if (holds(question, "Say in a few sentences")) return Asked::critique;
  if (holds(question, "Put the solutions in order")) return Asked::ranking;
  if (holds(question, "Check this solution")) return Asked::verdict;
  if (holds(question, "Write a numbered list")) return Asked::tests;
  if (holds(question, "For each statement")) return Asked::grades;
  return holds(question, "Take what is right") ? Asked::fusion : Asked::problem;
}

using Script = std::function<std::string(Asked, const ScriptedTurn&)>;

struct Talked {
  Outcome outcome;
  Ledger ledger;
  std::vector<std::string> questions;  // in order
  std::size_t texts = 0;               // that the model wrote

  std::vector<std::string> of(Asked kind) const {
    std::vector<std::string> found;
    for (const std::string& question : questions) {
      if (kind_of(question) == kind) found.push_back(question);
    }
    return found;
  }
};

// The n-th path of the problem is path n, from 1 on, and says so.
std::string numbered(const ScriptedTurn& turn) {
  return "path " + std::to_string(turn.id) + " " + boxed(std::to_string(turn.id));
}

Talked talk(const std::string& stages, const Script& script, std::int64_t budget = -1,
            const std::shared_ptr<const Verifier>& verifier = by_text([](const std::string&) { return 0.5; })) {
  ScriptedSpaceOptions options;
  options.budget_tokens = budget;
  options.says = [&script](const ScriptedTurn& turn) {
    const Asked kind = kind_of(turn.question);
    return rest_of(kind == Asked::problem ? numbered(turn) : script(kind, turn), turn.text);
  };
  ScriptedSpace space(options);
  Talked talked;
  talked.outcome = solve_on(space, *make_strategy("pipeline:stages=" + stages, verifier), scripted_problem("Add {candidates}."));
  talked.ledger = space.ledger();
  talked.questions = space.opened;
  std::set<std::uint64_t> written_texts;
  for (const auto& [path, temperature] : space.drawn_at) written_texts.insert(path);
  talked.texts = written_texts.size();
  return talked;
}

std::string silent(Asked, const ScriptedTurn&) { return "-"; }

TEST(Pipeline, OfOneGeneratorIsPlainSampling) {
  const auto engine = answering_engine();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto drawn = [&](const std::string& strategy) {
      LanguageModelSpace space(*engine, request_of({}, seed));
      return solve_on(space, *make_strategy(strategy, make_verifier("likelihood")), problem_of({}));
    };
    const Outcome plain = drawn("best_of_n:n=1,max_tokens=20");
    const Outcome piped = drawn("pipeline:stages=generate:n=1:max_tokens=20");

    ASSERT_EQ(piped.paths.size(), plain.paths.size());
    EXPECT_EQ(piped.paths.front().text, plain.paths.front().text);
    EXPECT_EQ(piped.answer, plain.answer);
  }
}

TEST(Pipeline, RanksAsTheModelWrites) {
  const auto script = [](Asked, const ScriptedTurn&) { return "The best is [3].\n[3] > [1] > [2]"; };

  const Talked one = talk("generate:n=4|rank:keep=1", script);
  const Talked two = talk("generate:n=4|rank:keep=2|fuse", [&](Asked kind, const ScriptedTurn& turn) {
    return kind == Asked::ranking ? script(kind, turn) : boxed("fused");
  });

  EXPECT_EQ(one.outcome.answer, "3");
  const std::string asked = one.of(Asked::ranking).front();
  EXPECT_TRUE(holds(asked, "Problem:\nAdd {candidates}.")) << "what a problem holds is no place to fill in";
  EXPECT_TRUE(holds(asked, "[1] path 1 \\boxed{1}\n\n[2] path 2"));
  const std::string fusing = two.of(Asked::fusion).front();
  EXPECT_TRUE(holds(fusing, "[1] path 3 \\boxed{3}\n\n[2] path 1 \\boxed{1}\n\nTake")) << fusing;
  EXPECT_EQ(two.outcome.answer, "fused");
}

TEST(Pipeline, ShowsCritiquesBesideTheirCandidatesUntilTheseAreReplaced) {
  const auto script = [](Asked kind, const ScriptedTurn& turn) {
    if (kind == Asked::critique) return "as for " + std::string(holds(turn.question, "path 1") ? "one" : "two");
    return kind == Asked::ranking ? std::string("[2] > [1]") : boxed("7");
  };

  const Talked talked = talk("generate:n=2|critique|rank|fuse:n=2|fuse", script);

  EXPECT_EQ(talked.of(Asked::critique).size(), 2U);
  EXPECT_TRUE(holds(talked.of(Asked::ranking)[0], "[1] path 1 \\boxed{1}\nCritique of [1]: as for one\n\n[2] path 2"));
  EXPECT_TRUE(holds(talked.of(Asked::fusion)[0], "[1] path 2 \\boxed{2}\nCritique of [1]: as for two"));
  EXPECT_FALSE(holds(talked.of(Asked::fusion)[1], "Critique"));
}

TEST(Pipeline, KeepsWhatIsVerifiedAndAllWhereNothingIs) {
  const auto accepting = [](std::set<std::string> right) {
    return [right](Asked, const ScriptedTurn& turn) {
      for (const std::string& one : right) {
        if (holds(turn.question, "path " + one)) return std::string("First [Incorrect]? No: [Correct]");
      }
      return std::string("[incorrect]");
    };
  };

  const Talked second = talk("generate:n=4|verify|select", accepting({"2"}));
  const Talked none = talk("generate:n=4|verify|select", accepting({}));
  const Talked unsaid = talk("generate:n=4|verify|select", silent);

  EXPECT_EQ(second.outcome.answer, "2");
  EXPECT_EQ(second.outcome.confidence, 1);
  for (const Talked* talked : {&none, &unsaid}) EXPECT_EQ(talked->outcome.confidence, 0.25) << "of four different answers";
}

TEST(Pipeline, KeepsThoseThatPassMostOfTheWrittenTests) {
  const auto script = [](Asked kind, const ScriptedTurn& turn) -> std::string {
    if (kind == Asked::tests) return "These:\n1. It is short.\n2) It is right.\n- It is yours.\n4. Too many.";
    return holds(turn.question, "path 2") ? "1 [Passed]\n2 [passed]\n3 [Failed]\n4 [Passed]" : "[Passed] [Failed] [Failed]";
  };

  const Talked talked = talk("generate:n=3|write_tests:n=3|evaluate_tests:keep=1", script);
  const Talked untested = talk("generate:n=3|write_tests|evaluate_tests:keep=1", silent);

  EXPECT_TRUE(holds(talked.of(Asked::grades)[0], "1. It is short.\n2. It is right.\n3. It is yours.\n\nFor"));
  EXPECT_EQ(talked.outcome.answer, "2");
  EXPECT_NEAR(talked.outcome.paths[*talked.outcome.chosen].score, 2.0 / 3, 1e-12);
  EXPECT_EQ(untested.of(Asked::grades).size(), 3U) << "a line without a number is a test too";
  EXPECT_EQ(untested.outcome.answer, "1");
}

TEST(Pipeline, LetsTheVerifierRankVerifyAndSelect) {
  const auto last_digit = by_text([](const std::string& text) { return (text[5] - '0') / 10.0; });

  const Talked ranked = talk("generate:n=5|rank:by=verifier:keep=1", silent, -1, last_digit);
  const Talked verified = talk("generate:n=5|verify:by=verifier:enough=0.45|select", silent, -1, last_digit);
  const Talked best = talk("generate:n=5|select:by=best", silent, -1, last_digit);

  for (const Talked* talked : {&ranked, &verified, &best}) {
    EXPECT_EQ(talked->outcome.answer, "5");
    EXPECT_EQ(talked->questions.size(), 1U) << "no model is asked";
  }
  EXPECT_EQ(best.outcome.confidence, 0.5);
}

TEST(Pipeline, AnswersFromTheLayerBeforeWhereTheLastOneHasNone) {
  const auto script = [](Asked kind, const ScriptedTurn&) {
    return kind == Asked::ranking ? std::string("[2] > [1] > [3]") : "<think>no end";
  };

  const Talked talked = talk("generate:n=3|rank:keep=3|fuse", script);

  EXPECT_EQ(talked.outcome.answer, "2") << "a vote of three answers, of which the best ranked wins ties";
  EXPECT_EQ(talked.outcome.status, OutcomeStatus::answered);
  EXPECT_NEAR(talked.outcome.confidence, 1.0 / 3, 1e-12);
}

TEST(Pipeline, AnswersWheneverTheBudgetPaidForAnAnswer) {
  const std::string stages = "generate:n=4:reserve=0|critique|rank:keep=3|fuse:n=2|verify|select";
  const auto script = [](Asked kind, const ScriptedTurn&) {
    return kind == Asked::ranking ? std::string("[3] > [2]") : kind == Asked::verdict ? "[Correct]" : boxed("8");
  };
  const std::int64_t whole = talk(stages, script).ledger.total();
  int answered = 0;
  for (std::int64_t budget = 0; budget <= whole; ++budget) {
    const Talked talked = talk(stages, script, budget);
    const auto& paths = talked.outcome.paths;

    ASSERT_LE(talked.ledger.total(), budget);
    const bool any = std::ranges::any_of(paths, [](const PathRecord& path) { return path.answer.has_value(); });
    ASSERT_EQ(talked.outcome.answer.has_value(), any) << budget;
    ASSERT_EQ(talked.outcome.status == OutcomeStatus::budget_exhausted, budget < whole) << budget;
    answered += any ? 1 : 0;
  }
  EXPECT_GT(answered, whole * 9 / 10) << "one path is drawn before the second begins";
}

TEST(Pipeline, KeepsTokensBackForStagesThatAsk) {
  const auto drawn = [](const std::string& stages) {
    return talk(stages, [](Asked, const ScriptedTurn&) { return std::string("[1]"); }, 1000);
  };

  const Talked greedy = drawn("generate:n=200:reserve=0|rank:keep=1");
  const Talked thrifty = drawn("generate:n=200:reserve=0.8|rank:keep=1");
  const Talked alone = drawn("generate:n=200:reserve=0.8|select");

  EXPECT_TRUE(greedy.of(Asked::ranking).empty());
  EXPECT_EQ(thrifty.of(Asked::ranking).size(), 1U);
  EXPECT_EQ(alone.ledger.total(), 1000) << "nobody else asks";
}

TEST(Pipeline, RefusesToAskModelsThatThereAreNot) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn&) { return std::string("x"); };
  ScriptedSpace space(options);
  const auto verifier = by_text([](const std::string&) { return 0.5; });

  EXPECT_THROW(solve_on(space, *make_strategy("pipeline:stages=generate:models=0+1|select", verifier), scripted_problem()),
               Error);
  EXPECT_THROW(solve_on(space, *make_strategy("pipeline:stages=generate|fuse:models=2", verifier), scripted_problem()), Error);
  EXPECT_TRUE(space.opened.empty());
}

// A kind by a letter.
const std::vector<std::pair<char, std::string>> kKinds{{'g', "generate"}, {'c', "critique"},    {'r', "rank"},
                                                       {'v', "verify"},   {'t', "write_tests"}, {'e', "evaluate_tests"},
                                                       {'f', "fuse"},     {'s', "select"}};

std::vector<StageText> written_texts(const std::string& letters) {
  std::vector<StageText> stages;
  for (const char letter : letters) {
    const auto found = std::ranges::find(kKinds, letter, &std::pair<char, std::string>::first);
    stages.push_back({found->second, {}, "stage " + std::to_string(stages.size() + 1)});
  }
  return stages;
}

bool accepted(const std::string& letters) {
  try {
    const Pipeline pipeline(written_texts(letters));
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_TRUE(error.context().starts_with("stage ")) << error.what();
    return false;
  }
}

// The card's rules, one by one, of stages with their defaults: 8 candidates are generated, only `fuse` and `select` leave one.
bool makes_sense(const std::string& letters) {
  if (letters.front() != 'g' || letters.find_first_of("fs") == std::string::npos) return false;
  const std::size_t generators = letters.find_first_not_of('g');
  if (generators != std::string::npos && letters.find('g', generators) != std::string::npos) return false;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::string rest = letters.substr(i + 1);
    const bool tested = rest.starts_with('e');
    if (letters[i] == 't' && !tested) return false;
    if (letters[i] != 't' && tested) return false;
    if (letters[i] == 'c' && rest.substr(0, rest.find('c')).find_first_of("rf") == std::string::npos) return false;
  }
  return true;
}

TEST(Pipeline, TakesTheOrdersOfTheCardAndNoOthers) {
  std::vector<std::string> orders{""};
  int legal = 0;
  for (std::size_t begin = 0; begin < orders.size(); ++begin) {
    const std::string order = orders[begin];
    if (!order.empty()) {
      ASSERT_EQ(accepted(order), makes_sense(order)) << order;
      legal += makes_sense(order) ? 1 : 0;
    }
    if (order.size() == 4) continue;
    for (const auto& [letter, kind] : kKinds) orders.push_back(order + letter);
  }
  EXPECT_GT(legal, 50);
}

// Any legal pipeline; where nothing is rejected and nothing runs out, the plan is what happens.
TEST(Pipeline, PlansAsManyTextsAsItWrites) {
  SplitMix64 rng(20251127);
  const auto script = [](bool rejects) {
    return [rejects](Asked kind, const ScriptedTurn& turn) -> std::string {
      if (kind == Asked::tests) return "1. It is.";
      if (kind == Asked::verdict) return rejects && turn.id % 2 == 0 ? "[Incorrect]" : "[Correct]";
      return kind == Asked::fusion ? boxed("7") : "[1] > [2]";
    };
  };
  int checked = 0;
  while (checked < 300) {
    std::string stages = fmt::format("generate:n={}", rng.range(1, 5));
    const char* const kinds[] = {"|critique", "|rank:keep=2", "|verify", "|write_tests|evaluate_tests:keep=3",
                                 "|fuse:n=2", "|select"};
    for (int i = 0; i < 4; ++i) stages += kinds[rng.below(6)];
    std::optional<Pipeline> pipeline;
    try {
      pipeline.emplace(stages_in(stages, "here"));
    } catch (const Error&) {  // an order that makes no sense
      continue;
    }
    ++checked;
    ASSERT_EQ(talk(stages, script(false)).texts, static_cast<std::size_t>(pipeline->calls())) << stages;
    ASSERT_LE(talk(stages, script(true)).texts, static_cast<std::size_t>(pipeline->calls())) << stages;
  }
}

TEST(Pipeline, CountsTheTextsOfEveryModel) {
  const Pipeline pipeline(stages_in("generate:n=2:models=0+3|fuse:n=3:models=0+1|rank:model=2|select", "here"));

  EXPECT_EQ(pipeline.calls(), 2 * 2 + 3 * 2 + 1);
  EXPECT_NO_THROW(pipeline.require_models(4));
  try {
    pipeline.require_models(3);
    FAIL() << "model 3 is the fourth";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "here: stage 1 'generate': asks model 3, counted from 0, and there are 3; give the others as "
                 "--ensemble FILE");
  }
}

std::string refusal_of_file(const std::string& toml) {
  const std::string file = ::testing::TempDir() + "pipeline.toml";
  std::ofstream(file) << toml;
  try {
    make_strategy("pipeline:file=" + file, by_text([](const std::string&) { return 0.5; }));
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with(file + ":")) << error.what();
    return std::string(error.what()).substr(file.size());
  }
  return "";
}

TEST(Pipeline, OfAFileIsRefusedByLineAndStage) {
  const std::string generate = "[[stage]]\nkind = \"generate\"\nn = 2\n";

  EXPECT_EQ(refusal_of_file(generate + "models = [0, 1]\n[[stage]]\nkind = \"select\"\nby = \"majority\"\n"), "");
  for (const auto& [toml, said] : std::vector<std::pair<std::string, std::string>>{
           {generate + "[[stage]]\nkind = \"ranks\"\n", ":4: stage 2 'ranks': no such stage 'ranks'; did you mean 'rank'?"},
           {generate + "[[stage]]\nkind = \"rank\"\nkep = 1\n", ":4: stage 2 'rank': no parameter 'kep'; did you mean 'keep'?"},
           {generate + "[[stage]]\nkind = \"rank\"\nkeep = 0\n", ":4: stage 2 'rank': parameter 'keep': '0' is not in 1..4096"},
           {generate + "[[stage]]\nkind = \"rank\"\nprompt = \"?\"\n",
            ":4: stage 2 'rank': parameter 'prompt': does not hold {candidates}"},
           {generate + "[[stage]]\nkind = \"rank\"\nkeep = {}\n", ":6: stage 2 'rank': 'keep' is neither"},
           {generate + "[[stage]]\nn = 1\n", ":4: stage 2: expected the key 'kind'"},
           {generate + "[[stage]]\nkind = \"rank\"\nkeep = 2\n", ":4: stage 2 'rank': leaves up to 2 candidates"},
           {generate + "[[stage]]\nkind = \"critique\"\n[[stage]]\nkind = \"select\"\n", ":4: stage 2 'critique': nothing reads"},
           {"[[stage]]\nkind = \"select\"\n", ":1: stage 1 'select': cannot be the first"},
           {generate + "models = [0, 0]\n[[stage]]\nkind = \"select\"\n",
            ":1: stage 1 'generate': parameter 'models': '0' is not"},
           {"[stage]\nkind = \"generate\"\n", ":1: 'stage' is not a list of tables"},
           {generate + "[other]\n", ":4: no such key 'other'"},
           {"[[stage]]\nkind = \n", ":2: is not TOML"}}) {
    EXPECT_TRUE(refusal_of_file(toml).starts_with(said)) << toml << refusal_of_file(toml);
  }
}

TEST(Pipeline, OfATextIsRefusedByStage) {
  try {
    make_strategy("pipeline:stages=generate:n=2|fuse:n=2", by_text([](const std::string&) { return 0.5; }));
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("strategy 'pipeline': parameter 'stages': stage 2 'fuse': leaves up to 2"))
        << error.what();
  }
}

TEST(StageWording, ReadsRankingsMarksAndLists) {
  using Order = std::vector<std::size_t>;
  EXPECT_EQ(ranking_in("[2] > [3]", 4), (Order{1, 2, 0, 3}));
  EXPECT_EQ(ranking_in("[1] > [2]\nOr rather [2] > [1]", 2), (Order{1, 0})) << "the last order counts";
  EXPECT_EQ(ranking_in("I like [3], then [3] and [2].", 3), (Order{2, 1, 0}));
  EXPECT_EQ(ranking_in("[0] > [5] > [x] > [99999999999999999999999] > [", 2), (Order{0, 1}));
  EXPECT_EQ(ranking_in("", 0), Order{});
  EXPECT_EQ(marks_in("[Passed], [FAILED] [other] [passed", "passed", "failed"), (std::vector<bool>{true, false}));
  EXPECT_EQ(items_in("Here:\n 1. a\n- b \n\n* c\n4) d", 3), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(items_in("one\n\ntwo", 8), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(filled_in("{a}{b}{c}{", std::vector<Filling>{{"a", "{b}"}, {"b", "2"}}), "{b}2{c}{");
}

TEST(Stages, AreEachAFileOfTheFolderAndARow) {
  std::set<std::string> files;
  const auto folder = std::filesystem::path(RECKON_SOURCE_DIR) / "src/search/stages";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(file.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (text.find("_stage() {") != std::string::npos) files.insert(file.path().stem().string());
  }
  std::set<std::string> rows;
  for (const StageEntry& entry : stages()) rows.emplace(entry.name);
  EXPECT_EQ(rows, files);
}

}  // namespace
}  // namespace reckon
