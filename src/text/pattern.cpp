#include "text/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "text/pcre2_handles.h"

namespace reckon {
namespace {

constexpr std::uint32_t kMatchSteps = 100'000;
constexpr std::uint32_t kMatchKibibytes = 8192;
constexpr std::uint32_t kMatchDepth = 20'000;

pcre2::Code compiled(std::string_view expression, std::string_view where) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2::Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                                 PCRE2_MATCH_INVALID_UTF | PCRE2_UCP, &error, &offset, nullptr));
  if (code) return code;
  throw Error(ErrorCode::bad_argument,
              fmt::format("/{}/ is no regular expression: {} at offset {}", expression, pcre2::message_of(error), offset),
              std::string(where));
}

}  // namespace

struct TextPattern::Compiled {
  pcre2::Code code;
  pcre2::MatchContext context;

  // The first match that begins at `from` or behind.
  std::optional<std::pair<std::size_t, std::size_t>> find(std::string_view text, std::size_t from) const {
    const pcre2::MatchData data(pcre2_match_data_create(1, nullptr));
    const int found =
        pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, 0, data.get(), context.get());
    if (found < 0) return std::nullopt;  // none, or more than the limits allow
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data.get());
    return std::pair<std::size_t, std::size_t>(bounds[0], bounds[1]);
  }
};

TextPattern::TextPattern(std::string_view expression, std::string_view where) {
  const std::string context(where);
  if (expression.size() > kLongestPattern) {
    throw Error(ErrorCode::bad_argument, fmt::format("a regular expression of more than {} bytes", kLongestPattern), context);
  }
  compiled_ = std::make_unique<Compiled>();
  compiled_->code = compiled(expression, where);
  compiled_->context.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(compiled_->context.get(), kMatchSteps);
  pcre2_set_heap_limit(compiled_->context.get(), kMatchKibibytes);
  pcre2_set_depth_limit(compiled_->context.get(), kMatchDepth);
  if (compiled_->find("", 0)) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("/{}/ matches the empty text; expected one that needs a character", expression), context);
  }
}

TextPattern::~TextPattern() = default;

bool TextPattern::ends_in(std::string_view text, std::size_t fresh) const {
  const std::size_t seen = text.size() - std::min(text.size(), fresh);
  std::size_t from = text.size() - std::min(text.size(), std::max(kPatternReach, fresh));
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;  // not within a character
  while (from < text.size()) {
    const auto match = compiled_->find(text, from);
    if (!match) return false;
    if (match->second > seen && match->second > match->first) return true;
    from = std::max(match->second, match->first + 1);
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  }
  return false;
}

}  // namespace reckon
