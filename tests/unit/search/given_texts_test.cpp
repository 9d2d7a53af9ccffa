// Strategies that ask how likely given texts are: think_sum, stoc_tot. Exact calls and totals on scripts.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "base/error.h"
#include "search/strategies/spans.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_run.h"

namespace reckon {
namespace {

// Likelihoods by question and answer.
using LikelihoodTable = std::map<std::string, std::map<std::string, double>>;

ScriptedSpaceOptions with_likelihoods(const LikelihoodTable& table) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn&) { return std::string(); };
  options.likelihood = [table](const ScriptedTurn& turn, const std::string& text) {
    return std::log(table.at(turn.question).at(text));
  };
  return options;
}

const LikelihoodTable kLikes{{"likes ant?", {{"yes", 0.2}, {"no", 0.2}, {"maybe", 0.1}}},
                             {"likes bee?", {{"yes", 0.3}, {"no", 0.1}, {"maybe", 0.2}}},
                             {"likes cow?", {{"yes", 0.01}, {"no", 0.5}, {"maybe", 0.2}}}};

TEST(ThinkSum, MixtureAndProductAreFiniteSums) {
  const Problem problem = scripted_problem("likes {item}?");
  std::map<std::string, double> mixture, product;
  double total = 0;
  for (const char* answer : {"yes", "no", "maybe"}) {
    product[answer] = 1;
    for (const auto& [question, row] : kLikes) {
      double mass = 0;
      for (const auto& [other, likelihood] : row) mass += likelihood;
      mixture[answer] += row.at(answer) / mass / 3;
      product[answer] *= row.at(answer) / mass;
    }
    total += product[answer];
  }
  for (const char* items : {"ant|bee|cow", "cow|ant|bee", "bee|cow|ant"}) {  // a set has no order
    const std::string parameters = std::string("think_sum:choices=yes|no|maybe,items=") + items;
    const ScriptedRun mixed = run_on(with_likelihoods(kLikes), parameters, problem);
    const ScriptedRun multiplied = run_on(with_likelihoods(kLikes), parameters + ",combine=product", problem);

    EXPECT_EQ(mixed.outcome.answer, "no");
    EXPECT_NEAR(mixed.outcome.confidence, mixture["no"], 1e-12);
    EXPECT_EQ(multiplied.outcome.answer, "no");
    EXPECT_NEAR(multiplied.outcome.confidence, product["no"] / total, 1e-12);
    EXPECT_EQ(mixed.ledger.generated, 0);
    EXPECT_EQ(mixed.ledger.verified, 3 * 10);
  }
}

TEST(ThinkSum, MixtureAndProductCoincideForEqualItemsAsOneItemIsItsOwn) {
  const LikelihoodTable one{{"likes ant?", kLikes.at("likes ant?")}};
  const ScriptedRun mixed = run_on(with_likelihoods(one), "think_sum:choices=yes|no|maybe", scripted_problem("likes ant?"));
  const ScriptedRun multiplied =
      run_on(with_likelihoods(one), "think_sum:choices=yes|no|maybe,combine=product", scripted_problem("likes ant?"));

  EXPECT_NEAR(mixed.outcome.confidence, 0.4, 1e-12);
  EXPECT_NEAR(multiplied.outcome.confidence, 0.4, 1e-12);
  EXPECT_EQ(mixed.outcome.answer, "yes") << "the first of equals";
}

// Σ_z p(z) · Π_i p_i(a|z), by hand: whoever is asked is tired or awake, and tired ones say no to everything.
const LikelihoodTable kStates{{"ant, tired?", {{"yes", 0.1}, {"no", 0.9}}},
                              {"bee, tired?", {{"yes", 0.2}, {"no", 0.8}}},
                              {"ant, awake?", {{"yes", 0.9}, {"no", 0.1}}},
                              {"bee, awake?", {{"yes", 0.35}, {"no", 0.15}}},
                              {"how are you?", {{"tired", 0.2}, {"awake", 0.6}}}};
constexpr const char* kAsked = "think_sum:choices=yes|no,items=ant|bee,latents=tired|awake";

