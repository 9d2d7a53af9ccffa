// Values of the template language. Immutable and cheap to copy; the few things with state or behaviour are Objects, which belong
// to the Runtime of one rendering and die with it. Lists and dicts cannot nest deeper than kMostNesting, so recursion over them
// is safe, nor have more than kMostParts parts (shared ones counted each time), so that walking over one ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "text/templates/tracked_text.h"

namespace reckon::jinja {

inline constexpr int kMostNesting = 64;
inline constexpr std::size_t kMostParts = std::size_t{1} << 20;

class Object;
class Runtime;
class Value;
struct Dict;
struct List;

struct Undefined {
  std::string message;  // what to say when it is used for more than printing and testing
};
struct None {};

using TextPointer = std::shared_ptr<const TrackedText>;
using ListPointer = std::shared_ptr<const List>;
using DictPointer = std::shared_ptr<const Dict>;

class Value {
 public:
  using Data = std::variant<Undefined, None, bool, std::int64_t, double, TextPointer, ListPointer, DictPointer, Object*>;

  Value() : data_(Undefined{}) {}
  template <typename T>
    requires(std::is_constructible_v<Data, T &&> && !std::is_same_v<std::remove_cvref_t<T>, Value>)
  Value(T&& data) : data_(std::forward<T>(data)) {}  // NOLINT: every alternative is a value
  Value(TrackedText text) : data_(std::make_shared<const TrackedText>(std::move(text))) {}  // NOLINT

  template <typename T>
  const T* as() const noexcept {
    return std::get_if<T>(&data_);
  }
  const Data& data() const noexcept { return data_; }

  bool is_undefined() const noexcept { return as<Undefined>() != nullptr; }
  bool is_none() const noexcept { return as<None>() != nullptr; }
  const TrackedText* text() const noexcept { return as<TextPointer>() ? as<TextPointer>()->get() : nullptr; }
  const List* list() const noexcept { return as<ListPointer>() ? as<ListPointer>()->get() : nullptr; }
  const Dict* dict() const noexcept { return as<DictPointer>() ? as<DictPointer>()->get() : nullptr; }
  Object* object() const noexcept { return as<Object*>() ? *as<Object*>() : nullptr; }

 private:
  Data data_;
};

struct List {
  enum class Kind : std::uint8_t { list, tuple, generator, view };  // a generator has no length; neither it nor a view is JSON
  std::vector<Value> items;
  Kind kind = Kind::list;
  int depth = 1;
  std::size_t parts = 1;  // itself and all that is in it
};

struct Dict {
  std::vector<std::pair<Value, Value>> items;  // in order of insertion
  int depth = 1;
  std::size_t parts = 1;

  const Value* find(const Value& key) const;  // linear: callers charge for it
  const Value* find(std::string_view key) const;
};

// How many values a walk over this one meets; 1 for what is no list or dict.
std::size_t parts_of(const Value& value) noexcept;

// Constructors that keep nesting and parts bounded. Throw Error bad_argument.
Value make_list(std::vector<Value> items, List::Kind kind = List::Kind::list);
Value make_dict(std::vector<std::pair<Value, Value>> items);  // of equal keys the last value counts, at the place of the first
Value make_text(std::string_view bytes, bool trusted = true);

// JSON as a value. Texts, and keys too, get this trust.
Value from_json(const nlohmann::ordered_json& json, bool trusted);

// Python's truth, equality and order; callers charge the parts_of() what they compare. less() throws Error bad_argument for what
// Python does not order.
bool truth(const Value& value);
bool equal(const Value& a, const Value& b);
bool less(const Value& a, const Value& b);

// The name Python gives the type: "str", "dict" …
std::string_view type_name(const Value& value);

// What {{ value }} writes (Python's str), and Python's repr. Charged to the runtime by length.
TrackedText to_text(const Value& value, Runtime& runtime);
TrackedText to_repr(const Value& value, Runtime& runtime);

// json.dumps of Python: separators ", " and ": ", or lines indented by `indent` spaces if not negative; not ASCII-escaped unless
// asked.
struct JsonStyle {
  int indent = -1;
  bool ascii = false;
  bool sort_keys = false;
  std::string item_separator, key_separator;  // empty: the usual ones
};
TrackedText to_json(const Value& value, const JsonStyle& style, Runtime& runtime);

// repr of a float: the shortest decimal that reads back.
std::string float_repr(double value);

// The elements that a for loop sees. Throws Error bad_argument for what cannot be iterated.
std::vector<Value> elements_of(const Value& value, Runtime& runtime);

}  // namespace reckon::jinja
