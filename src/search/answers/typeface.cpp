#include "search/answers/typeface.h"

#include <algorithm>
#include <array>
#include <vector>

#include "search/answers/extraction_rules.h"

namespace reckon::answers {
namespace {

// The size of "\text{" at the front of `text`; 0 where no typeface command with a brace stands there.
std::size_t opening(Text text) {
  if (!text.starts_with('\\')) return 0;
  std::size_t at = 1;
  while (at < text.size() && is_letter(text[at])) ++at;
  if (!is_typeface(text.substr(1, at - 1))) return 0;
  while (at < text.size() && is_space(text[at])) ++at;
  return at < text.size() && text[at] == '{' ? at + 1 : 0;
}

}  // namespace

bool is_typeface(Text command) {
  static constexpr std::array<Text, 20> kNames{"text",   "textbf", "textit", "textrm", "textsf",     "texttt",    "textsc",
                                               "textup", "emph",   "mathrm", "mathbf", "mathit",     "mathsf",    "mathtt",
                                               "mbox",   "hbox",   "bm",     "pmb",    "textnormal", "boldsymbol"};
  return std::ranges::find(kNames, command) != kNames.end();
}

std::optional<std::string_view> typeface_argument(std::string_view text) {
  const std::size_t start = opening(text);
  if (start == 0 || !text.ends_with('}')) return std::nullopt;
  int depth = 1;
  for (std::size_t at = start; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '{')
      ++depth;
    else if (text[at] == '}' && --depth == 0)
      return at + 1 == text.size() ? std::optional(text.substr(start, at - start)) : std::nullopt;
  }
  return std::nullopt;
}

std::string without_typefaces(std::string_view text) {
  std::string out;
  std::vector<bool> dropped;  // for each open brace: whether it belongs to a command that was left out
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const std::size_t size = opening(text.substr(at)); size > 0) {
      dropped.push_back(true);
      at += size;
      continue;
    }
    const std::size_t taken = c == '\\' ? std::min<std::size_t>(2, text.size() - at) : 1;
    bool kept = true;
    if (c == '{') dropped.push_back(false);
    if (c == '}' && !dropped.empty()) {
      kept = !dropped.back();
      dropped.pop_back();
    }
    if (kept) out += text.substr(at, taken);
    at += taken;
  }
  const bool closed = std::ranges::none_of(dropped, [](bool command) { return command; });
  return closed ? out : std::string(text);
}

}  // namespace reckon::answers
