// Short templates that touch every part of the language render as Jinja2 renders them, and fail where it fails.
// The file is written by make_template_references.py; running this needs no Python.
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/templates/chat_template.h"

namespace reckon {
namespace {

using Json = nlohmann::ordered_json;

TEST(TemplateReferences, RenderAsJinjaDoes) {
  std::ifstream in(std::string(RECKON_SOURCE_DIR) + "/tests/golden/text/data/templates.json");
  const Json file = Json::parse(in);
  constexpr std::int64_t kNow = 1753524309;  // 2025-07-26T10:05:09
  const ChatVariables variables{.add_generation_prompt = true, .bos_token = "<s>", .eos_token = "</s>", .now = kNow};
  for (const Json& golden : file["cases"]) {
    const std::string source = golden["template"].get<std::string>();
    std::string output;
    std::string error;
    try {
      output = render_chat(source, file["messages"], variables, file["extra"]).text();
    } catch (const Error& thrown) {
      error = thrown.what();
    }
    if (golden.contains("output")) {
      EXPECT_EQ(output, golden["output"].get<std::string>()) << source << "\n" << error;
    } else {
      EXPECT_NE(error, "") << source << " should fail: " << golden["error"].get<std::string>();
    }
  }
}

}  // namespace
}  // namespace reckon
