// What may stand behind `is`.
#include <map>

#include "text/templates/operators.h"
#include "text/templates/text_operations.h"

namespace reckon::jinja {
namespace {

template <bool (*predicate)(const Value&)>
bool by_type(const Value& input, const Arguments&, Runtime&) {
  return predicate(input);
}

bool is_defined(const Value& v) { return !v.is_undefined(); }
bool is_undefined(const Value& v) { return v.is_undefined(); }
bool is_none(const Value& v) { return v.is_none(); }
bool is_string(const Value& v) { return v.text() != nullptr; }
bool is_boolean(const Value& v) { return v.as<bool>() != nullptr; }
bool is_true_value(const Value& v) { return v.as<bool>() && *v.as<bool>(); }
bool is_false_value(const Value& v) { return v.as<bool>() && !*v.as<bool>(); }
bool is_integer(const Value& v) { return v.as<std::int64_t>() != nullptr; }
bool is_float(const Value& v) { return v.as<double>() != nullptr; }
bool is_callable(const Value& v) { return v.object() && v.object()->callable(); }
bool is_mapping(const Value& v) { return v.dict() != nullptr; }
bool is_number(const Value& v) { return v.as<bool>() || v.as<std::int64_t>() || v.as<double>(); }
bool is_iterable(const Value& v) { return v.is_undefined() || v.text() || v.list() || v.dict(); }
bool is_sequence(const Value& v) {
  return v.is_undefined() || v.text() || v.dict() || (v.list() && v.list()->kind <= List::Kind::tuple);
}

const Value& other(const Arguments& arguments, Runtime& runtime) {
  if (arguments.positional.empty()) runtime.fail("a test lacks its argument");
  return arguments.positional[0];
}

template <const char* const& symbol>
bool by_comparison(const Value& input, const Arguments& arguments, Runtime& runtime) {
  return compare(symbol, input, other(arguments, runtime), runtime);
}
constexpr const char* kEqual = "==";
constexpr const char* kUnequal = "!=";
constexpr const char* kLess = "<";
constexpr const char* kLessOrEqual = "<=";
constexpr const char* kGreater = ">";
constexpr const char* kGreaterOrEqual = ">=";
constexpr const char* kIn = "in";

bool divisible(const Value& input, const Value& by, Runtime& runtime) {
  return equal(binary("%", input, by, runtime), Value(std::int64_t{0}));
}

bool starts_with(const Value& input, const Arguments& arguments, Runtime& runtime) {
  return truth(*call_method(Value(to_text(input, runtime)), "startswith", arguments, runtime));
}

}  // namespace

Test find_test(std::string_view name) {
  static const std::map<std::string_view, Test> table = {
      {"defined", by_type<is_defined>},
      {"undefined", by_type<is_undefined>},
      {"none", by_type<is_none>},
      {"string", by_type<is_string>},
      {"boolean", by_type<is_boolean>},
      {"true", by_type<is_true_value>},
      {"false", by_type<is_false_value>},
      {"integer", by_type<is_integer>},
      {"float", by_type<is_float>},
      {"callable", by_type<is_callable>},
      {"number", by_type<is_number>},
      {"mapping", by_type<is_mapping>},
      {"sequence", by_type<is_sequence>},
      {"iterable", by_type<is_iterable>},
      {"odd", [](const Value& v, const Arguments&, Runtime& runtime) { return !divisible(v, Value(std::int64_t{2}), runtime); }},
      {"even", [](const Value& v, const Arguments&, Runtime& runtime) { return divisible(v, Value(std::int64_t{2}), runtime); }},
      {"divisibleby",
       [](const Value& v, const Arguments& a, Runtime& runtime) { return divisible(v, other(a, runtime), runtime); }},
      {"lower", [](const Value& v, const Arguments&,
                   Runtime& runtime) { return truth(*call_method(Value(to_text(v, runtime)), "islower", {}, runtime)); }},
      {"upper", [](const Value& v, const Arguments&,
                   Runtime& runtime) { return truth(*call_method(Value(to_text(v, runtime)), "isupper", {}, runtime)); }},
      {"sameas", by_comparison<kEqual>},
      {"eq", by_comparison<kEqual>},
      {"equalto", by_comparison<kEqual>},
      {"==", by_comparison<kEqual>},
      {"ne", by_comparison<kUnequal>},
      {"!=", by_comparison<kUnequal>},
      {"lt", by_comparison<kLess>},
      {"lessthan", by_comparison<kLess>},
      {"<", by_comparison<kLess>},
      {"le", by_comparison<kLessOrEqual>},
      {"<=", by_comparison<kLessOrEqual>},
      {"gt", by_comparison<kGreater>},
      {"greaterthan", by_comparison<kGreater>},
      {">", by_comparison<kGreater>},
      {"ge", by_comparison<kGreaterOrEqual>},
      {">=", by_comparison<kGreaterOrEqual>},
      {"in", by_comparison<kIn>},
      {"startingwith", starts_with},
  };
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace reckon::jinja
