// Retrieval by words, examples from solved problems, and tree search with them: what is shown, what is drawn, what it costs.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "base/rng.h"
#include "search/retrieval/bm25.h"
#include "search/strategies/worked_examples.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

// --- Words. ---

TEST(Bm25, TakesRunsOfLettersRunsOfDigitsAndSignsAlone) {
  EXPECT_EQ(search_words("Make 62, from 2x+1==7.\n"),
            (std::vector<std::string>{"make", "62", ",", "from", "2", "x", "+", "1", "=", "=", "7", "."}));
  EXPECT_EQ(search_words("Größe"), std::vector<std::string>{"größe"});
  EXPECT_TRUE(search_words(" \t\n").empty());
}

TEST(Bm25, HasTheScoresOfTheFormula) {
  const std::vector<std::string> documents{"red fish", "blue fish blue", "one two three four"};
  const Bm25 index(documents);

  // "fish" is in 2 of 3: idf = log(1 + 1.5 / 2.5); "blue" in 1 of 3: log(1 + 2.5 / 1.5). Lengths 2, 3, 4; mean 3.
  const std::vector<double> scores = index.scores("blue fish");
  const double fish = std::log(1.6);
  const double blue = std::log(1 + 2.5 / 1.5);
  EXPECT_NEAR(scores[0], fish * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3)), 1e-12);
  EXPECT_NEAR(scores[1], fish * 2.2 / (1 + 1.2) + blue * 2 * 2.2 / (2 + 1.2), 1e-12);
  EXPECT_EQ(scores[2], 0);
  EXPECT_EQ(index.best("blue fish", 9), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(index.best("blue fish", 1), std::vector<std::size_t>{1});
  EXPECT_TRUE(index.best("green", 9).empty());
  EXPECT_TRUE(Bm25(std::vector<std::string>{}).best("green", 9).empty());
}

TEST(Bm25, IsTheSumOverAllWordsOfAllDocuments) {
  SplitMix64 rng(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> documents(1 + rng.below(8));
    for (std::string& document : documents) {
      for (std::uint64_t words = rng.below(9); words > 0; --words)
        document += std::string(1, static_cast<char>('a' + rng.below(5))) + " ";
    }
    const std::string query = "a c c e z";
    double mean = 0;
    for (const std::string& document : documents)
      mean += static_cast<double>(search_words(document).size()) / static_cast<double>(documents.size());
    const std::vector<double> scores = Bm25(documents).scores(query);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::vector<std::string> words = search_words(documents[i]);
      double expected = 0;
      for (const std::string& word : search_words(query)) {
        const auto holds = [&word](const std::string& text) { return text.find(word) != std::string::npos; };
        const auto holding = static_cast<double>(std::ranges::count_if(documents, holds));
        const auto count = static_cast<double>(std::ranges::count(words, word));
        const double idf = std::log(1 + (static_cast<double>(documents.size()) - holding + 0.5) / (holding + 0.5));
        expected += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * static_cast<double>(words.size()) / std::max(mean, 1.0)));
      }
      EXPECT_NEAR(scores[i], expected, 1e-12) << round;
    }
  }
}

// --- Examples. ---

WorkedProblem worked(std::string problem, std::string solution, std::string kind = "") {
  WorkedProblem one;
  one.problem = std::move(problem);
  one.solution = std::move(solution);
  one.kind = std::move(kind);
  return one;
}

TEST(WorkedExamples, AreFoundByProblemByKindAndByStep) {
  std::vector<WorkedProblem> all;
  all.push_back(worked("how many apples", "count them\nadd them\nfive", "sum"));
  all.push_back(worked("how fast is the train", "divide miles by hours\n\nadd them\nsix", "rate"));
  all.push_back(worked("trains that meet", "divide miles by hours\nlast"));
  const WorkedExamples examples(std::move(all));

  ASSERT_EQ(examples.problems_like("the fast train", 5).size(), 1U);
  EXPECT_EQ(examples.problems_like("the fast train", 5)[0]->kind, "rate");
  EXPECT_EQ(examples.problems_of_kind("sum of things", 5)[0]->kind, "sum");
  EXPECT_EQ(examples.problems_of_kind("trains", 5)[0]->problem, "trains that meet") << "no kind was said";
  EXPECT_EQ(examples.steps_like("miles", 5),
            (std::vector<std::string>{"divide miles by hours\nadd them", "divide miles by hours\nlast"}));
  EXPECT_EQ(examples.steps_like("five", 5), std::vector<std::string>{"five"}) << "nothing follows the last step";
  EXPECT_EQ(examples.steps_like("add them", 1).size(), 1U);
}

// --- In a tree search. ---

