#include "text/templates/chat_template.h"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/templates/evaluator.h"
#include "text/templates/parser.h"

namespace reckon {
namespace {

using jinja::Value;

// Roles are written between delimiters to make tokens, as in '<|' + role + '|>', so these are trusted; no other role is.
constexpr std::array<std::string_view, 6> kRoles = {"system", "user", "assistant", "tool", "developer", "function"};

Value message_value(const nlohmann::ordered_json& message) {
  Value value = jinja::from_json(message, /*trusted=*/false);
  if (!value.dict()) return value;
  std::vector<std::pair<Value, Value>> items;
  for (auto [key, item] : value.dict()->items) {
    const bool is_role = key.text()->bytes() == "role" && item.text();
    if (is_role && std::ranges::find(kRoles, item.text()->bytes()) != kRoles.end()) item = jinja::make_text(item.text()->bytes());
    items.emplace_back(std::move(key), std::move(item));
  }
  return jinja::make_dict(std::move(items));
}

}  // namespace

struct ChatTemplate::Parsed {
  jinja::Body body;
};

std::string RenderedChat::text() const {
  std::string text;
  for (const jinja::TextSpan& span : spans) text += span.text;
  return text;
}

ChatTemplate::ChatTemplate(std::string_view source) : parsed_(new Parsed{jinja::parse_template(source)}) {}
ChatTemplate::~ChatTemplate() = default;
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;

RenderedChat ChatTemplate::render(const nlohmann::ordered_json& messages, const ChatVariables& variables,
                                  const nlohmann::ordered_json& extra) const {
  if (!messages.is_array()) throw Error(ErrorCode::bad_argument, "expected an array of messages", "messages");
  std::vector<Value> message_values;
  for (const auto& message : messages) message_values.push_back(message_value(message));
  std::map<std::string, Value, std::less<>> values;
  values["tools"] = jinja::None{};
  values["documents"] = jinja::None{};
  if (extra.is_object()) {
    for (const auto& [name, value] : extra.items()) values[name] = jinja::from_json(value, /*trusted=*/false);
  }
  values["messages"] = jinja::make_list(std::move(message_values));
  values["add_generation_prompt"] = variables.add_generation_prompt;
  values["bos_token"] = jinja::make_text(variables.bos_token);
  values["eos_token"] = jinja::make_text(variables.eos_token);
  jinja::Runtime runtime(variables.now);
  jinja::Evaluator evaluator(std::move(values), runtime);
  return {evaluator.render(parsed_->body).spans()};
}

RenderedChat render_chat(std::string_view source, const nlohmann::ordered_json& messages, const ChatVariables& variables,
                         const nlohmann::ordered_json& extra) {
  return ChatTemplate(source).render(messages, variables, extra);
}

std::vector<Token> encode_chat(const Tokenizer& tokenizer, const RenderedChat& chat) {
  std::vector<TextPiece> pieces;
  for (const jinja::TextSpan& span : chat.spans) pieces.push_back({span.text, span.trusted});
  std::vector<Token> tokens = tokenizer.encode_pieces(pieces);
  if (tokenizer.adds_bos() && (tokens.empty() || tokens.front() != tokenizer.bos()))
    tokens.insert(tokens.begin(), tokenizer.bos());
  return tokens;
}

}  // namespace reckon
