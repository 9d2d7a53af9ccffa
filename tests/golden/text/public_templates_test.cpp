// Chat templates of public models, rendered by Jinja2 over a matrix of conversations (shared/data/templates): equal bytes, equal
// messages where a template raises, and an error where Jinja has one. Skipped, visibly, where that folder is absent.
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/templates/chat_template.h"

namespace reckon {
namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path kFolder = std::filesystem::path(RECKON_SHARED_DIR) / "templates";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::int64_t seconds_of(const std::string& date_time) {
  std::tm parts{};
  strptime(date_time.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  return timegm(&parts);
}

// The text, or how rendering failed.
struct Outcome {
  std::optional<std::string> text;
  std::string message, error;
};

Outcome render(const std::string& source, Json context, const ChatVariables& shared) {
  ChatVariables variables = shared;
  variables.add_generation_prompt = context.value("add_generation_prompt", false);
  const Json messages = context["messages"];
  context.erase("messages");
  context.erase("add_generation_prompt");
  try {
    return {render_chat(source, messages, variables, context).text(), "", ""};
  } catch (const Error& error) {
    return {std::nullopt, error.message(), error.what()};
  }
}

TEST(PublicTemplates, RenderAsJinjaDoes) {
  if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "public test data absent: " << kFolder;
  const Json contexts = Json::parse(read_file(kFolder / "contexts.json"));
  const ChatVariables shared{true, contexts["bos_token"], contexts["eos_token"], seconds_of(contexts["now"])};
  std::ifstream lines(kFolder / "goldens.jsonl");
  int cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    const Json golden = Json::parse(line);
    const std::string name = golden["template"].get<std::string>() + " with " + golden["context"].get<std::string>();
    const std::string source = read_file(kFolder / "jinja" / golden["template"].get<std::string>());

    const Outcome outcome = render(source, contexts["contexts"][golden["context"].get<std::string>()], shared);

    if (golden.contains("output")) {
      EXPECT_TRUE(outcome.text) << name << ": " << outcome.error;
      EXPECT_EQ(outcome.text.value_or(""), golden["output"].get<std::string>()) << name;
    } else {
      EXPECT_FALSE(outcome.text) << name;
      EXPECT_EQ(outcome.message, golden.value("raised", outcome.message)) << name;
    }
  }
  EXPECT_EQ(cases, 658);
}

TEST(PublicTemplates, ShortOnesRenderAsJinjaDoes) {
  if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "public test data absent: " << kFolder;
  const Json file = Json::parse(read_file(kFolder / "llama.cpp-cases.json"));
  for (const Json& golden : file["cases"]) {
    const ChatVariables variables{true, golden.value("bos_token", ""), golden.value("eos_token", ""), 0};
    const std::string expected = golden["reference_jinja2_output"].get<std::string>();
    const Json context = {{"messages", file["conversation"]}, {"add_generation_prompt", file["add_generation_prompt"]}};

    const Outcome outcome = render(golden["template"].get<std::string>(), context, variables);

    const std::string name = golden.value("name", "");
    if (expected.starts_with("ERR")) {
      EXPECT_FALSE(outcome.text) << name;
    } else {
      EXPECT_EQ(outcome.text.value_or(outcome.error), expected) << name;
    }
  }
}

}  // namespace
}  // namespace reckon
