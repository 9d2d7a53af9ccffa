#include "text/templates/text_operations.h"

#include <algorithm>
#include <utility>

#include <utf8proc.h>

#include "text/templates/lexer.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

// Calls f(code point, offset, length) for each character; stops when f returns false.
template <typename F>
void each_character(std::string_view text, F f) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(at));
    if (!f(c.code_point, at, c.length)) return;
    at += c.length;
  }
}

TrackedText map_characters(const TrackedText& text, auto f) {
  TrackedText out;
  each_character(text.bytes(), [&](char32_t c, std::size_t at, std::size_t) {
    std::string bytes;
    append_utf8(bytes, f(c));
    out.append(bytes, text.trusted_at(at));
    return true;
  });
  return out;
}

char32_t to_upper(char32_t c) { return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))); }
char32_t to_lower(char32_t c) { return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))); }
utf8proc_category_t category(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

std::vector<TrackedText> split_at_space(const TrackedText& text, std::int64_t limit) {
  std::vector<TrackedText> parts;
  std::size_t begin = std::string::npos;  // of the word we are in
  std::size_t rest = std::string::npos;
  each_character(text.bytes(), [&](char32_t c, std::size_t at, std::size_t) {
    const bool space = is_python_space(c);
    if (!space && begin == std::string::npos) {
      if (limit >= 0 && static_cast<std::int64_t>(parts.size()) == limit) {
        rest = at;
        return false;
      }
      begin = at;
    } else if (space && begin != std::string::npos) {
      parts.push_back(text.slice(begin, at - begin));
      begin = std::string::npos;
    }
    return true;
  });
  if (begin != std::string::npos) parts.push_back(text.slice(begin));
  if (rest != std::string::npos) parts.push_back(text.slice(rest));
  return parts;
}

std::vector<TrackedText> split_at_space_from_right(const TrackedText& text, std::int64_t limit) {
  std::vector<TrackedText> words = split_at_space(text, -1);
  const auto extra = static_cast<std::int64_t>(words.size()) - limit;
  if (limit < 0 || extra <= 1) return words;
  // The first `extra` words stay one part, as written: find where the last of them ends.
  std::size_t end = 0;
  std::int64_t seen = 0;
  bool in_word = false;
  each_character(text.bytes(), [&](char32_t c, std::size_t at, std::size_t length) {
    const bool space = is_python_space(c);
    if (!space && !in_word && ++seen > extra) return false;
    in_word = !space;
    if (!space) end = at + length;
    return true;
  });
  std::vector<TrackedText> parts{text.slice(0, end)};
  parts.insert(parts.end(), words.begin() + extra, words.end());
  return parts;
}

}  // namespace

TrackedText strip(const TrackedText& text, Side side, std::string_view characters) {
  const auto strips = [&](std::string_view character, char32_t c) {
    return characters.empty() ? is_python_space(c) : characters.find(character) != std::string_view::npos;
  };
  const std::string_view bytes = text.bytes();
  std::size_t first = bytes.size();  // of the first character that stays
  std::size_t last = 0;              // behind the last one that stays
  each_character(bytes, [&](char32_t c, std::size_t at, std::size_t length) {
    if (!strips(bytes.substr(at, length), c)) {
      first = std::min(first, at);
      last = at + length;
    }
    return true;
  });
  const std::size_t begin = side == Side::right ? 0 : first;
  const std::size_t end = side == Side::left ? bytes.size() : last;
  return begin < end ? text.slice(begin, end - begin) : TrackedText();
}

