// Chat templates: messages to the prompt that a model was trained on. A subset of Jinja 3.1, rendered as the transformers library
// renders (trim_blocks, lstrip_blocks, nothing may be changed, tojson without HTML escapes).
//
// A template is as untrusted as the model file it comes from: it can neither hang nor grow (runtime.h has the limits). Messages
// are untrusted in another way: what a user writes must never become a control token. So the result says of every byte whether
// the template wrote it; encode_chat() lets only those become control tokens, and tokenises the whole as one running text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "text/templates/tracked_text.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

struct RenderedChat {
  std::vector<jinja::TextSpan> spans;  // in order; `trusted`: written by the template, or bos/eos, or a well-known role

  std::string text() const;
};

struct ChatVariables {
  bool add_generation_prompt = true;  // end with the beginning of an answer
  std::string bos_token, eos_token;   // their texts, which templates write out
  std::int64_t now = 0;               // seconds since 1970 on the user's wall clock, for strftime_now
};

class ChatTemplate {  // immutable; any thread
 public:
  // Throws Error bad_file with the line.
  explicit ChatTemplate(std::string_view source);
  ~ChatTemplate();
  ChatTemplate(ChatTemplate&&) noexcept;
  ChatTemplate& operator=(ChatTemplate&&) noexcept;

  // `messages`: an array of {"role", "content", …}. `extra`: an object of further variables ("tools", "documents",
  // "enable_thinking", …); tools and documents are none unless given. Key order is kept where tools are written out as JSON.
  // Throws Error bad_argument: when the template calls raise_exception, the message is the template's own; otherwise it says what
  // went wrong and the context names the line.
  RenderedChat render(const nlohmann::ordered_json& messages, const ChatVariables& variables,
                      const nlohmann::ordered_json& extra) const;

 private:
  struct Parsed;
  std::unique_ptr<const Parsed> parsed_;
};

// One call, for a template that is used once.
RenderedChat render_chat(std::string_view source, const nlohmann::ordered_json& messages, const ChatVariables& variables,
                         const nlohmann::ordered_json& extra);

// The tokens of a rendered chat. Puts bos in front if the model wants one and the template has not written it.
std::vector<Token> encode_chat(const Tokenizer& tokenizer, const RenderedChat& chat);

}  // namespace reckon
