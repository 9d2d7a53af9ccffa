// Every file of a folder of plug-ins is listed, and every listed one says how it may be used.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/error.h"
#include "search/allocator.h"
#include "search/selector.h"
#include "search/strategy.h"
#include "search/verifier.h"

namespace reckon {
namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// Names of the files of a folder that define an entry.
std::set<std::string> plug_ins_in(const char* folder) {
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(RECKON_SOURCE_DIR) / "src/search" / folder)) {
    if (file.path().extension() != ".cpp" || file.path().stem() == "registry") continue;
    if (contents(file.path()).find("_entry() {") != std::string::npos) names.insert(file.path().stem().string());
  }
  return names;
}

template <typename Entry>
std::set<std::string> names_in(std::span<const Entry> table) {
  std::set<std::string> names;
  for (const Entry& entry : table) EXPECT_TRUE(names.emplace(entry.name).second) << entry.name << " is listed twice";
  return names;
}

TEST(Registries, ListEveryFileOfTheirFolder) {
  EXPECT_EQ(names_in(strategies()), plug_ins_in("strategies"));
  EXPECT_EQ(names_in(verifiers()), plug_ins_in("verifiers"));
  EXPECT_EQ(names_in(selectors()), plug_ins_in("selectors"));
  EXPECT_EQ(names_in(allocators()), plug_ins_in("allocators"));
}

// The message of the Error that `call` must throw.
template <typename Call>
std::string refusal(Call call, ErrorCode code) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

template <typename Entry, typename Find>
void expect_suggestions(std::span<const Entry> table, Find find) {
  for (const Entry& entry : table) {
    std::string capital(entry.name);
    capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
    std::string dashed(entry.name);
    std::ranges::replace(dashed, '_', '-');
    std::string doubled(entry.name);
    doubled.insert(2, 1, doubled[2]);
    for (const std::string& wrong : {capital, dashed, doubled}) {
      if (wrong == entry.name) continue;
      const std::string message = refusal([&] { find(wrong); }, ErrorCode::not_found);
      EXPECT_NE(message.find("'" + wrong + "'"), std::string::npos) << message;
      EXPECT_NE(message.find("did you mean '" + std::string(entry.name) + "'?"), std::string::npos) << message;
    }
    EXPECT_EQ(&find(entry.name), &entry);
  }
  EXPECT_EQ(refusal([&] { find("zzzzzzzz"); }, ErrorCode::not_found).find("did you mean"), std::string::npos);
  refusal([&] { find(""); }, ErrorCode::not_found);
}

TEST(Registries, SuggestTheNearestName) {
  expect_suggestions(strategies(), find_strategy);
  expect_suggestions(verifiers(), find_verifier);
  expect_suggestions(selectors(), find_selector);
  expect_suggestions(allocators(), find_allocator);
}

TEST(Registries, SaySomethingOfEveryEntryAndParameter) {
  const auto check = [](const auto& entry) {
    EXPECT_FALSE(entry.summary.empty()) << entry.name;
    EXPECT_FALSE(entry.source.empty()) << entry.name;
    std::set<std::string> names;
    for (const ParameterSpec& parameter : entry.parameters) {
      EXPECT_FALSE(parameter.meaning.empty()) << entry.name << ": " << parameter.name;
      EXPECT_TRUE(names.insert(parameter.name).second) << entry.name << ": " << parameter.name;
    }
  };
  for (const StrategyEntry& entry : strategies()) check(entry);
  for (const VerifierEntry& entry : verifiers()) check(entry);
  for (const AllocatorEntry& entry : allocators()) check(entry);
}

class AnyVerifier final : public Verifier {
 public:
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<double> scores(paths.size(), 0);
    co_return scores;
  }
};

void make(const StrategyEntry& entry, const std::string& text) {
  make_strategy(std::string(entry.name) + text, std::make_shared<AnyVerifier>());
}
void make(const VerifierEntry& entry, const std::string& text) { make_verifier(std::string(entry.name) + text); }

std::string with(const ParameterSpec& parameter, double value) {
  const bool whole = std::holds_alternative<std::int64_t>(parameter.default_value);
  return ":" + parameter.name + "=" + (whole ? fmt::format("{}", static_cast<std::int64_t>(value)) : fmt::format("{}", value));
}

