// Thinking under rules: exact totals on scripts that never close their thinking, or close it at once, and the rules around any
// strategy.
#include "search/spaces/thinking_space.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

constexpr std::int64_t kOpen = 7;    // "<think>"
constexpr std::int64_t kStop = 9;    // "</think>\n"
constexpr std::int64_t kAnswer = 9;  // "\boxed{1}"

int times_within(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string behind(const std::string& text, std::string_view marker) {
  const std::size_t at = text.rfind(marker);
  return at == std::string::npos ? std::string() : text.substr(at + marker.size());
}

// Thinks for ever; answers once somebody else has closed the thinking.
std::string endless(const ScriptedTurn& turn) {
  if (turn.text.find("</think>\n") != std::string::npos) return rest_of("\\boxed{1}", behind(turn.text, "</think>\n"));
  return rest_of("<think>" + std::string(5000, 'a'), turn.text);
}

ScriptedSpaceOptions script(std::function<std::string(const ScriptedTurn&)> says, std::int64_t budget = -1) {
  ScriptedSpaceOptions options;
  options.says = std::move(says);
  options.budget_tokens = budget;
  return options;
}

ThinkingOptions at_most(std::int64_t maximum) {
  ThinkingOptions options;
  options.maximum = maximum;
  return options;
}

struct Thought {
  Path path;
  Ledger ledger;
};

// One path, in steps of these options until it ends.
Thought think(std::function<std::string(const ScriptedTurn&)> says, const ThinkingOptions& options,
              const StepOptions& step = {}) {
  ScriptedSpace inner(script(std::move(says)));
  ThinkingSpace space(inner, options);
  std::vector<Path> paths = open_on(space, 1, scripted_problem());
  for (int steps = 0; paths.front().state == PathState::open && steps < 2000; ++steps) advance_on(space, paths, step);
  return {std::move(paths.front()), inner.ledger()};
}

TEST(ThinkingSpace, CutsAnEndlessThinkingAtExactlyItsBudget) {
  for (std::int64_t budget = 0; budget <= 200; ++budget) {
    const Thought thought = think(endless, at_most(budget));

    EXPECT_EQ(times_within(thought.path.text, "</think>"), 1) << budget;
    EXPECT_EQ(thought.path.state, PathState::finished) << budget;
    EXPECT_EQ(extract_answer(thought.path.text), "1") << budget;
    const std::int64_t put_in = budget == 0 ? std::ssize(ThinkingOptions().empty) : kStop;
    EXPECT_EQ(thought.ledger.generated, (budget == 0 ? 0 : kOpen + budget) + kAnswer) << budget;
    EXPECT_EQ(thought.ledger.prompt_computed, 1 + put_in) << budget;
    EXPECT_EQ(thought.path.thinking_tokens, budget);
    EXPECT_EQ(thought.path.tokens, thought.ledger.generated);
  }
}

TEST(ThinkingSpace, NoThinkingIsTheEmptyThoughtInFrontOfTheAnswer) {
  ThinkingOptions options = at_most(0);
  EXPECT_EQ(think(endless, options).path.text, "<think>\n</think>\n\\boxed{1}");
  options.opened = true;  // by the template: then only its end is lacking
  EXPECT_EQ(think(endless, options).path.text, "</think>\n\\boxed{1}");
}

TEST(ThinkingSpace, StepsOfAStrategyChangeNeitherTextNorTotal) {
  const Thought whole = think(endless, at_most(50));
  for (const std::int64_t tokens : {1, 7, 50, 64}) {
    StepOptions step;
    step.max_tokens = tokens;
    const Thought in_steps = think(endless, at_most(50), step);

    EXPECT_EQ(in_steps.path.text, whole.path.text) << tokens;
    EXPECT_EQ(in_steps.ledger.total(), whole.ledger.total()) << tokens;
    EXPECT_EQ(std::ssize(in_steps.path.step_ends), (in_steps.path.tokens + tokens - 1) / tokens) << tokens;
  }
  EXPECT_EQ(whole.path.step_ends, std::vector<std::size_t>{whole.path.text.size()});
}

TEST(ThinkingSpace, AStepEndsWhereTheStrategySaysAndBehindWhatIsPutIn) {
  const auto lines = [](const ScriptedTurn& turn) {
    if (turn.text.find("</think>\n") != std::string::npos) return rest_of("\\boxed{1}", behind(turn.text, "</think>\n"));
    return rest_of("<think>\n1\n22\n333\n4444\n55555\n", turn.text);
  };
  StepOptions step;
  step.delimiter = "\n";

  const Thought thought = think(lines, at_most(7), step);

  EXPECT_EQ(thought.path.text, "<think>\n1\n22\n3</think>\n\\boxed{1}");
  EXPECT_EQ(thought.path.step_ends, (std::vector<std::size_t>{8, 10, 13, 23, 32}));
}

// Closes its thinking after three letters, and again three letters behind each text it is given to go on with.
std::string hasty(const ScriptedTurn& turn) {
  if (turn.text.find("</think>") != std::string::npos) return rest_of("\\boxed{2}", behind(turn.text, "</think>"));
  const std::string here = turn.text.rfind('+') == std::string::npos ? turn.text : behind(turn.text, "+");
  const std::string part = turn.text.find('+') == std::string::npos ? "<think>abc</think>" : "abc</think>";
  return rest_of(part + "\\boxed{2}", here);
}

TEST(ThinkingSpace, BelowTheMinimumTheMarkerIsTakenBackAndTheModelGoesOn) {
  ThinkingOptions options;
  options.minimum = 20;
  options.more = "+";

  const Thought thought = think(hasty, options);

  // Each close costs three letters and a marker of eight: 11, then 22, which is enough.
  EXPECT_EQ(thought.path.text, "<think>abc+abc</think>\\boxed{2}");
  EXPECT_EQ(thought.path.thinking_tokens, 22);
  EXPECT_EQ(thought.ledger.generated, kOpen + 22 + kAnswer);
  EXPECT_EQ(thought.ledger.prompt_computed, 1 + 1) << "nothing is run again: the \"+\" alone is given";
  EXPECT_EQ(thought.path.tokens, thought.ledger.generated) << "what was dropped was drawn";
  EXPECT_EQ(thought.path.id, 1U) << "it is still the strategy's path";
}

TEST(ThinkingSpace, MinimumAndMaximumCompose) {
  for (std::int64_t least = 0; least <= 40; least += 3) {
    for (std::int64_t most = least; most <= 45; most += 5) {
      for (const auto& says : {hasty, endless}) {
        ThinkingOptions options = at_most(most);
        options.minimum = least;
        options.more = "+";
        const Thought thought = think(says, options);

        EXPECT_EQ(times_within(thought.path.text, "</think>"), 1) << least << ".." << most << " " << thought.path.text;
        EXPECT_LE(thought.path.thinking_tokens, most);
        EXPECT_GE(thought.path.thinking_tokens, least);
        EXPECT_EQ(thought.path.tokens, thought.ledger.generated);
      }
    }
  }
}

TEST(ThinkingSpace, CountsASecondThoughtToTheSameBudget) {
  const auto twice = [](const ScriptedTurn& turn) {  // opens another thought behind the first end, and answers behind the second
    const int closed = times_within(turn.text, "</think>\n");
    if (closed == 0) return rest_of("<think>" + std::string(100, 'a'), turn.text);
    if (closed == 1) return rest_of("so <think>" + std::string(100, 'b'), behind(turn.text, "</think>\n"));
    return rest_of("\\boxed{1}", behind(turn.text, "</think>\n"));
  };

  const Thought thought = think(twice, at_most(30));

  EXPECT_EQ(thought.path.thinking_tokens, 30);
  EXPECT_EQ(thought.path.text, "<think>" + std::string(30, 'a') + "</think>\nso <think></think>\n\\boxed{1}");
}

TEST(ThinkingSpace, AHardLimitStopsThePath) {
  ThinkingOptions options = at_most(12);
  options.hard = true;

  const Thought thought = think(endless, options);

  EXPECT_EQ(thought.path.state, PathState::stopped);
  EXPECT_EQ(thought.path.text, "<think>" + std::string(12, 'a'));
}

TEST(ThinkingSpace, EndsAThinkingThatChangesItsMindTooOften) {
  const auto fickle = [](const ScriptedTurn& turn) {
    if (turn.text.find("</think>\n") != std::string::npos) return rest_of("\\boxed{1}", behind(turn.text, "</think>\n"));
    return rest_of("<think>a Wait, b Alternatively, c Wait, d Wait, e", turn.text);
  };
  ThinkingOptions options;
  options.switches = 2;

  EXPECT_EQ(think(fickle, options).path.text, "<think>a Wait, b Alternatively, c Wait,</think>\n\\boxed{1}");
}

TEST(ThinkingSpace, ThinkingLeavesItsReserveOfAnyBudget) {
  ThinkingOptions options;
  options.reserve = 20;
  for (std::int64_t budget = 0; budget <= 260; ++budget) {
    ScriptedSpace inner(script(endless, budget));
    ThinkingSpace space(inner, options);
    const Outcome outcome = solve_on(space, *make_strategy("majority:n=3", nullptr), scripted_problem());

    EXPECT_LE(inner.ledger().total(), budget);
    EXPECT_EQ(inner.ledger().generated, drawn_in(outcome));
    EXPECT_EQ(outcome.answer.has_value(), budget >= 1 + kOpen + kStop + kAnswer) << budget;
  }
}

TEST(ThinkingSpace, OfManyPathsAsManyAnswerAsTheBudgetPaysFor) {
  ThinkingOptions options = at_most(16);
  options.reserve = kAnswer;
  constexpr std::int64_t kPath = kOpen + 16 + kStop + kAnswer;
  for (std::int64_t paid = 1; paid <= 8; ++paid) {
    ScriptedSpace inner(script(endless, 1 + paid * kPath));
    ThinkingSpace space(inner, options);
    const Outcome outcome = solve_on(space, *make_strategy("majority:n=8", nullptr), scripted_problem());

    EXPECT_EQ(std::ranges::count(outcome.paths, PathState::finished, &PathRecord::state), paid);
  }
}

TEST(ThinkingSpace, WithoutLimitsAStrategyIsWhatItWas) {
  for (const char* strategy : {"sample", "majority:n=2", "majority:n=3,temperature=0.5"}) {
    const auto plain = make_strategy(strategy, nullptr);
    const Law law = law_of(*plain, two_letter_chain());
    ExhaustiveChooser chooser;
    Law wrapped;
    do {
      ToySpaceOptions options;
      options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
      ToySpace inner(two_letter_chain(), options);
      ThinkingSpace space(inner, {});
      const Outcome outcome = solve_on(space, *plain);
      wrapped[outcome.answer.value_or("none")] += chooser.probability();
    } while (chooser.next());
    EXPECT_EQ(wrapped, law) << strategy;
  }
}

TEST(ThinkingSpace, RefusesRulesThatContradictThemselves) {
  const auto refused = [](auto change) {
    ThinkingOptions options = at_most(10);
    change(options);
    EXPECT_THROW(validate(options), Error);
  };
  EXPECT_NO_THROW(validate(at_most(10)));
  refused([](ThinkingOptions& options) { options.minimum = 11; });
  refused([](ThinkingOptions& options) { options.minimum = -1; });
  refused([](ThinkingOptions& options) { options.stop = "enough"; });
  refused([](ThinkingOptions& options) { options.stop = "</think><think>"; });
  refused([](ThinkingOptions& options) { options.close.clear(); });
  refused([](ThinkingOptions& options) { options.more = "</think>"; });
  refused([](ThinkingOptions& options) { options.switch_phrases = {""}; });
}

// On the tiny model, whose markers are letters: Q is in front of everything, Z ends the thinking.
ThinkingOptions by_letters_of_the_engine(std::int64_t least, std::int64_t most, std::int64_t reserve) {
  ThinkingOptions options;
  options.minimum = least;
  options.maximum = most;
  options.reserve = reserve;
  options.opened = true;
  options.open = "Q";
  options.close = "N";
  options.stop = "N";
  options.empty = "N";
  options.more = "a";
  return options;
}

TEST(ThinkingSpace, AroundAnyStrategyOfAModelKeepsTheBudgetAndTheBytes) {
  const auto engine = answering_engine();
  for (const StrategyEntry& entry : strategies()) {
    if (entry.asks_further) continue;
    for (const std::int64_t budget : {11, 40, 90, 2000}) {
      for (const auto& [least, most] : {std::pair{0, 0}, {0, 5}, {4, 9}, {7, 7}}) {
        const auto run_once = [&] {
          const auto request = request_of(tokens(budget), 3);
          LanguageModelSpace inner(*engine, request);
          ThinkingSpace space(inner, by_letters_of_the_engine(least, most, 3));
          const auto strategy = make_strategy(with_parameters(entry, 4, 20), make_verifier("likelihood"));
          const Outcome outcome = solve_on(space, *strategy, problem_of({}));
          EXPECT_LE(request->ledger().total(), budget) << entry.name;
          std::int64_t drawn = 0;
          for (const PathRecord& path : outcome.paths) drawn += path.tokens - path.inherited_tokens;
          EXPECT_EQ(request->ledger().generated, drawn) << entry.name << ' ' << budget << ' ' << least << ".." << most;
          return transcript(outcome);
        };
        EXPECT_EQ(run_once(), run_once()) << entry.name;
      }
    }
  }
}

// The strategy goes by how the model at hand thinks.
std::string text_of_think_budget(const std::string& parameters, const ThinkingForm& form) {
  // Thinks for ever, in a thought that the prompt opened; answers once somebody else has closed it.
  ScriptedSpace space(script([](const ScriptedTurn& turn) {
    if (turn.text.find("</think>") == std::string::npos) return std::string(5000, 'a');
    return rest_of("\\boxed{1}", behind(turn.text, "</think>\n"));
  }));
  Problem problem = scripted_problem();
  problem.thinking = form;
  const auto strategy = make_strategy("think_budget:temperature=0," + parameters, nullptr);
  return solve_on(space, *strategy, problem).paths.front().text;
}

TEST(ThinkBudget, CutsAThoughtThatThePromptOpened) {
  EXPECT_EQ(text_of_think_budget("most=5", {.thinks = true, .opened = true}), "aaaaa</think>\n\\boxed{1}");
}

TEST(ThinkBudget, EndsAThoughtInTheWordsOfTheModelsFamilyOrOfTheUser) {
  const ThinkingForm form{.thinks = true, .opened = true, .stop = " Enough.</think>\n"};

  EXPECT_EQ(text_of_think_budget("most=3", form), "aaa Enough.</think>\n\\boxed{1}");
  EXPECT_EQ(text_of_think_budget("most=3,stop=!</think>\\n", form), "aaa!</think>\n\\boxed{1}");
}

TEST(ThinkingSpace, BelowTheMinimumATextThatEndsInItsThoughtGoesOn) {
  const auto gives_up = [](const ScriptedTurn& turn) {
    if (turn.text.find("</think>") != std::string::npos) return rest_of("\\boxed{2}", behind(turn.text, "</think>"));
    if (times_within(turn.text, "+") >= 3) return rest_of("abc</think>\\boxed{2}", behind(turn.text, "+"));
    return rest_of(turn.text.find('+') == std::string::npos ? "<think>abc" : "abc",
                   turn.text.find('+') == std::string::npos ? turn.text : behind(turn.text, "+"));
  };
  ThinkingOptions options;
  options.minimum = 10;
  options.more = "+";

  const Thought thought = think(gives_up, options);

  EXPECT_EQ(thought.path.text, "<think>abc+abc+abc+abc</think>\\boxed{2}");
  EXPECT_EQ(thought.path.state, PathState::finished);
}

// What is put in is run once, however often thinking is made to go on: as many operations as tokens say.
TEST(ThinkingSpace, GoingOnCostsNoMoreThanWhatIsPutIn) {
  const auto engine = answering_engine();
  for (const std::int64_t least : {0, 40, 160}) {
    const auto request = request_of({}, 3);
    LanguageModelSpace inner(*engine, request);
    ThinkingSpace space(inner, by_letters_of_the_engine(least, 200, 0));
    solve_on(space, *make_strategy("sample:max_tokens=220", make_verifier("likelihood")), problem_of({}));

    const Ledger ledger = request->ledger();
    EXPECT_EQ(ledger.recomputed, 0) << least;
    EXPECT_LE(ledger.flops, static_cast<double>(ledger.total()) * engine->model().cost().flops(256, true)) << least;
  }
}

}  // namespace
}  // namespace reckon
