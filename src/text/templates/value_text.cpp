// Values as text: Python's str and repr, and json.dumps.
#include <charconv>
#include <cmath>

#include <algorithm>

#include <fmt/format.h>
#include <utf8proc.h>

#include "text/templates/runtime.h"
#include "text/templates/value.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

bool is_printable(char32_t c) {  // as Python's str.isprintable
  if (c == ' ') return true;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS: return false;
    default: return true;
  }
}

std::string escape_in_repr(char32_t c, char quote) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  if (c == '\\' || c == static_cast<char32_t>(quote)) return {'\\', static_cast<char>(c)};
  if (is_printable(c)) {
    std::string bytes;
    append_utf8(bytes, c);
    return bytes;
  }
  const auto code = static_cast<unsigned>(c);
  if (c < 0x100) return fmt::format("\\x{:02x}", code);
  return c < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

std::string escape_in_json(char32_t c, bool ascii) {
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default: break;
  }
  if (c < 0x20 || (ascii && c >= 0x7F && c < 0x10000)) {
    return c == 0x7F ? std::string(1, '\x7F') : fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
  if (ascii && c >= 0x10000) {  // a surrogate pair
    const unsigned rest = static_cast<unsigned>(c) - 0x10000;
    return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
  }
  std::string bytes;
  append_utf8(bytes, c);
  return bytes;
}

// Writes `text` between quotes, each character through `escape`; what a character becomes is as trusted as it was.
template <typename Escape>
void append_quoted(TrackedText& out, const TrackedText& text, std::string_view quote, Escape escape) {
  out.append(quote, true);
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char c = decode_utf8(std::string_view(text.bytes()).substr(at));
    out.append(escape(c.code_point), text.trusted_at(at));
    at += c.length;
  }
  out.append(quote, true);
}

class Writer {
 public:
  explicit Writer(Runtime& runtime) : runtime_(runtime) {}
  TrackedText take() { return std::move(out_); }

 protected:
  void write(std::string_view bytes) { out_.append(bytes, true); }
  void charge() {
    runtime_.charge();
    if (out_.size() > kMostTextBytes) runtime_.charge_bytes(out_.size());
  }
  Runtime& runtime_;
  TrackedText out_;
};

class ReprWriter : public Writer {
 public:
  using Writer::Writer;

  void repr(const Value& value) {
    charge();
    if (const TrackedText* text = value.text()) return repr_text(*text);
    if (const List* list = value.list()) return repr_list(*list);
    if (const Dict* dict = value.dict()) return repr_dict(*dict);
    write(scalar(value));
  }

 private:
  static std::string scalar(const Value& value) {
    if (value.is_undefined()) return "Undefined";
    if (value.is_none()) return "None";
    if (const bool* b = value.as<bool>()) return *b ? "True" : "False";
    if (const auto* i = value.as<std::int64_t>()) return fmt::format("{}", *i);
    if (const double* d = value.as<double>()) return float_repr(*d);
    return fmt::format("<{}>", value.object()->type());
  }
  void repr_text(const TrackedText& text) {
    runtime_.charge_bytes(text.size());
    const bool has_single = text.bytes().find('\'') != std::string::npos;
    const char quote = has_single && text.bytes().find('"') == std::string::npos ? '"' : '\'';
    if (text.is_markup()) write("Markup(");
    append_quoted(out_, text, {&quote, 1}, [quote](char32_t c) { return escape_in_repr(c, quote); });
    if (text.is_markup()) write(")");
  }
  void repr_list(const List& list) {
    if (list.kind == List::Kind::generator) return write("<generator object>");
    const bool tuple = list.kind == List::Kind::tuple;
    if (list.kind == List::Kind::view) write("dict_view(");
    write(tuple ? "(" : "[");
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      if (i > 0) write(", ");
      repr(list.items[i]);
    }
    if (tuple && list.items.size() == 1) write(",");
    write(tuple ? ")" : "]");
    if (list.kind == List::Kind::view) write(")");
  }
  void repr_dict(const Dict& dict) {
    write("{");
    for (std::size_t i = 0; i < dict.items.size(); ++i) {
      if (i > 0) write(", ");
      repr(dict.items[i].first);
      write(": ");
      repr(dict.items[i].second);
    }
    write("}");
  }
};

