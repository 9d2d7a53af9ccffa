// Typed key=value parameters of anything pluggable (strategies, verifiers, tasks …): one table row per parameter says name,
// kind, default, range and meaning; parsing, validation, help, JSON and suggestions all come from the rows.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reckon {

using ParameterValue = std::variant<std::int64_t, double, bool, std::string>;

struct ParameterSpec {
  std::string name;
  ParameterValue default_value;  // its alternative is the parameter's kind
  std::string meaning;           // one line, with unit
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  // for strings; empty means any
  bool needs_text = false;                // for strings: "" is refused
};

// "name" or "name:key=value,key=value", as the command line writes it. A comma within a value is "\,".
struct NamedParameters {
  std::string name;
  std::map<std::string, std::string> values;
};
// Throws Error bad_argument for an empty name, a missing '=', a repeated key.
NamedParameters parse_named_parameters(std::string_view text, std::string_view option);

// What stands in a parameter's value where it is itself a name with parameters, as it would stand alone: there, ':' takes the
// place of ',', which ends the value. "prm:aggregate=min:readout=ok" -> "prm:aggregate=min,readout=ok".
std::string unnested(std::string_view text);

// Values for every row of a table: those given, and defaults for the rest.
class Parameters {
 public:
  // `owner` names what the table belongs to, as in "strategy 'best_of_n'". Throws Error bad_argument for an unknown key
  // (with the nearest known one), a value of the wrong kind or out of range.
  Parameters(std::span<const ParameterSpec> table, const std::map<std::string, std::string>& given, std::string_view owner);

  // The named parameter; the kind must match its row (a mismatch is a fault of the program: Error internal).
  std::int64_t integer(std::string_view name) const;
  double number(std::string_view name) const;
  bool flag(std::string_view name) const;
  const std::string& text(std::string_view name) const;

  const std::map<std::string, ParameterValue, std::less<>>& values() const noexcept { return values_; }

 private:
  std::map<std::string, ParameterValue, std::less<>> values_;
};

// The candidate nearest to `word` by edit distance (at most a third of its length, '-' equal to '_', a swap counts once), or ""
// if none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace reckon
