// What holds for every strategy that asks the model more than the problem: it keeps any budget, ends, repeats itself and accounts
// for every token, on a script and on a model.
#include <gtest/gtest.h>

#include <set>

#include "unit/search/answering_engine.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

std::vector<std::string> conversing() {
  std::vector<std::string> texts;
  std::set<std::string_view> names;
  for (const char* text :
       {"revise:n=2,attempts=3,keep=2", "reflect:n=4,keep=2", "pdr:widths=3-2-1", "pdr:widths=3-2-1,distil=top_k,keep=2",
        "pdr:widths=2-2,distil=random_k,keep=1", "solve_detect_verify:words=a|b,between=2,votes=2,refinements=2", "checklist:n=3",
        "think_sum:choices=a|b", "stoc_tot:n=2,width=2,depth=2", "stoc_tot:n=1,width=2,depth=1,keep=sample,span_words=2",
        "x_mbr:n=3,evidence=2,prompts=Say: {problem}|Anew: {problem}", "x_mbr:n=2,evidence=1,utility=equality",
        "pipeline:stages=generate:n=3:reserve=0|critique|rank:keep=2|verify|write_tests|evaluate_tests:keep=2|fuse:n=2|select"}) {
    texts.emplace_back(text);
    names.insert(std::string_view(text).substr(0, texts.back().find(':')));
  }
  for (const StrategyEntry& entry : strategies()) EXPECT_EQ(names.contains(entry.name), entry.asks_further) << entry.name;
  return texts;
}

struct Conversed {
  Outcome outcome;
  Ledger ledger;
};

Conversed on_script(const std::string& strategy, std::int64_t budget) {
  ScriptedSpaceOptions options;
  options.budget_tokens = budget;
  options.says = [](const ScriptedTurn& turn) {
    return rest_of("<think>ab ab</think>\\boxed{" + std::to_string(turn.id % 3) + "}", turn.text);
  };
  options.likelihood = [](const ScriptedTurn& turn, const std::string& text) {
    return -static_cast<double>((7 * turn.id + text.size()) % 5);
  };
  ScriptedSpace space(options);
  const auto verifier = by_text([](const std::string& text) { return text.ends_with("{1}") ? 0.4 : 0.2; });
  return {solve_on(space, *make_strategy(strategy, verifier), scripted_problem("Add one, two.")), space.ledger()};
}

TEST(Conversing, KeepsAnyBudgetOnAScript) {
  for (const std::string& strategy : conversing()) {
    const Conversed whole = on_script(strategy, -1);
    EXPECT_TRUE(whole.outcome.answer) << strategy;
    EXPECT_EQ(whole.outcome.status, OutcomeStatus::answered) << strategy;
    EXPECT_EQ(whole.ledger.generated, drawn_in(whole.outcome)) << strategy;
    const std::int64_t step = std::max<std::int64_t>(whole.ledger.total() / 300, 1);
    for (std::int64_t budget = 0; budget <= whole.ledger.total() + step; budget += budget < 100 ? 1 : step) {
      const Conversed run = on_script(strategy, budget);
      EXPECT_LE(run.ledger.total(), budget) << strategy;
      EXPECT_EQ(run.ledger.generated, drawn_in(run.outcome)) << strategy << " of " << budget;
      EXPECT_TRUE(std::ranges::is_sorted(run.outcome.paths, std::less<>(), &PathRecord::id)) << strategy;
      if (budget >= whole.ledger.total()) {
        EXPECT_EQ(transcript(run.outcome), transcript(whole.outcome)) << strategy;
      } else {
        EXPECT_EQ(run.outcome.status, OutcomeStatus::budget_exhausted) << strategy << " of " << budget;
      }
      if (!run.outcome.chosen) continue;
      EXPECT_EQ(run.outcome.answer, run.outcome.paths[*run.outcome.chosen].answer) << strategy;
    }
  }
}

// A chat for the tiny model: every byte of a user's turn is some token, an answer's text its own, closed as the model closes it.
std::vector<Token> rendered(const Tokenizer& tokenizer, std::span<const Turn> turns) {
  std::vector<Token> tokens{1};
  for (const Turn& turn : turns) {
    if (turn.role == "user") {
      for (std::size_t i = 0; i < turn.text.size() && i < 6; ++i)  // its context is short
        tokens.push_back(static_cast<Token>(static_cast<unsigned char>(turn.text[i]) % kLetters));
    } else {
      std::ranges::copy(tokenizer.encode(turn.text), std::back_inserter(tokens));
      tokens.push_back(kLetters);
    }
  }
  tokens.push_back(2);
  return tokens;
}

Conversed on_model(Engine& engine, const std::string& strategy, const Budget& budget, std::uint64_t seed) {
  Problem problem = problem_of({});
  problem.text = "Add one two";
  problem.render = [&engine](std::span<const Turn> turns) { return rendered(engine.tokenizer(), turns); };
  const std::vector<Turn> turns{{"user", problem.text}};
  problem.prompt = problem.render(turns);
  const auto request = request_of(budget, seed);
  LanguageModelSpace space(engine, request);
  Conversed run;
  run.outcome = solve_on(space, *make_strategy(strategy, make_verifier("likelihood")), problem);
  run.ledger = request->ledger();
  return run;
}

// At most 12 tokens of a path, however the strategy says it.
std::string limited(const std::string& strategy) {
  if (strategy.starts_with("think_sum")) return strategy;  // it draws nothing
  if (!strategy.starts_with("pipeline")) return strategy + ",max_tokens=12";
  std::string text;
  for (const char c : strategy) text += c == '|' ? ":max_tokens=12|" : std::string(1, c);
  return text;
}

TEST(Conversing, KeepsAnyBudgetOnAModelAndRepeatsItself) {
  const auto engine = answering_engine();
  const auto threaded = answering_engine(/*threads=*/2, /*rows_per_step=*/16);
  for (const std::string& text : conversing()) {
    const std::string strategy = limited(text);
    const Conversed whole = on_model(*engine, strategy, {}, 1);
    for (const std::int64_t share : {0, 1, 5, 20, 40, 60, 80, 95, 99, 100}) {
      const std::int64_t budget = std::max<std::int64_t>(whole.ledger.total() * share / 100, 1);
      const Conversed run = on_model(*engine, strategy, tokens(budget), 1);
      const Conversed again = on_model(*threaded, strategy, tokens(budget), 1);

      EXPECT_LE(run.ledger.total(), budget) << strategy;
      EXPECT_EQ(run.ledger.generated, drawn_in(run.outcome)) << strategy << " of " << budget;
      EXPECT_EQ(transcript(run.outcome), transcript(again.outcome)) << strategy << " of " << budget;
      if (share < 100) continue;
      EXPECT_EQ(transcript(run.outcome), transcript(whole.outcome)) << strategy;
    }
  }
}

TEST(Conversing, EndsWhereTheContextIsFull) {
  const auto engine = answering_engine();
  for (const std::string& strategy : conversing()) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const Conversed run = on_model(*engine, strategy, tokens(3000), seed);
      EXPECT_LE(run.ledger.total(), 3000) << strategy;
    }
  }
}

}  // namespace
}  // namespace reckon