template <typename Entry>
void check_range(const Entry& entry, const ParameterSpec& parameter) {
  const std::string what = std::string(entry.name) + ": " + parameter.name;
  const auto refuses = [&](const std::string& text) {
    const std::string message = refusal([&] { make(entry, text); }, ErrorCode::bad_argument);
    EXPECT_NE(message.find(parameter.name), std::string::npos) << message;
  };
  if (std::holds_alternative<std::string>(parameter.default_value)) {
    const auto& choices = parameter.choices;
    const auto& value = std::get<std::string>(parameter.default_value);
    EXPECT_TRUE(choices.empty() || std::ranges::find(choices, value) != choices.end()) << what;
    if (!choices.empty()) refuses(":" + parameter.name + "=no-such-choice");
    return;
  }
  refuses(":" + parameter.name + "=twelve");
  if (std::holds_alternative<bool>(parameter.default_value)) return;
  const bool whole = std::holds_alternative<std::int64_t>(parameter.default_value);
  const double value =
      whole ? static_cast<double>(std::get<std::int64_t>(parameter.default_value)) : std::get<double>(parameter.default_value);
  EXPECT_GE(value, parameter.minimum) << what;
  EXPECT_LE(value, parameter.maximum) << what;
  for (const double end : {parameter.minimum, parameter.maximum}) {
    if (!std::isfinite(end)) continue;
    EXPECT_NO_THROW(make(entry, with(parameter, end))) << what;
    refuses(with(parameter, end == parameter.minimum ? end - 1 : end + 1));
  }
}

TEST(Registries, DefaultsLieWithinRangesAndNothingElseIsTaken) {
  const auto check = [](const auto& entry) {
    EXPECT_NO_THROW(make(entry, "")) << entry.name;
    for (const ParameterSpec& parameter : entry.parameters) check_range(entry, parameter);
    const std::string unknown = refusal([&] { make(entry, ":no_such_parameter=1"); }, ErrorCode::bad_argument);
    EXPECT_NE(unknown.find(entry.name), std::string::npos) << unknown;
    EXPECT_NE(unknown.find("no_such_parameter"), std::string::npos) << unknown;
    for (const char* wrong : {":n", ":=1", ":max_tokens=1,max_tokens=2"}) {
      refusal([&] { make(entry, wrong); }, ErrorCode::bad_argument);
    }
  };
  for (const StrategyEntry& entry : strategies()) check(entry);
  for (const VerifierEntry& entry : verifiers()) check(entry);
}

TEST(Registries, AllocatorsHaveDefaultsWithinRangesAndOneWayToBeMade) {
  for (const AllocatorEntry& entry : allocators()) {
    EXPECT_NE(entry.make == nullptr, entry.choose == nullptr) << entry.name;
    const Parameters defaults(entry.parameters, {}, entry.name);
    for (const ParameterSpec& row : entry.parameters) {
      const auto given = [&](const std::string& value) { Parameters(entry.parameters, {{row.name, value}}, entry.name); };
      if (!std::isfinite(row.maximum) || std::holds_alternative<std::string>(row.default_value)) continue;
      EXPECT_NO_THROW(given(fmt::format("{:.0f}", row.maximum))) << entry.name << ": " << row.name;
      EXPECT_THROW(given(fmt::format("{:.0f}", row.maximum + 1)), Error) << entry.name << ": " << row.name;
    }
  }
}

TEST(Registries, AStrategyThatNeedsAVerifierIsNotMadeWithoutOne) {
  for (const StrategyEntry& entry : strategies()) {
    if (entry.uses_verifier) {
      refusal([&] { make_strategy(entry.name, nullptr); }, ErrorCode::internal);
    } else {
      EXPECT_NO_THROW(make_strategy(entry.name, nullptr)) << entry.name;
    }
  }
}

TEST(Registries, StrategiesDrawSamplesWhereAllocatorsMayDecideHowMany) {
  for (const StrategyEntry& entry : strategies()) {
    const auto strategy = make_strategy(entry.name, std::make_shared<AnyVerifier>());
    EXPECT_EQ(entry.draws_samples, strategy->independent() != nullptr) << entry.name;
  }
}

TEST(Registries, AnythingTypedForAStrategyIsTakenOrRefused) {
  for (const char* text :
       {"", ":", "best_of_n:", "best_of_n:n=", "best_of_n:n=1e3", "best_of_n:n=99999999999999999999", "sample:top_p=nan",
        "sample:temperature=inf", "sample:temperature=-0.1", "greedy:n=2", "majority,n=2"}) {
    try {
      make_strategy(text, std::make_shared<AnyVerifier>());
      EXPECT_STREQ(text, "best_of_n:");
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::bad_argument || error.code() == ErrorCode::not_found)
          << text << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace reckon
