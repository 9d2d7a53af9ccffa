// Where options come from: a file is weaker than the environment, which is weaker than the command line.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "e2e/program.h"

namespace reckon {
namespace {

std::uint64_t seed_used(const std::string& config, const std::vector<std::string>& environment,
                        const std::vector<std::string>& more = {}) {
  const std::string file = temporary("reckon.toml");
  write_file(file, config);
  std::vector<std::string> arguments{"--config", file, "solve", "-s", "greedy", "--json", "Make 34 from 25 35 7 37."};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ran ran = run_reckon(arguments, "", environment);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  return ran.json()["seed"];
}

TEST(Config, IsOverriddenByTheEnvironmentAndThatByTheCommandLine) {
  const std::string nine = "[solve]\nseed = 9\n";

  EXPECT_EQ(seed_used("", {}), 0U);
  EXPECT_EQ(seed_used(nine, {}), 9U);
  EXPECT_EQ(seed_used(nine, {"RECKON_SEED=8"}), 8U);
  EXPECT_EQ(seed_used(nine, {"RECKON_SEED=8"}, {"--seed", "7"}), 7U);
  EXPECT_EQ(seed_used(nine, {}, {"--seed", "7"}), 7U);
}

TEST(Config, HoldsTextsNumbersFlagsAndLists) {
  const std::string file = temporary("reckon.toml");
  write_file(file,
             "[eval]\ntask = \"countdown\"\nstrategy = [\"greedy\", \"sample:temperature=0.5\"]\nlimit = 2\njson = true\n"
             "plain = false\n[run]\ntemperature = 0.25\n[bench]\nparallel = [1, 4]\n");

  const Ran ran = run_reckon({"--config", file, "eval"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  ASSERT_EQ(ran.json().size(), 2U);
  EXPECT_EQ(ran.json()[1]["strategy"], "sample:temperature=0.5");
  EXPECT_EQ(ran.json()[1]["n"], 2);
}

struct BadConfig {
  std::string name;
  std::string text;
  std::string where;  // line, as the message names it
  std::string said;
};

void PrintTo(const BadConfig& config, std::ostream* out) { *out << config.name; }

class RefusesConfig : public ::testing::TestWithParam<BadConfig> {};

TEST_P(RefusesConfig, NamingFileAndLine) {
  const std::string file = temporary("reckon.toml");
  write_file(file, GetParam().text);

  const Ran ran = run_reckon({"--config", file, "solve", "x"});

  EXPECT_EQ(ran.exit_code, 2) << ran.err;
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find(file + ":" + GetParam().where + ": "), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(GetParam().said), std::string::npos) << ran.err;
}

INSTANTIATE_TEST_SUITE_P(
    Toml, RefusesConfig,
    ::testing::Values(BadConfig{"UnknownKey", "[solve]\nsede = 9\n", "2", "did you mean 'seed'"},
                      BadConfig{"KeyOfAnotherCommand", "[solve]\nlimit = 9\n", "2", "no such option 'limit' of solve"},
                      BadConfig{"UnknownTable", "\n[sovle]\nseed = 9\n", "2", "did you mean 'solve'"},
                      BadConfig{"KeyOutsideTables", "seed = 9\n", "1", "[solve]"},
                      BadConfig{"CommandThatIsNoTable", "solve = 9\n", "1", "[solve]"},
                      BadConfig{"NotToml", "[solve]\nseed 9\n", "2", "TOML"},
                      BadConfig{"Binary", std::string("\0\1\2\xff", 4), "1", "TOML"},
                      BadConfig{"KeyTwice", "[solve]\nseed = 9\nseed = 8\n", "3", "TOML"},
                      BadConfig{"DeepNesting", "a = " + std::string(100'000, '['), "1", "TOML"},
                      BadConfig{"NegativeSeed", "[solve]\nseed = -1\n", "2", "--seed: '-1' is not"},
                      BadConfig{"TextForANumber", "[eval]\nlimit = \"many\"\n", "2", "--limit: 'many' is not"},
                      BadConfig{"NumberForAFlag", "[solve]\njson = 1\n", "2", "true or false"},
                      BadConfig{"FlagForAText", "[solve]\nstrategy = true\n", "2", "expected a text"},
                      BadConfig{"ListForOneValue", "[solve]\nseed = [1, 2]\n", "2", "--seed"},
                      BadConfig{"PlaceBeyondItsParameter",
                                "[search-config]\nbudget = \"tokens=9\"\nstrategy = \"majority:n={2..5000}\"\n", "3",
                                "'5000' is not in 1..4096"},
                      BadConfig{"EmptyList", "[eval]\nstrategy = []\n", "2", "not empty"},
                      BadConfig{"TableForAValue", "[solve.seed]\na = 1\n", "1", "seed"},
                      BadConfig{"Date", "[solve]\nseed = 2020-01-01\n", "2", "seed"},
                      BadConfig{"ConfigInAConfig", "[solve]\nconfig = \"x\"\n", "2", "'config'"}),
    [](const auto& instance) { return instance.param.name; });

Ran with_config(const std::string& file) {  // a program that waits for the file's end would never end itself
  return run_reckon({"10", RECKON_PROGRAM, "--config", file, "strategies"}, "", {}, "/usr/bin/timeout");
}

TEST(Config, IsReadFromRegularFilesOnly) {
  const std::string pipe = temporary("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& file : {pipe, std::string("/dev/zero"), std::string("/dev/null"), ::testing::TempDir()}) {
    const Ran ran = with_config(file);

    EXPECT_EQ(ran.exit_code, 2) << file;
    EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
    EXPECT_NE(ran.err.find("regular file"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find(file), std::string::npos) << ran.err;
  }
}

TEST(Config, ThatCannotBeReadIsRefusedWithTheReason) {
  const std::string file = "/proc/sys/vm/drop_caches";  // not even root may read it
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "there is no " << file;

  const Ran ran = with_config(file);

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_NE(ran.err.find("'" + file + "' cannot be read: Permission denied"), std::string::npos) << ran.err;
}

TEST(Config, OfTablesThatAreDeeperThanTheStackIsRefused) {
  const std::string file = temporary("reckon.toml");
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  write_file(file, key + " = 1\n");

  const Ran ran = with_config(file);

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find(file + ":1: has more than 5000 dots"), std::string::npos) << ran.err;
}

TEST(Config, CountsDotsOutsideOfTextsOnly) {
  const std::string file = temporary("reckon.toml");
  const std::string dots(20'000, '.');
  write_file(file, "# " + dots + "\n[run]\nprompt-file = \"" + dots + "\"\n");

  EXPECT_EQ(with_config(file).err.find("dots"), std::string::npos);

  std::string keys;
  for (int i = 0; i < 20'000; ++i) keys += "b.";
  for (const char* text : {"'''x''''", R"("""x"""")", R"("x\"")", "'x'"}) {  // what follows is outside again
    write_file(file, "run = {a = " + std::string(text) + ", " + keys + "b = 1}\n");

    EXPECT_NE(with_config(file).err.find("has more than 5000 dots"), std::string::npos) << text;
  }
}

TEST(Config, OfMoreThanAMebibyteIsRefused) {
  const std::string file = temporary("reckon.toml");
  write_file(file, std::string((1 << 20) + 1, '#'));

  const Ran ran = with_config(file);

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find("1 MiB"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace reckon
