// Chat templates: any bytes as a template, over a fixed conversation. Output must be valid UTF-8 and within the limit.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/templates/chat_template.h"
#include "text/templates/runtime.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reckon;
  static const auto messages = nlohmann::ordered_json::parse(
      R"([{"role":"system","content":"Be <b>brief</b>."},{"role":"user","content":" Grüße\n世界 🙂 "},
          {"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":{"x":[1,2.5,true]}}}]}])");
  static const auto extra = nlohmann::ordered_json::parse(R"({"tools":[{"name":"f","parameters":{}}],"n":3,"s":"a b c"})");
  try {
    const ChatVariables variables{.bos_token = "<s>", .eos_token = "</s>", .now = 1753524309};
    const std::string text = render_chat({reinterpret_cast<const char*>(data), size}, messages, variables, extra).text();
    if (!is_valid_utf8(text) || text.size() > jinja::kMostTextBytes) std::abort();
  } catch (const Error&) {  // refusing is fine
  }
  return 0;
}
