// Formal constraints: readers against what they promise, solvers against enumeration, and the verifiers `sat` and `smt` on top.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "base/error.h"
#include "search/constraints/claim.h"
#include "search/constraints/cnf.h"
#include "search/constraints/smt_script.h"
#include "search/solvers/solver.h"
#include "search/spaces/toy_space.h"
#include "unit/search/solving.h"

namespace reckon {
namespace {

// The worked example of the card: six models, among them 00001, 00101 and 10100.
constexpr const char* kCardScript =
    "c worked\np cnf 5 9\n-4 -3 2 0 1 3 5 0\n-1 2 3 0 -2 1 3 0 -4 -2 5 0\n-5 -2 1 0 -3 1 5 0 -4 2 3 0 -5 -2 -1 0\n";

std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string bits_of(unsigned bits, int variables) {
  std::string text;
  for (int v = 0; v < variables; ++v) text += (bits >> v & 1U) != 0 ? '1' : '0';
  return text;
}

// Straight from the definition.
bool holds(const Cnf& cnf, const std::string& bits) {
  for (std::size_t i = 0; i < cnf.clauses(); ++i) {
    bool any = false;
    for (const int literal : cnf.clause(i))
      any = any || (bits[static_cast<std::size_t>(std::abs(literal)) - 1] == '1') == (literal > 0);
    if (!any) return false;
  }
  return true;
}

TEST(Cnf, ReadsClausesHoweverTheyAreCutIntoLines) {
  const Cnf cnf = parse_cnf(kCardScript);

  EXPECT_EQ(cnf.variables, 5);
  ASSERT_EQ(cnf.clauses(), 9U);
  EXPECT_EQ(std::vector<int>(cnf.clause(1).begin(), cnf.clause(1).end()), (std::vector<int>{1, 3, 5}));
  EXPECT_EQ(parse_cnf("p cnf 1 0").clauses(), 0U);
  EXPECT_EQ(parse_cnf("p cnf 2 1\n0\n").clause(0).size(), 0U) << "an empty clause";
  EXPECT_EQ(parse_cnf("p cnf 2 1\n1 0\n%\n0\n").clauses(), 1U) << "the end mark of older collections";
}

TEST(Cnf, MayHaveNoVariables) {
  EXPECT_EQ(parse_cnf("p cnf 0 0\n").clauses(), 0U);
  EXPECT_EQ(parse_cnf("c false\np cnf 0 1\n0\n").clause(0).size(), 0U);
}

TEST(Cnf, RefusesWithTheLine) {
  const auto refusal = [](const char* text) { return message_of([text] { parse_cnf(text); }); };
  EXPECT_NE(refusal("").find("expected 'p cnf"), std::string::npos);
  EXPECT_NE(refusal("p cnf -1 1\n").find("number of variables from 0 to 1000000"), std::string::npos);
  EXPECT_NE(refusal("p cnf 3 1\nc x\n1 4 0\n").find("line 3: '4' is not a literal from -3 to 3"), std::string::npos);
  EXPECT_NE(refusal("p cnf 3 1\n1 2\n").find("not ended by 0"), std::string::npos);
  EXPECT_NE(refusal("p cnf 3 2\n1 0\n").find("expected 2 clauses, found 1"), std::string::npos);
  EXPECT_NE(refusal("p cnf 3 1\n1 0 2 0\n").find("more clauses"), std::string::npos);
  EXPECT_NE(refusal("p cnf 3 1\n1.5 0\n").find("'1.5'"), std::string::npos);
  EXPECT_NE(refusal("p cnf 99999999999999999999 1\n").find("number of variables"), std::string::npos);
}

TEST(Cnf, ReadsAssignmentsInEveryForm) {
  const auto read = [](const char* text) {
    const auto assignment = read_assignment(text, 3);
    std::string said;
    for (std::size_t v = 1; assignment && v < assignment->size(); ++v) said += "-?+"[(*assignment)[v] + 1];
    return said;
  };
  for (const char* text : {"101", "1 0 1", "[1, 0, 1]", "1 -2 3 0", "1, -2, 3",
                           "\\{1, \xC2\xAC"
                           "2, 3\\}",
                           "~2 1 3", "x1=1, x2 = false, x_3=T", "3=1; 1=true; 2=0",
                           "1 \xE2\x88\x92"
                           "2 3"}) {
    EXPECT_EQ(read(text), "+-+") << text;
  }
  EXPECT_EQ(read("2"), "?+?") << "what is not said is left open";
  for (const char* text :
       {"", "10", "1011", "4", "-0", "1 -1", "x1=maybe", "x4=1", "yes", "1 2 three", "--2", "99999999999999999999"}) {
    EXPECT_EQ(read(text), "") << text;
  }
}

TEST(Cnf, CountsSatisfiedClausesAsTheDefinitionDoes) {
  const Cnf cnf = parse_cnf(kCardScript);
  int models = 0;
  for (unsigned bits = 0; bits < 32; ++bits) {
    const std::string text = bits_of(bits, 5);
    const bool model = satisfied_clauses(cnf, *read_assignment(text, 5)) == cnf.clauses();
    EXPECT_EQ(model, holds(cnf, text)) << text;
    models += model ? 1 : 0;
  }
  EXPECT_EQ(models, 6);
}

TEST(SatSolver, DecidesAsEnumerationDoes) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Cnf cnf;
    cnf.variables = 6;
    for (int clause = 0; clause < 30; ++clause) {
      for (int i = 0; i < 3; ++i) cnf.literals.push_back((static_cast<int>(random() % 6) + 1) * (random() % 2 == 0 ? 1 : -1));
      cnf.ends.push_back(cnf.literals.size());
    }
    bool any = false;
    for (unsigned bits = 0; bits < 64; ++bits) any = any || holds(cnf, bits_of(bits, 6));

