#include "base/parameters.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace reckon {
namespace {

const std::vector<ParameterSpec>& table() {
  static const std::vector<ParameterSpec> rows{
      {.name = "n", .default_value = std::int64_t{16}, .meaning = "paths", .minimum = 1, .maximum = 4096},
      {.name = "temperature", .default_value = 0.8, .meaning = "of sampling", .minimum = 0},
      {.name = "share_prefix", .default_value = true, .meaning = "of all paths"},
      {.name = "tie", .default_value = std::string("first"), .meaning = "what wins a tie", .choices = {"first", "shortest"}},
      {.name = "step", .default_value = std::string("newline"), .meaning = "what ends a step", .needs_text = true},
  };
  return rows;
}

Parameters read(const std::map<std::string, std::string>& given) { return {table(), given, "strategy 'majority'"}; }

std::string error_of(const std::map<std::string, std::string>& given) {
  try {
    read(given);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    return error.what();
  }
  return "accepted";
}

std::string error_of_parsing(std::string_view text) {
  try {
    parse_named_parameters(text, "--strategy");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    return error.what();
  }
  return "accepted";
}

TEST(NamedParameters, SplitNameKeysAndValues) {
  const NamedParameters parsed = parse_named_parameters("best_of_n:n=64,verifier=a:b=c,empty=", "--strategy");

  EXPECT_EQ(parsed.name, "best_of_n");
  EXPECT_EQ(parsed.values, (std::map<std::string, std::string>{{"n", "64"}, {"verifier", "a:b=c"}, {"empty", ""}}));
  EXPECT_EQ(parse_named_parameters("greedy", "--strategy").values.size(), 0U);
}

TEST(NamedParameters, TakeACommaBehindABackslashIntoTheValue) {
  const NamedParameters parsed = parse_named_parameters("a:say=well\\, no,delimiter=\\d\\,\\,,n=1", "--strategy");

  EXPECT_EQ(parsed.values, (std::map<std::string, std::string>{{"say", "well, no"}, {"delimiter", "\\d,,"}, {"n", "1"}}));
}

TEST(NamedParameters, RefuseWhatIsNotKeyEqualsValue) {
  EXPECT_EQ(error_of_parsing("a:n"), "--strategy: 'n' is not key=value (a comma within a value is \\,)");
  EXPECT_EQ(error_of_parsing("a:=3"), "--strategy: '=3' is not key=value (a comma within a value is \\,)");
  EXPECT_EQ(error_of_parsing("a:n=1,,m=2"), "--strategy: '' is not key=value (a comma within a value is \\,)");
  EXPECT_EQ(error_of_parsing("a:n=1,n=2"), "--strategy: 'n' is given twice");
  EXPECT_EQ(error_of_parsing(":n=1").find("--strategy: ':n=1' names nothing"), 0U);
  EXPECT_EQ(error_of_parsing("").find("--strategy: '' names nothing"), 0U);
}

TEST(Parameters, FillInDefaults) {
  const Parameters parameters = read({});

  EXPECT_EQ(parameters.integer("n"), 16);
  EXPECT_EQ(parameters.number("temperature"), 0.8);
  EXPECT_TRUE(parameters.flag("share_prefix"));
  EXPECT_EQ(parameters.text("tie"), "first");
}

TEST(Parameters, TakeWhatIsGiven) {
  const Parameters parameters = read({{"n", "64"}, {"temperature", "1e-1"}, {"share_prefix", "off"}, {"tie", "shortest"}});

  EXPECT_EQ(parameters.integer("n"), 64);
  EXPECT_EQ(parameters.number("temperature"), 0.1);
  EXPECT_FALSE(parameters.flag("share_prefix"));
  EXPECT_EQ(parameters.text("tie"), "shortest");
}

TEST(Parameters, SayWhatIsWrongWhereAndWhatWasExpected) {
  EXPECT_EQ(error_of({{"n", "0"}}), "strategy 'majority': parameter 'n': '0' is not in 1..4096 (paths)");
  EXPECT_EQ(error_of({{"n", "4097"}}), "strategy 'majority': parameter 'n': '4097' is not in 1..4096 (paths)");
  EXPECT_EQ(error_of({{"n", "1.5"}}), "strategy 'majority': parameter 'n': '1.5' is not a whole number (paths)");
  EXPECT_EQ(error_of({{"n", ""}}), "strategy 'majority': parameter 'n': '' is not a whole number (paths)");
  EXPECT_EQ(error_of({{"temperature", "-1"}}),
            "strategy 'majority': parameter 'temperature': '-1' is not at least 0 (of sampling)");
  EXPECT_EQ(error_of({{"temperature", "nan"}}),
            "strategy 'majority': parameter 'temperature': 'nan' is not a number (of sampling)");
  EXPECT_EQ(error_of({{"share_prefix", "perhaps"}}),
            "strategy 'majority': parameter 'share_prefix': 'perhaps' is not true or false (of all paths)");
  EXPECT_EQ(error_of({{"tie", "last"}}),
            "strategy 'majority': parameter 'tie': 'last' is not one of first, shortest (what wins a tie)");
  EXPECT_EQ(error_of({{"step", ""}}), "strategy 'majority': parameter 'step': '' is not a text (what ends a step)");
  EXPECT_EQ(error_of({{"tie", "first"}, {"step", " "}}), "accepted");
}

TEST(Parameters, SuggestTheNearestKey) {
  EXPECT_EQ(error_of({{"temprature", "1"}}),
            "strategy 'majority': no parameter 'temprature'; did you mean 'temperature'? "
            "it takes n, temperature, share_prefix, tie, step");
  EXPECT_EQ(error_of({{"zzz", "1"}}),
            "strategy 'majority': no parameter 'zzz'; it takes n, temperature, share_prefix, tie, step");
  EXPECT_LT(error_of({{std::string(1'000'000, 'z'), "1"}}).size(), 250U);
}

TEST(Parameters, TellTheProgrammerOfAWrongKind) {
  const Parameters parameters = read({});

  EXPECT_THROW(parameters.number("n"), Error);
  EXPECT_THROW(parameters.flag("no_such_row"), Error);
}

TEST(Nearest, TreatsDashAsUnderscoreAndIgnoresTheFarAway) {
  const std::vector<std::string> names{"greedy", "best_of_n", "majority"};

  EXPECT_EQ(nearest("best-of-n", names), "best_of_n");
  EXPECT_EQ(nearest("Greedy", names), "greedy");
  EXPECT_EQ(nearest("majorty", names), "majority");
  EXPECT_EQ(nearest("sede", std::vector<std::string>{"limit", "seed"}), "seed");  // two neighbours swapped are one slip
  EXPECT_EQ(nearest("eeds", std::vector<std::string>{"limit", "seed"}), "");
  EXPECT_EQ(nearest("beam", names), "");
  EXPECT_EQ(nearest("", names), "");
}

}  // namespace
}  // namespace reckon