class File {  // gone at the end
 public:
  explicit File(const std::string& text)
      : path_(testing::TempDir() + "solved_" + std::to_string(reinterpret_cast<std::uintptr_t>(this))) {
    std::ofstream(path_) << text;
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

constexpr const char* kSolved =
    "{\"problem\":\"0 1 first\",\"solution\":\"0\\n1\\n00\\n01\\n10\\n11\",\"kind\":\"letters\"}\n"
    "{\"problem\":\"0 1 second word\",\"solution\":\"2\",\"kind\":\"numbers\"}\n"
    "{\"problem\":\"other\",\"solution\":\"3\",\"kind\":\"numbers\"}\n";

// A chat that remembers the conversations it was asked to render.
Problem remembering(std::vector<std::vector<Turn>>& conversations) {
  Problem problem;
  problem.text = "0 1 word";
  problem.render = [&conversations](std::span<const Turn> turns) {
    conversations.emplace_back(turns.begin(), turns.end());
    return std::vector<Token>(turns.size(), 0);
  };
  return problem;
}

// Every execution on the toy space, as for_each_execution, of a problem with a chat.
void for_each(const Strategy& strategy, const Problem& problem, const std::function<void(const ToyRun&)>& visit) {
  ExhaustiveChooser chooser;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    ToySpace space(two_letter_chain(), options);
    ToyRun one;
    one.outcome = solve_on(space, strategy, problem);
    one.ledger = space.ledger();
    one.probability = chooser.probability();
    visit(one);
  } while (chooser.next());
}

TEST(Retrieval, ShowsSolvedProblemsBeforeTheProblemTheMostAlikeLast) {
  const File file(kSolved);
  std::vector<std::vector<Turn>> conversations;
  const Problem problem = remembering(conversations);
  const std::string search = "mcts:simulations=6,width=2";
  ToySpace space(two_letter_chain(), ToySpaceOptions{});
  ToySpace plain(two_letter_chain(), ToySpaceOptions{});

  const Outcome outcome = solve_on(
      space, *make_strategy(search + ",examples=2,step_examples=0,retrieve=" + file.path(), by_letters(two_letter_reward)),
      problem);

  const auto shown = std::ranges::max_element(conversations, {}, &std::vector<Turn>::size);
  ASSERT_EQ(shown->size(), 5U);
  EXPECT_EQ((*shown)[0].text, "0 1 first");
  EXPECT_EQ((*shown)[1].role, "assistant");
  EXPECT_EQ((*shown)[1].text, "0\n1\n00\n01\n10\n11");
  EXPECT_EQ((*shown)[2].text, "0 1 second word");
  EXPECT_EQ((*shown)[4].role, "user");
  EXPECT_EQ((*shown)[4].text, "0 1 word");
  EXPECT_EQ(transcript(outcome), transcript(solve_on(plain, *make_strategy(search, by_letters(two_letter_reward)), problem)))
      << "words of this space do not depend on the prompt";
}

TEST(Retrieval, OfStepsDrawsChildrenWithAndWithoutThemAndKeepsTheBest) {
  const File file(kSolved);
  std::vector<std::vector<Turn>> conversations;
  const Problem problem = remembering(conversations);
  const auto strategy =
      make_strategy("mcts:simulations=10,width=1,select=best,examples=0,step_examples=1,temperature=1,retrieve=" + file.path(),
                    by_letters(two_letter_reward));
  Law law;
  double total = 0;

  for_each(*strategy, problem, [&](const ToyRun& one) {
    law[one.outcome.answer.value_or("none")] += one.probability;
    total += one.probability;
    EXPECT_EQ(one.ledger.generated, 6);                      // a chain of three steps, of two candidates each
    EXPECT_EQ(one.ledger.prompt_computed, 1 + (1 + 2 + 3));  // the root; at each depth a prompt and the letters before
    EXPECT_EQ(drawn_in(one.outcome), one.ledger.generated);
  });

  EXPECT_NEAR(total, 1, 1e-12);
  for (const auto& [word, probability] : law) {
    double expected = 1;  // of two letters drawn the better is kept, and a 1 always is
    for (std::size_t i = 0; i < word.size(); ++i) {
      const double zero = two_letter_chain().next(word.substr(0, i))[0];
      expected *= word[i] == '0' ? zero * zero : 1 - zero * zero;
    }
    EXPECT_NEAR(probability, expected, 1e-12) << word;
  }
  std::set<std::string> asked;
  for (const std::vector<Turn>& turns : conversations) asked.insert(turns.back().text);
  EXPECT_TRUE(asked.contains("0 1 word\n\nSteps of solutions to similar problems:\n00\n01\n\n\n")) << "behind 00";
}

TEST(Retrieval, ByKindAsksTheModelOnceAndAccountsForIt) {
  const File file(kSolved);
  std::vector<std::vector<Turn>> conversations;
  const Problem problem = remembering(conversations);
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {
    const bool asks_kind = turn.question.find("what type of problem") != std::string::npos;
    return rest_of(asks_kind ? "All numbers 7\nand more" : "work\n\\boxed{1}", turn.text);
  };
  ScriptedSpace space(options);

  const Outcome outcome =
      solve_on(space,
               *make_strategy("mcts:simulations=4,width=2,examples=2,step_examples=0,retrieve_by=kind,retrieve=" + file.path(),
                              by_text([](const std::string&) { return 0.5; })),
               problem);

  EXPECT_EQ(
      std::ranges::count_if(space.opened, [](const std::string& text) { return text.find("type of") != std::string::npos; }), 1);
  const auto shown = std::ranges::max_element(conversations, {}, &std::vector<Turn>::size);
  ASSERT_EQ(shown->size(), 5U);
  EXPECT_EQ((*shown)[0].text, "other");  // both are of the kind; the one listed first is nearest to the problem
  EXPECT_EQ((*shown)[2].text, "0 1 second word");
  EXPECT_EQ(outcome.answer, "1");
  EXPECT_EQ(drawn_in(outcome), space.ledger().generated);
  EXPECT_EQ(outcome.paths.front().text, "All numbers 7\n");
  EXPECT_FALSE(outcome.paths.front().answer) << "a kind is no answer";
}

TEST(Retrieval, LeavesOutWhatHasNoRoomOrCannotBePaid) {
  const File file(kSolved);
  const auto engine = answering_engine();
  const int context = engine->model().info().context_length;
  const auto prompt_of_run = [&](std::size_t tokens_per_turn, std::int64_t budget) {
    Problem problem = problem_of({});
    problem.text = "0 1 word";
    problem.render = [=](std::span<const Turn> turns) { return prompt_of(turns.size() * tokens_per_turn); };
    problem.prompt = prompt_of(tokens_per_turn);
    const auto request = request_of(tokens(budget));
    LanguageModelSpace space(*engine, request);
    solve_on(space,
             *make_strategy("mcts:simulations=1,width=1,max_tokens=3,step_examples=0,retrieve=" + file.path(),
                            make_verifier("likelihood")),
             problem);
    return request->ledger().prompt_computed;
  };
  const auto quarter = static_cast<std::size_t>(context / 4);

  EXPECT_EQ(prompt_of_run(4, 1000), 20);  // two are alike: five turns
  EXPECT_EQ(prompt_of_run(quarter / 2, 1000), 3 * static_cast<std::int64_t>(quarter / 2))
      << "one has room in half of the context";
  EXPECT_EQ(prompt_of_run(quarter, 1000), static_cast<std::int64_t>(quarter)) << "none has";
  EXPECT_EQ(prompt_of_run(4, 19), 4) << "the budget cannot pay for them";
}

TEST(Retrieval, OfNoFileOrWithoutAChatIsRefused) {
  EXPECT_THROW(make_strategy("mcts:retrieve=/nowhere/solved.jsonl", by_letters(two_letter_reward)), Error);
  const File file(kSolved);
  ToySpace space(two_letter_chain(), ToySpaceOptions{});
  EXPECT_THROW(solve_on(space, *make_strategy("mcts:retrieve=" + file.path(), by_letters(two_letter_reward))), Error);
}

// Anything under any budget: the toy space's own property test knows no files.
TEST(Retrieval, KeepsAnyBudget) {
  const File file(kSolved);
  std::vector<std::vector<Turn>> conversations;
  const Problem problem = remembering(conversations);
  for (const char* parameters : {"width=2", "width=3,batch=3,value=rollout", "width=2,retrieve_by=kind,lm_nav=true", "width=1"}) {
    for (std::int64_t budget = 0; budget <= 80; ++budget) {
      ToySpaceOptions options;
      options.budget_tokens = budget;
      options.seed = static_cast<std::uint64_t>(budget);
      ToySpace space(two_letter_chain(), options);
      const auto strategy = make_strategy("mcts:simulations=20," + std::string(parameters) + ",retrieve=" + file.path(),
                                          by_letters(two_letter_reward));

      const Outcome outcome = solve_on(space, *strategy, problem);

      const bool found = std::ranges::any_of(outcome.paths, [](const PathRecord& path) { return path.answer.has_value(); });
      EXPECT_LE(space.ledger().total(), budget) << parameters;
      EXPECT_EQ(space.ledger().generated, drawn_in(outcome)) << parameters << " of " << budget;
      EXPECT_EQ(outcome.answer.has_value(), found) << parameters << " of " << budget;
    }
  }
}

}  // namespace
}  // namespace reckon