TEST(ThinkSum, SumsOverLatentsByTheirPrior) {
  const Problem problem = scripted_problem("{item}, {latent}?");
  const double yes = 0.25 * 0.1 * 0.2 + 0.75 * 0.9 * 0.7;
  const double no = 0.25 * 0.9 * 0.8 + 0.75 * 0.1 * 0.3;
  const std::string with_prior = std::string(kAsked) + ",prior=how are you?";

  const ScriptedRun multiplied = run_on(with_likelihoods(kStates), with_prior + ",combine=product", problem);
  const ScriptedRun mixed = run_on(with_likelihoods(kStates), with_prior, problem);
  const ScriptedRun alike = run_on(with_likelihoods(kStates), kAsked, problem);

  EXPECT_EQ(multiplied.outcome.answer, "yes");
  EXPECT_NEAR(multiplied.outcome.confidence, yes / (yes + no), 1e-12);
  EXPECT_EQ(multiplied.outcome.paths.size(), 5U) << "the prior's question is among them";
  EXPECT_NEAR(mixed.outcome.confidence, 0.25 * 0.15 + 0.75 * 0.8, 1e-12);
  EXPECT_EQ(alike.outcome.answer, "no") << "0.475 say yes";
  EXPECT_NEAR(alike.outcome.confidence, 0.5 * 0.85 + 0.5 * 0.2, 1e-12);
}

TEST(ThinkSum, CountsItemsThatWerePaidForUnderEveryLatent) {
  ScriptedSpaceOptions options = with_likelihoods(kStates);
  options.budget_tokens = 4 * 11 + 3 * 5;  // four questions of eleven letters, and three of four rows of five

  const ScriptedRun ran = run_on(options, kAsked, scripted_problem("{item}, {latent}?"));

  EXPECT_EQ(ran.outcome.status, OutcomeStatus::budget_exhausted);
  EXPECT_NEAR(ran.outcome.confidence, 0.5, 1e-12) << "of the ant alone";
}

TEST(ThinkSum, HasNoAnswerWhereThePriorCannotBePaidFor) {
  ScriptedSpaceOptions options = with_likelihoods(kStates);
  for (const std::int64_t budget : {5, 14}) {  // of the question's twelve letters, and then of ten of two latents
    options.budget_tokens = budget;
    const ScriptedRun ran = run_on(options, std::string(kAsked) + ",prior=how are you?", scripted_problem("{item}, {latent}?"));
    EXPECT_FALSE(ran.outcome.answer) << budget;
    EXPECT_EQ(ran.outcome.status, OutcomeStatus::budget_exhausted) << budget;
  }
}

TEST(ThinkSum, FindsTheOddOneOut) {
  for (const char* items : {"ant|bee|cow", "cow|bee|ant"}) {
    const ScriptedRun ran =
        run_on(with_likelihoods(kLikes), std::string("think_sum:choices=yes|no|maybe,combine=odd_one_out,items=") + items,
               scripted_problem("likes {item}?"));
    EXPECT_EQ(ran.outcome.answer, "cow");
  }
}

TEST(ThinkSum, PerByteALongAnswerIsNotPutBack) {
  const LikelihoodTable table{{"Q", {{"a", 0.5}, {"abcd", 0.1}}}};

  EXPECT_EQ(run_on(with_likelihoods(table), "think_sum:choices=a|abcd").outcome.answer, "a");
  EXPECT_EQ(run_on(with_likelihoods(table), "think_sum:choices=a|abcd,per_byte=true").outcome.answer, "abcd");
}

TEST(ThinkSum, AnswersFromTheItemsThatTheBudgetPaysFor) {
  ScriptedSpaceOptions options = with_likelihoods(kLikes);
  options.budget_tokens = 3 * 10 + 2 * 10;  // three questions of ten letters, and two of three rows of ten

  const ScriptedRun ran = run_on(options, "think_sum:choices=yes|no|maybe,items=ant|bee|cow", scripted_problem("likes {item}?"));

  EXPECT_EQ(ran.outcome.answer, "yes") << "without the cow";
  EXPECT_EQ(ran.outcome.status, OutcomeStatus::budget_exhausted);
}