std::vector<TrackedText> split(const TrackedText& text, std::string_view separator, std::int64_t limit, bool from_right) {
  if (separator.empty()) return from_right ? split_at_space_from_right(text, limit) : split_at_space(text, limit);
  std::vector<std::size_t> cuts;  // where separators begin
  const std::string_view bytes = text.bytes();
  const auto full = [&] { return limit >= 0 && static_cast<std::int64_t>(cuts.size()) >= limit; };
  if (from_right) {
    for (std::size_t end = bytes.size(); !full() && end >= separator.size();) {
      const std::size_t at = bytes.rfind(separator, end - separator.size());
      if (at == std::string_view::npos) break;
      cuts.push_back(at);
      end = at;
    }
    std::ranges::reverse(cuts);
  } else {
    for (std::size_t at = 0; !full() && (at = bytes.find(separator, at)) != std::string_view::npos; at += separator.size()) {
      cuts.push_back(at);
    }
  }
  std::vector<TrackedText> parts;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    parts.push_back(text.slice(begin, cut - begin));
    begin = cut + separator.size();
  }
  parts.push_back(text.slice(begin));
  return parts;
}

std::vector<TrackedText> split_lines(const TrackedText& text) {
  std::vector<TrackedText> lines;
  std::size_t begin = 0;
  const std::string_view bytes = text.bytes();
  each_character(bytes, [&](char32_t c, std::size_t at, std::size_t length) {
    const bool ends = (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
    if (!ends) return true;
    if (c == '\n' && at > 0 && bytes[at - 1] == '\r') {  // the second half of "\r\n"
      begin = at + 1;
      return true;
    }
    lines.push_back(text.slice(begin, at - begin));
    begin = at + length;
    return true;
  });
  if (begin < bytes.size()) lines.push_back(text.slice(begin));
  return lines;
}

TrackedText replace(const TrackedText& text, std::string_view what, const TrackedText& with, std::int64_t limit) {
  TrackedText out;
  if (what.empty()) {  // Python puts `with` before every character and at the end
    std::int64_t done = 0;
    each_character(text.bytes(), [&](char32_t, std::size_t at, std::size_t length) {
      if (limit < 0 || done++ < limit) out.append(with);
      out.append(text.slice(at, length));
      return true;
    });
    if (limit < 0 || done < limit) out.append(with);
    return out;
  }
  const std::vector<TrackedText> parts = split(text, what, limit);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(with);
    out.append(parts[i]);
  }
  return out;
}

TrackedText upper(const TrackedText& text) {
  // The one common character whose upper case is longer.
  const TrackedText mapped =
      text.bytes().find("\u00DF") == std::string::npos ? text : replace(text, "\u00DF", {"SS", text.all_trusted()});
  return map_characters(mapped, to_upper);
}
TrackedText lower(const TrackedText& text) { return map_characters(text, to_lower); }

TrackedText capitalize(const TrackedText& text) {
  return map_characters(text,
                        [first = true](char32_t c) mutable { return std::exchange(first, false) ? to_upper(c) : to_lower(c); });
}

TrackedText title(const TrackedText& text) {
  return map_characters(
      text, [inside = false](char32_t c) mutable { return std::exchange(inside, is_letter(c)) ? to_lower(c) : to_upper(c); });
}

TrackedText escape_html(const TrackedText& text) {
  if (text.is_markup()) return text;
  TrackedText out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text.bytes()[i];
    const std::string_view entity = c == '&'    ? "&amp;"
                                    : c == '<'  ? "&lt;"
                                    : c == '>'  ? "&gt;"
                                    : c == '"'  ? "&#34;"
                                    : c == '\'' ? "&#39;"
                                                : "";
    out.append(entity.empty() ? std::string_view(&c, 1) : entity, text.trusted_at(i));
  }
  return out.as_markup();
}

std::int64_t length_in_characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

bool all_characters(std::string_view text, bool (*predicate)(char32_t)) {
  bool all = !text.empty();
  each_character(text, [&](char32_t c, std::size_t, std::size_t) { return all = all && predicate(c); });
  return all;
}

bool is_letter(char32_t c) { return category(c) >= UTF8PROC_CATEGORY_LU && category(c) <= UTF8PROC_CATEGORY_LO; }
bool is_decimal(char32_t c) { return category(c) == UTF8PROC_CATEGORY_ND; }
bool is_upper_case(char32_t c) { return category(c) == UTF8PROC_CATEGORY_LU; }
bool is_lower_case(char32_t c) { return category(c) == UTF8PROC_CATEGORY_LL; }

}  // namespace reckon::jinja