    EXPECT_EQ(decide(cnf, 1000), any ? Decision::satisfiable : Decision::unsatisfiable) << round;
  }
}

// n + 1 pigeons in n holes: no solution, and resolution needs exponentially many steps to say so.
Cnf pigeons(int holes) {
  Cnf cnf;
  cnf.variables = (holes + 1) * holes;
  const auto in = [holes](int pigeon, int hole) { return pigeon * holes + hole + 1; };
  for (int pigeon = 0; pigeon <= holes; ++pigeon) {
    for (int hole = 0; hole < holes; ++hole) cnf.literals.push_back(in(pigeon, hole));
    cnf.ends.push_back(cnf.literals.size());
  }
  for (int hole = 0; hole < holes; ++hole) {
    for (int a = 0; a <= holes; ++a) {
      for (int b = a + 1; b <= holes; ++b) {
        cnf.literals.insert(cnf.literals.end(), {-in(a, hole), -in(b, hole)});
        cnf.ends.push_back(cnf.literals.size());
      }
    }
  }
  return cnf;
}

TEST(SatSolver, StopsAtItsLimitOfConflicts) {
  EXPECT_EQ(decide(pigeons(4), 100'000), Decision::unsatisfiable);
  EXPECT_EQ(decide(pigeons(11), 100), Decision::unknown);
  EXPECT_EQ(decide(pigeons(11), 2'000'000'000, [] { return true; }), Decision::unknown) << "nobody waits";
}

TEST(Claims, AreTheirWordsAndNothingElse) {
  for (const char* text : {"none", "None.", " UNSAT ", "no solution", "unsatisfiable"}) EXPECT_TRUE(claims_none(text)) << text;
  for (const char* text : {"", "no", "none of them", "sat", "0"}) EXPECT_FALSE(claims_none(text)) << text;
}

constexpr const char* kScript =
    "(set-logic QF_LIRA) ; left out\n(declare-const x Int)\n(declare-fun y () Real)\n(declare-const |is it| Bool)\n"
    "(define-fun twice () Int (* 2 x))\n(assert (let ((z (+ y 0.5))) (and |is it| (= twice 6) (< z (/ 1.0 "
    "4.0)))))\n(check-sat)\n";

TEST(SmtScript, KeepsDeclarationsAndAssertions) {
  const SmtScript script = parse_smt_script(kScript);

  ASSERT_EQ(script.constants.size(), 3U);
  EXPECT_EQ(script.constants[2].name, "is it");
  EXPECT_EQ(script.constants[1].sort, SmtSort::real);
  EXPECT_EQ(script.text.find("set-logic"), std::string::npos);
  EXPECT_EQ(script.text.find("check-sat"), std::string::npos);
  EXPECT_NE(script.text.find("(define-fun twice () Int (* 2 x))"), std::string::npos);
}

TEST(SmtScript, RefusesWhatLiesOutsideWithTheLine) {
  const auto refusal = [](const std::string& text) { return message_of([&text] { parse_smt_script(text); }); };
  const auto about_x = [&](const std::string& term) { return refusal("(declare-const x Int)\n(assert " + term + ")"); };
  EXPECT_NE(refusal("(assert (> x 1))").find("line 1: 'x' is not declared"), std::string::npos);
  EXPECT_NE(about_x("(= (^ x 1000000000) 1)").find("line 2: '^' is neither declared nor an operator"), std::string::npos);
  EXPECT_NE(about_x("((_ divisible 3) x)").find("expected an operator"), std::string::npos);
  EXPECT_NE(refusal("(declare-fun ^ (Int Int) Int)").find("'^' is no name"), std::string::npos);
  EXPECT_NE(refusal("(declare-const |^| Int)").find("is no name"), std::string::npos);
  EXPECT_NE(refusal("(declare-const and Bool)").find("meaning of its own"), std::string::npos);
  EXPECT_NE(refusal("(declare-const x Int)(declare-const |x| Int)").find("'x' is declared twice"), std::string::npos);
  EXPECT_NE(refusal("(declare-const v (_ BitVec 32))").find("known are Bool, Int, Real"), std::string::npos);
  EXPECT_NE(refusal("(push 1)").find("command 'push'"), std::string::npos);
  EXPECT_NE(refusal("(define-fun f ((x Int)) Int x)").find("definitions with parameters"), std::string::npos);
  EXPECT_NE(refusal("(assert true").find("is not closed"), std::string::npos);
  EXPECT_NE(refusal(")").find("was not opened"), std::string::npos);
  EXPECT_NE(refusal("(echo \"x").find("does not end"), std::string::npos);
  EXPECT_NE(refusal(std::string(100'000, '(')).find("more than 200 brackets"), std::string::npos);
  EXPECT_NE(refusal(std::string(1 << 21, ' ')).find("more than 1048576 bytes"), std::string::npos);
}

TEST(SmtScript, RefusesNumbersThatGrowBeyondAllBounds) {
  std::string squares = "(declare-const x Int)(define-fun a0 () Int (* x 10))";
  for (int i = 1; i <= 40; ++i) squares += fmt::format("(define-fun a{0} () Int (* a{1} a{1}))", i, i - 1);
  EXPECT_NE(message_of([&] { parse_smt_script(squares); }).find("more than 10000 leaves"), std::string::npos);

  std::string chain = "(define-fun b0 () Bool true)";
  for (int i = 1; i <= 2000; ++i) chain += fmt::format("(define-fun b{} () Bool (not b{}))", i, i - 1);
  EXPECT_NE(message_of([&] { parse_smt_script(chain); }).find("1000 definitions"), std::string::npos);

  std::string truths = "(define-fun c0 () Bool true)";  // and what does not grow is allowed
  for (int i = 1; i <= 60; ++i) truths += fmt::format("(define-fun c{0} () Bool (and c{1} c{1}))", i, i - 1);
  EXPECT_EQ(message_of([&] { parse_smt_script(truths); }), "");
}

TEST(SmtScript, ReadsTheValuesOfAnAnswer) {
  const SmtScript script = parse_smt_script(kScript);
  const auto read = [&](const char* text) {
    const auto values = read_smt_values(text, script.constants);
    std::string said;
    for (const SmtValue& value : values.value_or(std::vector<SmtValue>())) said += value.constant->name + "=" + value.term + ";";
    return said;
  };
  for (const char* text : {"3, -7/2, true", "(3, -7/2, true)", "$[3; -7/2; yes]$", "\\left(3, -7/2, true\\right)",
                           "\\{3, -7/2, true\\}", "x=3, y=-7/2, is it=true"}) {
    EXPECT_EQ(read(text), "x=3;y=(- (/ 7.0 2.0));is it=true;") << text;
  }
  EXPECT_EQ(read("y = .5, is it = false, x = -12"), "y=0.5;is it=false;x=(- 12);");
  for (const char* text : {"", "3", "3, 1/2", "3.5, 1, true", "3, 1/0, true", "3, 1, maybe", "x=3, y=1, z=true", "x=3, x=4, y=1",
                           "3, 1, true, 4", "3, 1e9, true", "3, 0x1, true", "3) (assert false, 1, true"}) {
    EXPECT_EQ(read(text), "") << text;
  }
  EXPECT_EQ(read((std::string(101, '9') + ", 1, true").c_str()), "") << "more than 100 digits";
}

TEST(SmtSolver, DecidesAndIsLimited) {
  EXPECT_EQ(decide(parse_smt_script(kScript), 1'000'000), Decision::satisfiable);
  EXPECT_EQ(decide(parse_smt_script("(declare-const x Int)(assert (and (< x 3) (> x 2)))"), 1'000'000), Decision::unsatisfiable);
  const SmtScript endless = parse_smt_script(
      "(declare-const x Int)(declare-const y Int)(declare-const z Int)"
      "(assert (= (+ (* x x x) (* y y y) (* z z z)) 42))(assert (> (* x y z) 1000000))");
  int asked = 0;
  EXPECT_EQ(decide(endless, 4'000'000'000, [&asked] { return ++asked > 3; }), Decision::unknown) << "nobody waits";
  EXPECT_GT(asked, 3);
  EXPECT_EQ(decide(parse_smt_script("(declare-const x Int)(declare-const y Int)(declare-const z Int)"
                                    "(assert (and (> x 0) (> y 0) (> z 0) (= (+ (* x x x) (* y y y)) (* z z z))))"),
                   200'000),
            Decision::unknown)
      << "Fermat, of the third degree";
  const auto ill_sorted = parse_smt_script("(declare-const p Bool)(assert (< p 3))");
  EXPECT_NE(message_of([&] { check_sorts(ill_sorted); }).find("Z3 refuses the script"), std::string::npos);
}

struct Judged {
  const char* verifier;
  const char* constraints;
  const char* answer;
  double score;
};

double score_of(const Judged& judged) {
  ToySpace space(two_letter_chain());
  Problem problem;
  problem.constraints = judged.constraints;
  std::vector<Path> paths(1);
  paths.front().text = judged.answer;
  const auto verifier = make_verifier(judged.verifier);
  verifier->require(problem);
  const double score = score_on(space, *verifier, paths, problem).front();
  EXPECT_EQ(score_on(space, *verifier, paths, problem).front(), score) << "the same again";
  EXPECT_EQ(space.ledger().total(), 0);
  return score;
}

TEST(Constrained, AnswersAreCheckedAgainstTheFormula) {
  constexpr const char* kNone = "p cnf 1 2\n1 0 -1 0\n";
  for (const Judged& judged :
       {Judged{"sat", kCardScript, "so \\boxed{00001}", 1}, Judged{"sat", kCardScript, "\\boxed{-1 -2 -3 -4 5}", 1},
        Judged{"sat", kCardScript, "\\boxed{11111}", 0}, Judged{"sat:score=share", kCardScript, "\\boxed{11111}", 8.0 / 9},
        Judged{"sat", kCardScript, "\\boxed{none}", 0}, Judged{"sat", kCardScript, "I do not know", 0},
        Judged{"sat", kCardScript, "", 0}, Judged{"sat", kNone, "\\boxed{unsat}", 1}, Judged{"sat", kNone, "\\boxed{1}", 0},
        Judged{"sat:score=share", kNone, "\\boxed{0}", 0.5}, Judged{"noisy:fp=0,of=sat", kNone, "\\boxed{1}", 0}}) {
    EXPECT_NEAR(score_of(judged), judged.score, 1e-12) << judged.verifier << ' ' << judged.answer;
  }
}

TEST(Constrained, AnswersAreCheckedAgainstTheScript) {
  constexpr const char* kSum = "(declare-const a Int)(declare-const b Int)(assert (and (= (+ a b) 7) (>= a 0) (>= b 0)))";
  constexpr const char* kOne = "(declare-const a Int)(declare-const b Int)(assert (and (= (+ a b) 7) (= (- a b) 1)))";
  constexpr const char* kNone = "(declare-const a Int)(assert (distinct (+ a 1) (+ 1 a)))";
  for (const Judged& judged : {Judged{"smt", kSum, "\\boxed{3, 4}", 1}, Judged{"smt", kSum, "\\boxed{b=7, a=0}", 1},
                               Judged{"smt", kSum, "\\boxed{8, -1}", 0}, Judged{"smt", kSum, "\\boxed{3}", 0},
                               Judged{"smt:names=b", kSum, "\\boxed{3}", 1}, Judged{"smt:names=b", kSum, "\\boxed{9}", 0},
                               Judged{"smt:values=forced", kSum, "\\boxed{3, 4}", 0},
                               Judged{"smt:values=forced", kOne, "\\boxed{4, 3}", 1}, Judged{"smt", kSum, "\\boxed{none}", 0},
                               Judged{"smt", kNone, "\\boxed{none}", 1}, Judged{"smt:values=forced", kNone, "\\boxed{1}", 0}}) {
    EXPECT_EQ(score_of(judged), judged.score) << judged.verifier << ' ' << judged.answer;
  }
}

TEST(Constrained, SaysWhatIsWrongBeforeAnythingIsDrawn) {
  const auto refusal = [](const char* verifier, const char* constraints) {
    Problem problem;
    problem.constraints = constraints;
    return message_of([&] { make_verifier(verifier)->require(problem); });
  };
  EXPECT_NE(refusal("sat", "").find("give --constraints FILE (DIMACS CNF)"), std::string::npos);
  EXPECT_NE(refusal("smt", "").find("an SMT-LIB script"), std::string::npos);
  EXPECT_NE(refusal("sat", kScript).find("expected 'p cnf"), std::string::npos);
  EXPECT_NE(refusal("smt", kCardScript).find("line 1"), std::string::npos);
  EXPECT_NE(refusal("smt:names=q", kScript).find("no constant 'q'"), std::string::npos);
  EXPECT_NE(refusal("smt", "(assert true)").find("declares no constant"), std::string::npos);
  EXPECT_EQ(refusal("smt:names=is it", kScript), "");
}

}  // namespace
}  // namespace reckon