TEST(ThinkSum, RefusesAChoiceThatTheContextHasNoRoomFor) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn&) { return std::string(); };
  options.likelihood = [](const ScriptedTurn& turn, const std::string& text) {
    return turn.question == "likes bee?" && text == "maybe" ? -std::numeric_limits<double>::infinity() : -1.0;
  };
  for (const std::int64_t budget : {-1, 45}) {  // 45: items are asked one after the other
    options.budget_tokens = budget;
    try {
      run_on(options, "think_sum:choices=yes|no|maybe,items=ant|bee", scripted_problem("likes {item}?"));
      FAIL() << "it answers without";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_argument);
      EXPECT_NE(std::string(error.what()).find("no room for 'maybe' behind the prompt of item 'bee'"), std::string::npos)
          << error.what();
    }
  }
}

TEST(ThinkSum, RefusesWhatCannotBeAsked) {
  EXPECT_THROW(make_strategy("think_sum:choices=|", nullptr), Error);
  EXPECT_THROW(make_strategy("think_sum:combine=odd_one_out,items=a", nullptr), Error);
  EXPECT_THROW(make_strategy("think_sum:combine=odd_one_out,items=a|b,latents=c|d", nullptr), Error);
  EXPECT_THROW(make_strategy("think_sum:prior=which?", nullptr), Error) << "of nothing";
  EXPECT_THROW(run_on(with_likelihoods(kStates), "think_sum:items=ant|bee", scripted_problem("likes ant?")), Error);
  EXPECT_THROW(run_on(with_likelihoods(kStates), kAsked, scripted_problem("{item}?")), Error) << "nowhere for the latents";
}

// Sub-questions are named by the path that wrote them; how much each is believed is in the table.
ScriptedSpaceOptions tree_of(const std::map<std::string, double>& belief) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {
    const bool answers = !turn.turns.empty() && turn.turns.back().text == "Now answer the problem.";
    return rest_of(answers ? boxed(turn.turns[turn.turns.size() - 2].text) : "s" + std::to_string(turn.id), turn.text);
  };
  options.likelihood = [belief](const ScriptedTurn& turn, const std::string& text) {
    const double yes = belief.contains(turn.text) ? belief.at(turn.text) : 0.5;
    return std::log(text.ends_with("es") ? yes / 2 : (1 - yes) / 2);  // each in two ways of writing it
  };
  return options;
}

TEST(StocTot, APathIsWorthTheProductOfItsSteps) {
  // Level one is 1, 2, 3; the two best, 2 and 3, ask on: 4 (of 2) forks to 5, 6; 7 (of 3) to 8, 9.
  const ScriptedRun ran =
      run_on(tree_of({{"s1", 0.1}, {"s2", 0.9}, {"s3", 0.8}, {"s4", 0.2}, {"s8", 0.95}}), "stoc_tot:n=2,width=3,depth=2");

  EXPECT_EQ(ran.outcome.answer, "s8");
  EXPECT_NEAR(ran.outcome.confidence, 0.8 * 0.95, 1e-12);
  EXPECT_EQ(ran.replies.size(), 2U + 2U);
  EXPECT_EQ(ran.ledger.generated, drawn_in(ran.outcome));
  EXPECT_EQ(ran.outcome.paths.size(), 3U + 6U + 2U);
}

TEST(StocTot, DrawsPathsByTheirProbability) {
  const std::map<std::string, double> belief{{"s1", 0.2}, {"s2", 0.6}};
  std::map<std::string, double> law;
  ExhaustiveChooser chooser;
  do {
    ScriptedSpaceOptions options = tree_of(belief);
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    const Outcome outcome = run_on(options, "stoc_tot:n=1,width=2,depth=1,keep=sample").outcome;
    law[outcome.answer.value_or("none")] += chooser.probability();
  } while (chooser.next());

  EXPECT_NEAR(law["s1"], 0.25, 1e-12);
  EXPECT_NEAR(law["s2"], 0.75, 1e-12);
}

TEST(StocTot, AConstrainedAnswerIsAPartOfTheProblem) {
  const std::string text = "Who wrote it? Ann Lee wrote it, not Ann Ray (of York).";
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    ScriptedSpaceOptions options = tree_of({});
    options.likelihood = [trial](const ScriptedTurn&, const std::string& asked) {
      return -1.0 - static_cast<double>((std::hash<std::string>()(asked) + 7919 * trial) % 1000);
    };
    const ScriptedRun ran = run_on(options, "stoc_tot:n=1,width=1,depth=1,span_words=3,span_or=", scripted_problem(text));
    ASSERT_TRUE(ran.outcome.answer);
    EXPECT_NE(text.find(*ran.outcome.answer), std::string::npos) << *ran.outcome.answer;
  }
}

