// The rules of MATH's own comparison, in its order; each step is named for what it does to a text.
#include <algorithm>

#include "search/answers/extraction_rules.h"
#include "search/answers/harness.h"

namespace reckon::answers {
namespace {

// Braces are counted as they stand, escaped ones too.
std::optional<Text> braced_from(Text text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) {
      const std::size_t open = text.find('{');
      return text.substr(open + 1, at - open - 1);
    }
  }
  return std::nullopt;
}

// A unit stands in \text{ …}, with a space; what stands before it is the answer. Two such texts are more than the rule knows.
bool drop_unit(std::string& text) {
  constexpr Text kUnit = "\\text{ ";
  const std::size_t at = text.find(kUnit);
  if (at == std::string::npos) return true;
  if (text.find(kUnit, at + kUnit.size()) != std::string::npos) return false;
  text.resize(at);
  return true;
}

// "k = 5" -> " 5", where at most two characters stand before the only sign of equality.
void drop_short_name(std::string& text) {
  const std::size_t at = text.find('=');
  if (at <= 2 && text.find('=', at + 1) == std::string::npos) text.erase(0, at + 1);
}

// "\sqrt3" -> "\sqrt{3}".
bool brace_roots(std::string& text) {
  constexpr Text kRoot = "\\sqrt";
  for (std::size_t at = text.find(kRoot); at != std::string::npos; at = text.find(kRoot, at)) {
    at += kRoot.size();
    if (at == text.size()) return false;
    if (text[at] == '{') continue;
    if (text.compare(at, kRoot.size(), kRoot) == 0) return false;  // nothing between two roots
    text.insert(at + 1, "}").insert(at, "{");
  }
  return true;
}

// "\frac12" -> "\frac{1}{2}", "\frac1{72}" -> "\frac{1}{72}". One character behind a \frac leaves the whole text as it was.
bool brace_fractions(std::string& text) {
  constexpr Text kFraction = "\\frac";
  std::string out = text.substr(0, text.find(kFraction));
  for (std::size_t at = text.find(kFraction); at != std::string::npos;) {
    const std::size_t next = text.find(kFraction, at + kFraction.size());
    const Text part = Text(text).substr(at + kFraction.size(), next - std::min(next, at + kFraction.size()));
    if (part.empty()) return false;
    out += kFraction;
    if (part[0] == '{') {
      out += part;
    } else {
      if (part.size() < 2) return true;
      out.append("{").append(1, part[0]).append("}");
      if (part[1] == '{') {
        out += part.substr(1);
      } else {
        out.append("{").append(1, part[1]).append("}").append(part.substr(2));
      }
    }
    at = next;
  }
  text = std::move(out);
  return true;
}

bool is_integer(Text text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool without_leading_zero(Text number) {
  if (number.starts_with('-')) number.remove_prefix(1);
  return number == "0" || (is_digit(number[0]) && number[0] != '0');
}

// "a/b" -> "\frac{a}{b}" for integers as they are usually written; anything else on either side of a lone slash is an error of
// the published code.
bool stack_quotient(std::string& text) {
  const std::size_t at = text.find('/');
  if (at == std::string::npos || text.find('/', at + 1) != std::string::npos) return true;
  const std::string above = text.substr(0, at), below = text.substr(at + 1);
  if (!is_integer(above) || !is_integer(below)) return false;
  const bool usual = without_leading_zero(above) && without_leading_zero(below) && above != "-0" && below != "-0";
  if (usual) text = "\\frac{" + above + "}{" + below + "}";
  return true;
}

}  // namespace

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string out;
  std::size_t begin = 0;
  for (; at != std::string::npos; at = text.find(from, begin)) {
    out.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  text = std::move(out.append(text, begin));
}

std::optional<std::string> hendrycks_answer(std::string_view text) {
  constexpr Text kOpenBox = "\\boxed ";
  std::optional<Text> found;
  if (const std::size_t at = text.rfind(kOpenBox); at != Text::npos) {  // wins over boxes with braces, wherever they stand
    const Text rest = text.substr(at + kOpenBox.size());
    found = rest.substr(0, rest.find('$'));
  } else {
    std::size_t box = text.rfind("\\boxed");
    if (box == Text::npos) box = text.rfind("\\fbox");
    if (box != Text::npos) found = braced_from(text.substr(box));
  }
  if (!found || trimmed(*found).empty()) return std::nullopt;
  return std::string(*found);
}

std::optional<std::string> hendrycks_form(std::string_view answer) {
  std::string text(answer);
  replace_all(text, "\n", "");
  replace_all(text, "\\!", "");
  replace_all(text, "\\\\", "\\");
  replace_all(text, "tfrac", "frac");
  replace_all(text, "dfrac", "frac");
  for (const Text dropped : {Text("\\left"), Text("\\right"), Text("^{\\circ}"), Text("^\\circ"), Text("\\$")}) {
    replace_all(text, dropped, "");
  }
  if (!drop_unit(text)) return std::nullopt;
  replace_all(text, "\\%", "");
  replace_all(text, " .", " 0.");
  replace_all(text, "{.", "{0.");
  if (text.empty()) return text;
  if (text[0] == '.') text.insert(0, "0");
  drop_short_name(text);
  if (!brace_roots(text)) return std::nullopt;
  replace_all(text, " ", "");
  if (!brace_fractions(text)) return std::nullopt;
  if (text == "0.5") text = "\\frac{1}{2}";
  if (!stack_quotient(text)) return std::nullopt;
  return text;
}

EquivalenceVerdict compare_hendrycks(std::string_view gold, std::string_view answer) {
  bool equal = gold == answer;
  if (!equal && gold.size() <= kLongestHarnessAnswer && answer.size() <= kLongestHarnessAnswer) {
    const std::optional<std::string> left = hendrycks_form(gold);
    const std::optional<std::string> right = hendrycks_form(answer);
    equal = left && right && *left == *right;
  }
  return {equal, equal ? "same text" : "another text"};
}

}  // namespace reckon::answers
