// Walks the syntax trees of one template for one rendering.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/templates/runtime.h"
#include "text/templates/syntax.h"

namespace reckon::jinja {

// The variables of one block; a name that is not here is looked up in the blocks around it.
struct Scope {
  explicit Scope(std::shared_ptr<const Scope> outer) : parent(std::move(outer)) {}

  std::shared_ptr<const Scope> parent;
  std::vector<std::pair<std::string, Value>> variables;

  void set(std::string_view name, Value value);
  const Value* find(std::string_view name) const;  // here and outwards
};

class Evaluator {
 public:
  // `variables`: what the template may read. The runtime must outlive the evaluator.
  Evaluator(std::map<std::string, Value, std::less<>> variables, Runtime& runtime);

  TrackedText render(const Body& body);

  // For macros, which run with their own scope.
  TrackedText run_body(const Body& body, std::shared_ptr<Scope> scope);
  Value evaluate_in(const Expression& expression, std::shared_ptr<Scope> scope);

 private:
  enum class Flow : std::uint8_t { next, break_loop, continue_loop };

  Flow execute(const Body& body, TrackedText& out);
  Flow execute(const Statement& statement, TrackedText& out);
  Flow execute_branch(const Statement& statement, TrackedText& out);
  Flow execute_loop(const Statement& statement, TrackedText& out);
  void execute_set(const Statement& statement);
  void execute_set_block(const Statement& statement);
  void execute_call_block(const Statement& statement, TrackedText& out);
  Flow execute_with(const Statement& statement, TrackedText& out);
  void assign(const Statement& statement, const Value& value);
  std::vector<Value> loop_elements(const Statement& statement);
  void write(const TrackedText& text, TrackedText& out);
  Value make_macro(const Statement& statement);

  Value evaluate(const Expression& expression);
  Value evaluate_variable(const Expression& expression);
  Value evaluate_sequence(const Expression& expression);
  Value evaluate_dict(const Expression& expression);
  Value evaluate_slice(const Expression& expression);
  Value evaluate_call(const Expression& expression);
  Value evaluate_filter(const Expression& expression, const Value* piped = nullptr);
  Value evaluate_test(const Expression& expression);
  Value evaluate_unary(const Expression& expression);
  Value evaluate_binary(const Expression& expression);
  Value evaluate_concatenation(const Expression& expression);
  Value evaluate_comparison(const Expression& expression);
  Value evaluate_conditional(const Expression& expression);
  Arguments arguments_of(const Expression& expression);

  std::map<std::string, Value, std::less<>> variables_;
  Runtime& runtime_;
  std::shared_ptr<Scope> scope_;
};

}  // namespace reckon::jinja
