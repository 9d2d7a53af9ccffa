#include "text/tokenizers/normal_form.h"

#include <algorithm>
#include <vector>

#include <utf8proc.h>

#include "base/error.h"
#include "text/utf8.h"

namespace reckon {
namespace {

void decompose(char32_t code_point, std::vector<utf8proc_int32_t>& out) {
  utf8proc_int32_t parts[32];  // the longest canonical decomposition has 4
  int last_class = 0;
  const utf8proc_ssize_t n =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(code_point), parts, 32, UTF8PROC_DECOMPOSE, &last_class);
  if (n < 0 || n > 32) throw Error(ErrorCode::internal, utf8proc_errmsg(n), "NFC");
  out.insert(out.end(), parts, parts + n);
}

// utf8proc's own reordering exchanges neighbours, which a long run of marks turns quadratic.
void reorder_marks(std::vector<utf8proc_int32_t>& code_points) {
  const auto combining_class = [](utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; };
  const auto is_starter = [&](utf8proc_int32_t c) { return combining_class(c) == 0; };
  for (auto it = code_points.begin(); it != code_points.end();) {
    it = std::find_if_not(it, code_points.end(), is_starter);
    const auto end = std::find_if(it, code_points.end(), is_starter);
    std::stable_sort(it, end, [&](auto a, auto b) { return combining_class(a) < combining_class(b); });
    it = end;
  }
}

}  // namespace

bool may_need_nfc(std::string_view text) noexcept {
  // Below U+0300 no character combines or decomposes to something else under NFC; U+0300 is 0xCC 0x80.
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xCC; });
}

std::string to_nfc(std::string_view text) {
  std::vector<utf8proc_int32_t> code_points;
  code_points.reserve(text.size());
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    decompose(c.code_point, code_points);
    text.remove_prefix(c.length);
  }
  reorder_marks(code_points);
  const utf8proc_ssize_t n = utf8proc_normalize_utf32(code_points.data(), static_cast<utf8proc_ssize_t>(code_points.size()),
                                                      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (n < 0) throw Error(ErrorCode::internal, utf8proc_errmsg(n), "NFC");
  std::string out;
  for (utf8proc_ssize_t i = 0; i < n; ++i) append_utf8(out, static_cast<char32_t>(code_points[static_cast<std::size_t>(i)]));
  return out;
}

}  // namespace reckon