TEST(StocTot, MayAnswerYesOrNoInsteadOfAPartOfTheProblem) {
  const auto answer = [](const std::string& liked, const std::string& parameters) {
    ScriptedSpaceOptions options = tree_of({});
    options.likelihood = [liked](const ScriptedTurn&, const std::string& text) {
      return text.starts_with("\\boxed{" + liked) ? -0.5 : -1.0;
    };
    return run_on(options, "stoc_tot:n=1,width=1,depth=1,span_words=2" + parameters,
                  scripted_problem("Was it Ann? I say no: Ray."))
        .outcome.answer;
  };
  EXPECT_EQ(answer("yes", ""), "yes");
  EXPECT_EQ(answer("Ann", ""), "Ann? I");
  EXPECT_EQ(answer("no", ""), "no: Ray") << "a word of the text is one, also where it could be said beside";
  EXPECT_EQ(answer("maybe", ",span_or=maybe|never"), "maybe");
  EXPECT_EQ(answer("yes", ",span_or="), "Was it") << "which nothing else is likelier than";
}

TEST(StocTot, RefusesAProblemWithoutWordsWhereItsAnswerIsToBeAPartOfIt) {
  for (const char* text : {"?!", "", " .,; "}) {
    EXPECT_THROW(run_on(tree_of({}), "stoc_tot:span_words=2", scripted_problem(text)), Error) << text;
  }
  EXPECT_EQ(run_on(tree_of({}), "stoc_tot", scripted_problem("?!")).outcome.status, OutcomeStatus::answered);
}

// Whether the context is full is told by what is asked: the belief in a step, or a word of the answer.
TEST(StocTot, AFullContextIsNoExhaustedBudget) {
  const auto full_for = [](std::function<bool(const std::string&)> full) {
    ScriptedSpaceOptions options = tree_of({});
    options.likelihood = [full](const ScriptedTurn&, const std::string& text) {
      return full(text) ? -std::numeric_limits<double>::infinity() : -1.0 - static_cast<double>(text.size());
    };
    return run_on(options, "stoc_tot:n=1,width=2,depth=1,span_words=2,span_or=", scripted_problem("one, two or three")).outcome;
  };
  const auto is_word = [](const std::string& text) { return text.starts_with("\\boxed{"); };

  const Outcome no_question = full_for([&](const std::string& text) { return !is_word(text); });
  EXPECT_EQ(no_question.status, OutcomeStatus::answered);
  EXPECT_EQ(no_question.confidence, 0.5) << "as likely as not";
  const Outcome one_word = full_for([](const std::string& text) { return text.find('n') == std::string::npos; });
  EXPECT_EQ(one_word.answer, "one") << "of the words that have room";
  const Outcome no_word = full_for(is_word);
  EXPECT_EQ(no_word.status, OutcomeStatus::no_answer);
  EXPECT_EQ(no_word.paths.back().state, PathState::stopped);
}

TEST(Spans, AreExactlyThePartsBetweenWords) {
  const std::string text = "a b, a b c. (a  c)";
  const std::vector<std::pair<std::size_t, std::size_t>> words{{0, 1}, {2, 3}, {5, 6}, {7, 8}, {9, 10}, {13, 14}, {16, 17}};
  std::set<std::string> expected;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = i; j < words.size(); ++j) expected.insert(text.substr(words[i].first, words[j].second - words[i].first));
  }
  std::set<std::string> found;
  const std::function<void(const Spans&)> walk = [&](const Spans& spans) {
    if (spans.words() > 0) found.insert(spans.text());
    for (const std::string& more : spans.continuations()) {
      Spans longer = spans;
      longer.take(more);
      walk(longer);
    }
  };
  walk(Spans(text));

  EXPECT_EQ(found, expected);
  EXPECT_TRUE(Spans(" .,; ").continuations().empty());
  Spans spans(text);
  EXPECT_THROW(spans.take("z"), Error);
}

}  // namespace
}  // namespace reckon
