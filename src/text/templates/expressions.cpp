// The expressions half of the evaluator.
#include <fmt/format.h>

#include "text/templates/evaluator.h"
#include "text/templates/operators.h"

namespace reckon::jinja {

Value Evaluator::evaluate(const Expression& expression) {
  const Runtime::Level level = runtime_.enter();
  runtime_.charge();
  runtime_.line = expression.line;
  switch (expression.kind) {
    case ExpressionKind::literal: return expression.value;
    case ExpressionKind::variable: return evaluate_variable(expression);
    case ExpressionKind::list:
    case ExpressionKind::tuple: return evaluate_sequence(expression);
    case ExpressionKind::dict: return evaluate_dict(expression);
    case ExpressionKind::attribute: return attribute_of(evaluate(*expression.operands[0]), expression.name, runtime_);
    case ExpressionKind::subscript: {
      const Value value = evaluate(*expression.operands[0]);
      return item_of(value, evaluate(*expression.operands[1]), runtime_);
    }
    case ExpressionKind::slice: return evaluate_slice(expression);
    case ExpressionKind::call: return evaluate_call(expression);
    case ExpressionKind::filter: return evaluate_filter(expression);
    case ExpressionKind::test: return evaluate_test(expression);
    case ExpressionKind::unary: return evaluate_unary(expression);
    case ExpressionKind::binary: return evaluate_binary(expression);
    case ExpressionKind::concatenate: return evaluate_concatenation(expression);
    case ExpressionKind::compare: return evaluate_comparison(expression);
    case ExpressionKind::conditional: return evaluate_conditional(expression);
  }
  return {};
}

Value Evaluator::evaluate_in(const Expression& expression, std::shared_ptr<Scope> scope) {
  std::swap(scope, scope_);
  Value value = evaluate(expression);
  std::swap(scope, scope_);
  return value;
}

Value Evaluator::evaluate_variable(const Expression& expression) {
  for (const Scope* scope = scope_.get(); scope; scope = scope->parent.get()) runtime_.charge(scope->variables.size() / 32);
  if (const Value* found = scope_->find(expression.name)) return *found;
  if (const auto found = variables_.find(expression.name); found != variables_.end()) return found->second;
  if (auto global = make_global(expression.name, runtime_)) {
    return variables_.emplace(expression.name, std::move(*global)).first->second;
  }
  return Undefined{fmt::format("'{}' is undefined", expression.name)};
}

Value Evaluator::evaluate_sequence(const Expression& expression) {
  std::vector<Value> items;
  for (const ExpressionPointer& operand : expression.operands) items.push_back(evaluate(*operand));
  return make_list(std::move(items), expression.kind == ExpressionKind::list ? List::Kind::list : List::Kind::tuple);
}

Value Evaluator::evaluate_dict(const Expression& expression) {
  std::vector<std::pair<Value, Value>> items;
  for (std::size_t i = 0; i + 1 < expression.operands.size(); i += 2) {
    Value key = evaluate(*expression.operands[i]);
    items.emplace_back(std::move(key), evaluate(*expression.operands[i + 1]));
  }
  return make_dict(std::move(items));
}

Value Evaluator::evaluate_slice(const Expression& expression) {
  const Value value = evaluate(*expression.operands[0]);
  Value bounds[3];
  for (std::size_t i = 0; i < 3; ++i) {
    if (const auto& operand = expression.operands[i + 1]) bounds[i] = evaluate(*operand);
  }
  return slice_of(value, bounds[0], bounds[1], bounds[2], runtime_);
}

Arguments Evaluator::arguments_of(const Expression& expression) {
  Arguments arguments;
  for (std::size_t i = 1; i < expression.operands.size(); ++i) arguments.positional.push_back(evaluate(*expression.operands[i]));
  for (const auto& [name, operand] : expression.named) arguments.named.emplace_back(name, evaluate(*operand));
  return arguments;
}

Value Evaluator::evaluate_call(const Expression& expression) {
  const Expression& callee = *expression.operands[0];
  if (callee.kind == ExpressionKind::attribute) {  // a method: no object needs to be made for it
    const Value owner = evaluate(*callee.operands[0]);
    if (has_method(owner, callee.name)) {
      const Arguments arguments = arguments_of(expression);
      runtime_.line = expression.line;
      return *call_method(owner, callee.name, arguments, runtime_);
    }
    const Value function = attribute_of(owner, callee.name, runtime_);
    return call(function, arguments_of(expression), runtime_);
  }
  const Value function = evaluate(callee);
  const Arguments arguments = arguments_of(expression);
  runtime_.line = expression.line;
  return call(function, arguments, runtime_);
}

Value Evaluator::evaluate_filter(const Expression& expression, const Value* piped) {
  const auto& operand = expression.operands[0];
  const bool piped_deeper = piped && operand;
  const Value input = piped_deeper ? evaluate_filter(*operand, piped) : operand ? evaluate(*operand) : *piped;
  const Filter filter = find_filter(expression.name);
  if (!filter) runtime_.fail(fmt::format("No filter named '{}'.", expression.name));
  const Arguments arguments = arguments_of(expression);
  runtime_.line = expression.line;
  return filter(input, arguments, runtime_);
}

Value Evaluator::evaluate_test(const Expression& expression) {
  const Value input = evaluate(*expression.operands[0]);
  const Test test = find_test(expression.name);
  if (!test) runtime_.fail(fmt::format("No test named '{}'.", expression.name));
  return test(input, arguments_of(expression), runtime_);
}

Value Evaluator::evaluate_unary(const Expression& expression) {
  const Value operand = evaluate(*expression.operands[0]);
  if (expression.name == "not") return !truth(operand);
  const Value negated = negate(operand, runtime_);
  return expression.name == "-" ? negated : operand;
}

Value Evaluator::evaluate_binary(const Expression& expression) {
  Value left = evaluate(*expression.operands[0]);
  if (expression.name == "and") return truth(left) ? evaluate(*expression.operands[1]) : left;
  if (expression.name == "or") return truth(left) ? left : evaluate(*expression.operands[1]);
  const Value right = evaluate(*expression.operands[1]);
  runtime_.line = expression.line;
  return binary(expression.name, left, right, runtime_);
}

Value Evaluator::evaluate_concatenation(const Expression& expression) {
  TrackedText out;
  for (const ExpressionPointer& operand : expression.operands) {
    out.append(to_text(evaluate(*operand), runtime_));
    runtime_.charge_bytes(out.size());
  }
  return out;
}

Value Evaluator::evaluate_comparison(const Expression& expression) {
  Value left = evaluate(*expression.operands[0]);
  for (std::size_t i = 0; i < expression.comparisons.size(); ++i) {
    Value right = evaluate(*expression.operands[i + 1]);
    if (!compare(expression.comparisons[i], left, right, runtime_)) return false;
    left = std::move(right);
  }
  return true;
}

Value Evaluator::evaluate_conditional(const Expression& expression) {
  if (truth(evaluate(*expression.operands[0]))) return evaluate(*expression.operands[1]);
  if (expression.operands[2]) return evaluate(*expression.operands[2]);
  return Undefined{"the inline if-expression evaluated to false and no else section was defined."};
}

}  // namespace reckon::jinja