class JsonWriter : public Writer {
 public:
  JsonWriter(Runtime& runtime, const JsonStyle& style) : Writer(runtime), style_(style) {
    item_separator_ = !style.item_separator.empty() ? style.item_separator : style.indent >= 0 ? "," : ", ";
    key_separator_ = !style.key_separator.empty() ? style.key_separator : ": ";
  }

  void json(const Value& value) {
    charge();
    if (const TrackedText* text = value.text()) return json_text(*text);
    if (const Dict* dict = value.dict()) return json_dict(*dict);
    if (const List* list = value.list(); list && list->kind <= List::Kind::tuple) return json_list(*list);
    if (value.is_undefined() || value.list() || value.object()) {
      runtime_.fail(fmt::format("Object of type {} is not JSON serializable", type_name(value)));
    }
    write(scalar(value));
  }

 private:
  static std::string scalar(const Value& value) {
    if (const bool* b = value.as<bool>()) return *b ? "true" : "false";
    if (const auto* i = value.as<std::int64_t>()) return fmt::format("{}", *i);
    if (const double* d = value.as<double>()) {
      if (std::isnan(*d)) return "NaN";
      return std::isinf(*d) ? (*d > 0 ? "Infinity" : "-Infinity") : float_repr(*d);
    }
    return "null";
  }
  void json_text(const TrackedText& text) {
    runtime_.charge_bytes(text.size());
    append_quoted(out_, text, "\"", [this](char32_t c) { return escape_in_json(c, style_.ascii); });
  }
  void new_line() {
    if (style_.indent < 0) return;
    write("\n");
    write(std::string(static_cast<std::size_t>(style_.indent) * static_cast<std::size_t>(depth_), ' '));
  }
  void open(char bracket) {
    write({&bracket, 1});
    ++depth_;
  }
  void close(char bracket, bool empty) {
    --depth_;
    if (!empty) new_line();
    write({&bracket, 1});
  }
  void json_list(const List& list) {
    open('[');
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      if (i > 0) write(item_separator_);
      new_line();
      json(list.items[i]);
    }
    close(']', list.items.empty());
  }
  void json_dict(const Dict& dict) {
    auto items = dict.items;
    if (style_.sort_keys) std::ranges::stable_sort(items, [](const auto& a, const auto& b) { return less(a.first, b.first); });
    open('{');
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) write(item_separator_);
      new_line();
      const auto& [key, value] = items[i];
      json_text(key.text() ? *key.text() : TrackedText(key.object() || key.is_undefined() ? "" : scalar(key), true));
      write(key_separator_);
      json(value);
    }
    close('}', items.empty());
  }

  const JsonStyle& style_;
  std::string item_separator_, key_separator_;
  int depth_ = 0;
};

}  // namespace

std::string float_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[64];
  const double magnitude = std::fabs(value);
  const bool plain = value == 0 || (magnitude >= 1e-4 && magnitude < 1e16);  // where Python's repr changes its form
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer, end.ptr);
  if (plain && text.find('.') == std::string::npos) text += ".0";
  return text;
}

TrackedText to_text(const Value& value, Runtime& runtime) {
  if (value.is_undefined()) return {};
  if (const TrackedText* text = value.text()) {
    runtime.charge_bytes(text->size());
    return *text;
  }
  return to_repr(value, runtime);
}

TrackedText to_repr(const Value& value, Runtime& runtime) {
  ReprWriter writer(runtime);
  writer.repr(value);
  return writer.take();
}

TrackedText to_json(const Value& value, const JsonStyle& style, Runtime& runtime) {
  JsonWriter writer(runtime, style);
  writer.json(value);
  return writer.take();
}

}  // namespace reckon::jinja
