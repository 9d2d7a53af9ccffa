#include "app/thinking.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace reckon {
namespace {

constexpr int kOwnVocabularyOfQwen3 = 150000;  // the bundled models share its architecture, not its training

// Qwen3 was trained to expect this sentence (technical report, arXiv:2505.09388, section 4.7).
constexpr const char* kQwen3Stop =
    "\n\nConsidering the limited time by the user, I have to give the solution based on the thinking directly "
    "now.\n</think>.\n\n";
constexpr const char* kQwen3Empty = "<think>\n\n</think>\n\n";

bool is_qwen3(const Runtime& runtime) {
  const std::string_view architecture = runtime.model().file().metadata().get_string("general.architecture", "");
  return architecture.starts_with("qwen3") && runtime.tokenizer().vocabulary_size() >= kOwnVocabularyOfQwen3;
}

bool opens_thinking(const Runtime& runtime, TokenSpan prompt, const std::string& marker) {
  const TokenSpan tail = prompt.last(std::min<std::size_t>(prompt.size(), 16));
  std::string text = runtime.tokenizer().decode(tail, DecodeOptions{.special = true, .at_start = false});
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.ends_with(marker);
}

std::int64_t tokens_in(std::string_view text, std::string_view whole) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0) {
    throw Error(ErrorCode::bad_argument, "'" + std::string(whole) + "' is no number of tokens; write 64, 16..64 or 16..",
                "--think");
  }
  return value;
}

}  // namespace

ThinkingRequest parse_thinking_range(std::string_view text) {
  ThinkingRequest request;
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    request.maximum = tokens_in(text, text);
    return request;
  }
  request.minimum = tokens_in(text.substr(0, dots), text);
  const std::string_view most = text.substr(dots + 2);
  if (!most.empty()) request.maximum = tokens_in(most, text);
  return request;
}

ThinkingForm thinking_form(const Runtime& runtime, TokenSpan prompt) {
  ThinkingForm form;
  const std::string marker = ThinkingOptions().open;
  if (is_qwen3(runtime)) {
    form.stop = kQwen3Stop;
    form.empty = kQwen3Empty;
  }
  form.opened = opens_thinking(runtime, prompt, marker);
  form.thinks = form.opened || runtime.chat_template().find(marker) != std::string::npos;
  return form;
}

ThinkingOptions thinking_options(const ThinkingRequest& request, const ThinkingForm& form, const Budget& budget) {
  ThinkingOptions options;
  options.maximum = request.maximum;
  options.minimum = request.minimum;
  options.switches = request.switches;
  options.hard = request.hard;
  options.reserve = request.reserve < 0 ? answer_reserve(budget) : request.reserve;
  options.use(form);
  if (request.stop) options.stop = *request.stop;
  if (request.more) options.more = *request.more;
  validate(options);
  return options;
}

}  // namespace reckon
