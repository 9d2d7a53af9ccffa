#include "app/prompt.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/templates/chat_template.h"
#include "text/utf8.h"

namespace reckon {

void check_utf8(std::string_view text, std::string_view what) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char character = decode_utf8(text.substr(at));
    if (character.state != Utf8Char::State::whole) {
      throw Error(ErrorCode::bad_argument, "is not valid UTF-8 at byte " + std::to_string(at) + "; convert it to UTF-8 first",
                  std::string(what));
    }
    at += character.length;
  }
}

void check_text(std::string_view text, std::string_view what) {
  const std::string context(what);
  if (text.empty()) throw Error(ErrorCode::bad_argument, "is empty; expected its text, or - to read standard input", context);
  if (text.size() > kMaximumPromptBytes)
    throw Error(ErrorCode::bad_argument, "is longer than 1000000 bytes; shorten it", context);
  check_utf8(text, what);
}

void check_not_blank(std::string_view text, std::string_view what) {
  if (text.find_first_not_of(" \t\r\n\v\f") != std::string_view::npos) return;
  throw Error(ErrorCode::bad_argument, "holds nothing but blanks; expected some text", std::string(what));
}

std::vector<Token> prompt_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                 const std::string& text) {
  check_text(text, "the prompt");
  check_utf8(system, "the system prompt");
  if (chat_template.empty()) {
    if (!system.empty()) throw Error(ErrorCode::bad_argument, "needs a chat template, and there is none", "the system prompt");
    return tokenizer.encode(text, EncodeOptions{.parse_special = false, .add_bos = tokenizer.adds_bos()});
  }
  const std::vector<Turn> turns{{"user", text}};
  return conversation_tokens(tokenizer, chat_template, system, turns);
}

std::vector<Token> conversation_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                       std::span<const Turn> turns) {
  auto messages = nlohmann::ordered_json::array();
  if (!system.empty()) messages.push_back({{"role", "system"}, {"content", system}});
  for (const Turn& turn : turns) messages.push_back({{"role", turn.role}, {"content", turn.text}});
  const auto text_of = [&tokenizer](Token token) {
    return token == kNoToken ? std::string() : std::string(tokenizer.text_of(token));
  };
  ChatVariables variables;
  variables.bos_token = text_of(tokenizer.bos());
  variables.eos_token = text_of(tokenizer.eos());
  variables.now = static_cast<std::int64_t>(std::time(nullptr));
  return encode_chat(tokenizer, render_chat(chat_template, messages, variables, nlohmann::ordered_json::object()));
}

}  // namespace reckon
