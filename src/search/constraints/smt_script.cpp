#include "search/constraints/smt_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/error.h"
#include "search/constraints/claim.h"
#include "search/constraints/smt_reader.h"

namespace reckon {
namespace {

constexpr int kMostLeaves = 10'000;
constexpr int kMostDefinitions = 1000;  // that one term reaches through, one behind the other

// What a term costs once its lets and definitions are written out. A truth value is one leaf: arithmetic ends there.
struct Size {
  int leaves = 1;  // of the largest arithmetic term in it that is not yet a truth value
  int depth = 0;   // of definitions behind each other
};

enum class Kind { boolean, arithmetic };
struct Operator {
  std::string_view name;
  Kind kind;
};
constexpr std::array kOperators{
    Operator{"not", Kind::boolean},      Operator{"and", Kind::boolean},    Operator{"or", Kind::boolean},
    Operator{"xor", Kind::boolean},      Operator{"=>", Kind::boolean},     Operator{"=", Kind::boolean},
    Operator{"distinct", Kind::boolean}, Operator{"<", Kind::boolean},      Operator{"<=", Kind::boolean},
    Operator{">", Kind::boolean},        Operator{">=", Kind::boolean},     Operator{"is_int", Kind::boolean},
    Operator{"ite", Kind::arithmetic},   Operator{"+", Kind::arithmetic},   Operator{"-", Kind::arithmetic},
    Operator{"*", Kind::arithmetic},     Operator{"/", Kind::arithmetic},   Operator{"div", Kind::arithmetic},
    Operator{"mod", Kind::arithmetic},   Operator{"abs", Kind::arithmetic}, Operator{"to_real", Kind::arithmetic},
    Operator{"to_int", Kind::arithmetic}};
constexpr std::array<std::string_view, 10> kReserved{"true", "false", "let", "forall", "exists", "_", "!", "as", "par", "match"};
constexpr std::array<std::string_view, 15> kLeftOut{
    "set-logic", "set-option",     "set-info",       "check-sat",  "get-model",      "get-value", "get-info",
    "get-proof", "get-assertions", "get-unsat-core", "get-option", "get-assignment", "echo",      "get-unsat-assumptions",
    "exit"};

const Operator* operator_named(std::string_view name) {
  const auto* const found = std::ranges::find(kOperators, name, &Operator::name);
  return found == kOperators.end() ? nullptr : found;
}

class ScriptChecker {  // one script, command by command
 public:
  explicit ScriptChecker(std::string_view text) : reader_(text) {}

  SmtScript check() && {
    while (const std::optional<SmtNode> command = reader_.next()) take(*command);
    return std::move(script_);
  }

 private:
  void take(const SmtNode& command) {
    if (command.atom || command.parts.empty() || !command.parts.front().atom)
      refuse(command, "expected a command such as (assert …)");
    const std::string_view name = command.parts.front().text;
    if (std::ranges::find(kLeftOut, name) != kLeftOut.end()) return;
    if (name == "assert") {
      require_parts(command, 2);
      size_of(command.parts[1]);
    } else if (name == "declare-const") {
      require_parts(command, 3);
      declare(command.parts[1], sort_of(command.parts[2]));
    } else if (name == "declare-fun") {
      require_parts(command, 4);
      take_function(command);
    } else if (name == "define-fun" || name == "define-const") {
      take_definition(command, name == "define-fun");
    } else {
      refuse(command, fmt::format("command {} is not among those that are understood: declare-const, declare-fun, define-fun, "
                                  "define-const, assert",
                                  reckon::quoted(name)));
    }
    script_.text.append(command.text).append("\n");
  }

  void take_function(const SmtNode& command) {
    const SmtNode& domain = command.parts[2];
    if (domain.atom) refuse(domain, "expected the sorts of a function's arguments in brackets");
    for (const SmtNode& sort : domain.parts) sort_of(sort);
    const SmtSort range = sort_of(command.parts[3]);
    if (domain.parts.empty()) return declare(command.parts[1], range);
    functions_.emplace(new_name(command.parts[1]), domain.parts.size());
  }

  void take_definition(const SmtNode& command, bool function) {
    require_parts(command, function ? 5 : 4);
    if (function && (command.parts[2].atom || !command.parts[2].parts.empty())) {
      refuse(command,
             "definitions with parameters are not supported; write the term out, or declare a function and assert what it does");
    }
    sort_of(command.parts[function ? 3 : 2]);
    const Size size = one_deeper(size_of(command.parts.back()), command);
    names_.emplace(new_name(command.parts[1]), size);
  }

  void declare(const SmtNode& name, SmtSort sort) {
    const std::string known = new_name(name);
    names_.emplace(known, Size{});
    script_.constants.push_back(SmtConstant{known, sort});
  }

  std::string new_name(const SmtNode& node) {
    if (!node.atom || !is_name(node.text)) refuse(node, fmt::format("{} is no name", reckon::quoted(node.text)));
    std::string name(without_bars(node.text));
    const bool reserved = operator_named(name) != nullptr || std::ranges::find(kReserved, name) != kReserved.end();
    if (reserved) refuse(node, fmt::format("{} has a meaning of its own and cannot be declared", reckon::quoted(name)));
    if (names_.contains(name) || functions_.contains(name))
      refuse(node, fmt::format("{} is declared twice", reckon::quoted(name)));
    return name;
  }

  SmtSort sort_of(const SmtNode& node) const {
    if (node.atom && node.text == "Bool") return SmtSort::boolean;
    if (node.atom && node.text == "Int") return SmtSort::integer;
    if (node.atom && node.text == "Real") return SmtSort::real;
    refuse(node, fmt::format("sort {} is not supported; known are Bool, Int, Real", reckon::quoted(node.text)));
  }

