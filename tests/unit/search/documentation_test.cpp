// Every strategy has a page, and every page's table of parameters is the registry's.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "search/allocator.h"
#include "search/selector.h"
#include "search/stages/stage.h"
#include "search/strategy.h"
#include "search/truth/truth.h"
#include "search/verifier.h"

namespace reckon {
namespace {

std::string page(const std::string& path) {
  std::ifstream stream(std::string(RECKON_SOURCE_DIR) + "/docs/" + path);
  EXPECT_TRUE(stream) << "docs/" << path << " is missing";
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string default_of(const ParameterSpec& parameter) {
  const auto write = [](const auto& held) { return fmt::format("{}", held); };
  return std::visit(write, parameter.default_value);
}

// A bar would end the cell.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? "\\|" : std::string(1, c);
  return escaped;
}

std::string range_of(const ParameterSpec& parameter) {
  if (!parameter.choices.empty()) return fmt::format("{}", fmt::join(parameter.choices, ", "));
  if (std::isfinite(parameter.minimum)) return fmt::format("{:g} to {:g}", parameter.minimum, parameter.maximum);
  return std::holds_alternative<bool>(parameter.default_value) ? "true, false" : "any";
}

// "| `n` | 16 | 1 to 4096 | paths drawn |": a row of the page's table, as `reckon strategies` shows it.
std::string row_of(const ParameterSpec& parameter) {
  return fmt::format("\n| `{}` | {} | {} | {} |\n", parameter.name, cell(default_of(parameter)), range_of(parameter),
                     cell(parameter.meaning));
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// The part of `text` from this heading to the next of its kind.
std::string section(const std::string& text, const std::string& heading) {
  const std::size_t begin = text.find("\n" + heading + "\n");
  EXPECT_NE(begin, std::string::npos) << heading;
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

TEST(Documentation, EveryStrategyHasAPageWithItsParametersAndItsSource) {
  for (const StrategyEntry& entry : strategies()) {
    const std::string text = page(fmt::format("strategies/{}.md", entry.name));

    for (const ParameterSpec& parameter : entry.parameters) {
      EXPECT_NE(text.find(row_of(parameter)), std::string::npos) << entry.name << ": expected the row" << row_of(parameter);
    }
    EXPECT_EQ(occurrences(section(text, "## Parameters"), "\n| `"), entry.parameters.size())
        << entry.name << ": rows of parameters it does not have";
    EXPECT_NE(text.find(entry.source), std::string::npos) << entry.name << ": expected its source, " << entry.source;
    const auto commands = occurrences(text, fmt::format("--strategy {}", entry.name)) +
                          occurrences(text, fmt::format("--strategy \"{}", entry.name));  // for a shell, where it holds bars
    EXPECT_GT(commands, 0) << entry.name << ": expected a command";
  }
}

// A command with what it printed, as `reckon solve` prints it.
bool has_a_run(const std::string& text, std::string_view strategy) {
  std::size_t at = 0;
  for (const std::string& part : {std::string("\n$ reckon solve "), std::string("\nproblem  "),
                                  fmt::format("\n         answered by {}", strategy), std::string("\nreceipt  ")}) {
    at = text.find(part, at);
    if (at == std::string::npos) return false;
  }
  return true;
}

TEST(Documentation, EveryStrategysPageHasARealRunACurveAndWhenToUseIt) {
  constexpr std::size_t kShortestAdvice = 120;  // bytes: a sentence or two
  for (const StrategyEntry& entry : strategies()) {
    const std::string text = page(fmt::format("strategies/{}.md", entry.name));
    const std::string picture = fmt::format("img/strategies/{}.svg", entry.name);

    EXPECT_TRUE(has_a_run(section(text, "## Example"), entry.name)) << entry.name << ": expected 'reckon solve' and its output";
    EXPECT_GT(section(text, "## When to use it").size(), kShortestAdvice) << entry.name;
    const std::string curve = section(text, "## Curve");
    EXPECT_NE(curve.find(fmt::format("](../{})", picture)), std::string::npos)
        << entry.name << ": expected the picture " << picture;
    EXPECT_NE(curve.find(fmt::format("strategy_curves.py build/release/reckon OUT {}\n", entry.name)), std::string::npos)
        << entry.name << ": expected the command that drew it";
    EXPECT_EQ(page(picture).substr(0, 5), "<svg ") << picture;
  }
}

TEST(Documentation, EveryPageIsOfAStrategy) {
  for (const auto& file : std::filesystem::directory_iterator(std::string(RECKON_SOURCE_DIR) + "/docs/strategies")) {
    EXPECT_NO_THROW(find_strategy(file.path().stem().string())) << file.path();
  }
}

template <typename Entry>
void expect_sections(std::span<const Entry> table, const std::string& text) {
  for (const Entry& entry : table) {
    const std::string part = section(text, fmt::format("## `{}`", entry.name));
    for (const ParameterSpec& parameter : entry.parameters) {
      EXPECT_NE(part.find(row_of(parameter)), std::string::npos) << entry.name << ": expected the row" << row_of(parameter);
    }
    if (entry.source != "standard") {
      EXPECT_NE(part.find(entry.source), std::string::npos) << entry.name << ": " << entry.source;
    }
  }
}

TEST(Documentation, VerifiersAreDescribedWithTheirParameters) { expect_sections(verifiers(), page("verifiers.md")); }
TEST(Documentation, SelectorsAreDescribedWithTheirParameters) { expect_sections(selectors(), page("selectors.md")); }
TEST(Documentation, StagesAreDescribedWithTheirParameters) { expect_sections(stages(), page("pipelines.md")); }
TEST(Documentation, AllocatorsAreDescribedWithTheirParameters) { expect_sections(allocators(), page("allocation.md")); }
TEST(Documentation, MethodsOfAggregationAreDescribedWithTheirParameters) {
  expect_sections(truth_methods(), page("aggregation.md"));
}

}  // namespace
}  // namespace reckon
