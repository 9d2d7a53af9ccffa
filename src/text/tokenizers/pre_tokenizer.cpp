#include "text/tokenizers/pre_tokenizer.h"

#include <fmt/format.h>

#include "base/error.h"
#include "text/pcre2_handles.h"

namespace reckon {
namespace {

// PCRE2's own \s also takes U+180E, which left White_Space in Unicode 6.3.
constexpr std::string_view kWhiteSpace =
    R"(\x09-\x0D\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";

// Writes out \s and \S, which may stand inside a [class] (\S may not).
std::string with_unicode_white_space(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      const char escaped = pattern[++i];
      if (escaped == 's') {
        out += in_class ? std::string(kWhiteSpace) : fmt::format("[{}]", kWhiteSpace);
      } else if (escaped == 'S') {
        out += fmt::format("[^{}]", kWhiteSpace);
      } else {
        out += c;
        out += escaped;
      }
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    out += c;
  }
  return out;
}

}  // namespace

struct PreTokenizer::Compiled {
  pcre2::Code code;
};

PreTokenizer::PreTokenizer(std::span<const std::string_view> patterns) {
  for (const std::string_view pattern : patterns) {
    const std::string expanded = with_unicode_white_space(pattern);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2::Code code(
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expanded.data()), expanded.size(), PCRE2_UTF, &error, &offset, nullptr));
    if (!code) {
      throw Error(ErrorCode::internal, fmt::format("{} at offset {}", pcre2::message_of(error), offset),
                  fmt::format("pre-tokenizer pattern '{}'", expanded));
    }
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // without JIT the same matches are only slower
    compiled_.push_back(Compiled{std::move(code)});
  }
}

PreTokenizer::~PreTokenizer() = default;

namespace {

// Cuts `piece` at the matches of `code`. The patterns look at most one run of characters ahead, so the work is linear in the
// length, and the limits of PCRE2 (counted in steps, made for patterns that are not) can be lifted.
void cut(std::string_view piece, const pcre2_code* code, pcre2_match_data* data, pcre2_match_context* context,
         std::vector<std::string_view>& out) {
  std::size_t done = 0;
  std::size_t from = 0;
  while (from < piece.size()) {
    const int found =
        pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(piece.data()), piece.size(), from, PCRE2_NO_UTF_CHECK, data, context);
    if (found == PCRE2_ERROR_NOMATCH) break;
    if (found < 0) throw Error(ErrorCode::internal, pcre2::message_of(found), "pre-tokenizer");
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data);
    if (bounds[0] == bounds[1]) {  // no pattern of the table can be empty; if one were, step over a character
      from = bounds[1] + 1;
      while (from < piece.size() && (static_cast<unsigned char>(piece[from]) & 0xC0) == 0x80) ++from;
      continue;
    }
    if (bounds[0] > done) out.push_back(piece.substr(done, bounds[0] - done));
    out.push_back(piece.substr(bounds[0], bounds[1] - bounds[0]));
    done = from = bounds[1];
  }
  if (done < piece.size()) out.push_back(piece.substr(done));
}

}  // namespace

std::vector<std::string_view> PreTokenizer::split(std::string_view text) const {
  std::vector<std::string_view> pieces;
  if (!text.empty()) pieces.push_back(text);
  if (compiled_.empty()) return pieces;
  const pcre2::MatchContext context(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), UINT32_MAX);
  for (const Compiled& compiled : compiled_) {
    const pcre2::MatchData data(pcre2_match_data_create(1, nullptr));
    std::vector<std::string_view> finer;
    finer.reserve(pieces.size() + text.size() / 4);
    for (const std::string_view piece : pieces) cut(piece, compiled.code.get(), data.get(), context.get(), finer);
    pieces = std::move(finer);
  }
  return pieces;
}

}  // namespace reckon