  Size size_of(const SmtNode& term) {
    if (term.atom) return size_of_atom(term);
    if (term.parts.empty() || !term.parts.front().atom) refuse(term, "expected an operator behind the bracket");
    const std::string_view head = term.parts.front().text;
    if (head == "let") return size_of_let(term);
    if (head == "forall" || head == "exists") return size_of_quantifier(term);
    const Operator* known = operator_named(head);
    const auto function = functions_.find(without_bars(head));
    if (known == nullptr && function == functions_.end()) {
      refuse(term, fmt::format("{} is neither declared nor an operator that is understood", reckon::quoted(head)));
    }
    if (term.parts.size() < 2) refuse(term, fmt::format("{} needs arguments", reckon::quoted(head)));
    Size whole{.leaves = 0, .depth = 0};
    for (std::size_t i = 1; i < term.parts.size(); ++i) {
      const Size part = size_of(term.parts[i]);
      whole.leaves += part.leaves;
      whole.depth = std::max(whole.depth, part.depth);
      if (whole.leaves > kMostLeaves && (known == nullptr || known->kind == Kind::arithmetic)) {
        refuse(term, fmt::format("the term has more than {} leaves once its definitions are written out", kMostLeaves));
      }
      if (known == nullptr || known->kind == Kind::boolean) whole.leaves = 1;
    }
    return whole;
  }

  Size size_of_atom(const SmtNode& atom) const {
    if (is_number(atom.text)) {
      constexpr std::size_t kDigitsOfALeaf = 100;  // as many as a value has at most
      return {.leaves = static_cast<int>(atom.text.size() / kDigitsOfALeaf) + 1, .depth = 0};
    }
    if (atom.text == "true" || atom.text == "false") return {};
    const std::string_view name = without_bars(atom.text);
    if (const auto bound = bound_.find(name); bound != bound_.end() && !bound->second.empty()) return bound->second.back();
    if (const auto known = names_.find(name); known != names_.end()) return known->second;
    refuse(atom, fmt::format("{} is not declared", reckon::quoted(atom.text)));
  }

  Size size_of_let(const SmtNode& term) {
    if (term.parts.size() != 3 || term.parts[1].atom) refuse(term, "expected (let ((name term) …) term)");
    std::vector<std::pair<std::string, Size>> bindings;  // none of them is in the scope of the others
    for (const SmtNode& binding : term.parts[1].parts) {
      if (binding.atom || binding.parts.size() != 2) refuse(binding, "expected (name term)");
      bindings.emplace_back(bound_name(binding.parts[0]), one_deeper(size_of(binding.parts[1]), binding));
    }
    return size_within(bindings, term.parts[2]);
  }

  Size size_of_quantifier(const SmtNode& term) {
    if (term.parts.size() != 3 || term.parts[1].atom || term.parts[1].parts.empty()) {
      refuse(term, "expected ((name sort) …) and a term");
    }
    std::vector<std::pair<std::string, Size>> variables;
    for (const SmtNode& variable : term.parts[1].parts) {
      if (variable.atom || variable.parts.size() != 2) refuse(variable, "expected (name sort)");
      sort_of(variable.parts[1]);
      variables.emplace_back(bound_name(variable.parts[0]), Size{});
    }
    return {.leaves = 1, .depth = size_within(variables, term.parts[2]).depth};
  }

  Size size_within(const std::vector<std::pair<std::string, Size>>& bindings, const SmtNode& term) {
    for (const auto& [name, size] : bindings) bound_[name].push_back(size);
    const Size whole = size_of(term);
    for (const auto& [name, size] : bindings) bound_[name].pop_back();
    return whole;
  }

  Size one_deeper(Size size, const SmtNode& at) const {
    if (++size.depth > kMostDefinitions)
      refuse(at, fmt::format("more than {} definitions stand behind each other", kMostDefinitions));
    return size;
  }

  std::string bound_name(const SmtNode& node) const {
    const std::string name(without_bars(node.text));
    const bool taken = operator_named(name) != nullptr || std::ranges::find(kReserved, name) != kReserved.end();
    if (!node.atom || !is_name(node.text) || taken) refuse(node, fmt::format("{} cannot be bound", reckon::quoted(node.text)));
    return name;
  }

  void require_parts(const SmtNode& command, std::size_t count) const {
    if (command.parts.size() == count) return;
    refuse(command, fmt::format("{} takes {} parts, found {}", command.parts.front().text, count - 1, command.parts.size() - 1));
  }

  [[noreturn]] void refuse(const SmtNode& node, const std::string& message) const { reader_.refuse(node.text, message); }

  SmtReader reader_;
  SmtScript script_;
  std::map<std::string, Size, std::less<>> names_;               // constants and definitions
  std::map<std::string, std::size_t, std::less<>> functions_;    // and how many arguments they have
  std::map<std::string, std::vector<Size>, std::less<>> bound_;  // by let and quantifiers around a term, the innermost last
};

}  // namespace

SmtScript parse_smt_script(std::string_view text) { return ScriptChecker(text).check(); }

SmtScript asserting(const SmtScript& script, std::span<const SmtValue> values, bool holds) {
  SmtScript more = script;
  std::string all = "(and true";
  for (const SmtValue& value : values) all += fmt::format(" (= |{}| {})", value.constant->name, value.term);
  all += ")";
  more.text += holds ? fmt::format("(assert {})\n", all) : fmt::format("(assert (not {}))\n", all);
  return more;
}

}  // namespace reckon
