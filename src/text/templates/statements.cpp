// The statements half of the evaluator: blocks, loops, macros.
#include <algorithm>

#include <fmt/format.h>

#include "text/templates/evaluator.h"
#include "text/templates/operators.h"

namespace reckon::jinja {
namespace {

// The variable `loop`.
class Loop final : public Object {
 public:
  explicit Loop(const std::vector<Value>& elements) : elements_(elements) {}
  void go_to(std::size_t index) { index_ = index; }

  std::string_view type() const override { return "loop"; }
  std::optional<Value> attribute(std::string_view name) const override {
    const auto at = static_cast<std::int64_t>(index_);
    const auto size = static_cast<std::int64_t>(elements_.size());
    if (name == "index") return at + 1;
    if (name == "index0") return at;
    if (name == "revindex") return size - at;
    if (name == "revindex0") return size - at - 1;
    if (name == "first") return at == 0;
    if (name == "last") return at + 1 == size;
    if (name == "length") return size;
    if (name == "depth") return std::int64_t{1};
    if (name == "depth0") return std::int64_t{0};
    if (name == "previtem") return at > 0 ? elements_[index_ - 1] : Value(Undefined{"there is no previous item"});
    if (name == "nextitem") return at + 1 < size ? elements_[index_ + 1] : Value(Undefined{"there is no next item"});
    return std::nullopt;
  }

 private:
  std::vector<Value> elements_;
  std::size_t index_ = 0;
};

class Macro final : public Object {
 public:
  Macro(const Statement& statement, const std::shared_ptr<Scope>& scope, Evaluator& evaluator)
      : statement_(statement), scope_(scope), evaluator_(evaluator) {}

  std::string_view type() const override { return "macro"; }
  std::optional<Value> attribute(std::string_view name) const override {
    return name == "name" ? std::optional(make_text(statement_.name)) : std::nullopt;
  }
  bool callable() const override { return true; }

  Value call(const Arguments& arguments, Runtime& runtime) override {
    const Runtime::Level level = runtime.enter_call();
    const std::shared_ptr<Scope> outer = scope_.lock();
    if (!outer) runtime.fail(fmt::format("macro '{}' is called outside of the block that defines it", statement_.name));
    auto scope = std::make_shared<Scope>(outer);
    bind(arguments, scope, runtime);
    return evaluator_.run_body(statement_.body, scope);
  }

 private:
  void bind(const Arguments& arguments, const std::shared_ptr<Scope>& scope, Runtime& runtime) {
    const auto& parameters = statement_.parameters;
    if (arguments.positional.size() > parameters.size()) {
      runtime.fail(fmt::format("macro '{}' takes not more than {} argument(s)", statement_.name, parameters.size()));
    }
    for (const auto& [name, value] : arguments.named) {
      const auto same = [&wanted = name](const Parameter& parameter) { return parameter.name == wanted; };
      if (name == "caller") {
        scope->set(name, value);
      } else if (std::ranges::none_of(parameters, same)) {
        runtime.fail(fmt::format("macro '{}' takes no keyword argument '{}'", statement_.name, name));
      }
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Parameter& parameter = parameters[i];
      if (const Value* given = arguments.find(i, parameter.name)) {
        scope->set(parameter.name, *given);
      } else if (parameter.fallback) {
        scope->set(parameter.name, evaluator_.evaluate_in(*parameter.fallback, scope));
      } else {
        scope->set(parameter.name, Undefined{fmt::format("parameter '{}' was not provided", parameter.name)});
      }
    }
  }

  const Statement& statement_;
  std::weak_ptr<Scope> scope_;  // weak: the scope itself holds this macro
  Evaluator& evaluator_;
};

}  // namespace

void Scope::set(std::string_view name, Value value) {
  const auto found = std::ranges::find(variables, name, [](const auto& variable) -> std::string_view { return variable.first; });
  if (found != variables.end()) {
    found->second = std::move(value);
  } else {
    variables.emplace_back(name, std::move(value));
  }
}

const Value* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope; scope = scope->parent.get()) {
    for (const auto& [known, value] : scope->variables) {
      if (known == name) return &value;
    }
  }
  return nullptr;
}

Evaluator::Evaluator(std::map<std::string, Value, std::less<>> variables, Runtime& runtime)
    : variables_(std::move(variables)), runtime_(runtime), scope_(std::make_shared<Scope>(nullptr)) {}

TrackedText Evaluator::render(const Body& body) {
  TrackedText out;
  execute(body, out);
  return out;
}

TrackedText Evaluator::run_body(const Body& body, std::shared_ptr<Scope> scope) {
  TrackedText out;
  std::swap(scope, scope_);
  execute(body, out);
  std::swap(scope, scope_);
  return out;
}

void Evaluator::write(const TrackedText& text, TrackedText& out) {
  out.append(text);
  if (out.size() > kMostTextBytes) runtime_.charge_bytes(out.size());  // fails
}

Evaluator::Flow Evaluator::execute(const Body& body, TrackedText& out) {
  for (const StatementPointer& statement : body) {
    const Flow flow = execute(*statement, out);
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

Evaluator::Flow Evaluator::execute(const Statement& statement, TrackedText& out) {
  const Runtime::Level level = runtime_.enter();
  runtime_.charge();
  runtime_.line = statement.line;
  switch (statement.kind) {
    case StatementKind::text:
      runtime_.charge_bytes(statement.name.size());
      write(TrackedText(statement.name, true), out);
      break;
    case StatementKind::output: write(to_text(evaluate(*statement.expression), runtime_), out); break;
    case StatementKind::branch: return execute_branch(statement, out);
    case StatementKind::loop: return execute_loop(statement, out);
    case StatementKind::set: execute_set(statement); break;
    case StatementKind::set_block: execute_set_block(statement); break;
    case StatementKind::macro: scope_->set(statement.name, make_macro(statement)); break;
    case StatementKind::call_block: execute_call_block(statement, out); break;
    case StatementKind::filter_block: {
      const Value body = run_body(statement.body, std::make_shared<Scope>(scope_));
      write(to_text(evaluate_filter(*statement.expression, &body), runtime_), out);
      break;
    }
    case StatementKind::with: return execute_with(statement, out);
    case StatementKind::scope: return execute(statement.body, out);
    case StatementKind::break_loop: return Flow::break_loop;
    case StatementKind::continue_loop: return Flow::continue_loop;
  }
  return Flow::next;
}

Evaluator::Flow Evaluator::execute_branch(const Statement& statement, TrackedText& out) {
  for (const Branch& branch : statement.branches) {
    if (truth(evaluate(*branch.condition))) return execute(branch.body, out);
  }
  return execute(statement.otherwise, out);
}

void Evaluator::assign(const Statement& statement, const Value& value) {
  if (!statement.unpack) return scope_->set(statement.targets[0], value);
  const std::vector<Value> parts = elements_of(value, runtime_);
  if (parts.size() != statement.targets.size()) {
    runtime_.fail(fmt::format("cannot unpack {} values into {} names", parts.size(), statement.targets.size()));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) scope_->set(statement.targets[i], parts[i]);
}

std::vector<Value> Evaluator::loop_elements(const Statement& statement) {
  std::vector<Value> elements = elements_of(evaluate(*statement.expression), runtime_);
  if (!statement.condition) return elements;
  const std::shared_ptr<Scope> outer = scope_;
  std::vector<Value> kept;
  for (Value& element : elements) {
    scope_ = std::make_shared<Scope>(outer);
    assign(statement, element);
    if (truth(evaluate(*statement.condition))) kept.push_back(std::move(element));
  }
  scope_ = outer;
  return kept;
}

Evaluator::Flow Evaluator::execute_loop(const Statement& statement, TrackedText& out) {
  const std::vector<Value> elements = loop_elements(statement);
  const std::shared_ptr<Scope> outer = scope_;
  if (elements.empty()) {
    scope_ = std::make_shared<Scope>(outer);
    const Flow flow = execute(statement.otherwise, out);
    scope_ = outer;
    return flow;
  }
  auto* loop = runtime_.make<Loop>(elements);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    loop->go_to(i);
    scope_ = std::make_shared<Scope>(outer);
    scope_->set("loop", loop);
    assign(statement, elements[i]);
    if (execute(statement.body, out) == Flow::break_loop) break;
  }
  scope_ = outer;
  return Flow::next;
}

void Evaluator::execute_set(const Statement& statement) {
  const Value value = evaluate(*statement.expression);
  if (statement.attribute_of.empty()) return assign(statement, value);
  const Value* owner = scope_->find(statement.attribute_of);
  if (!owner || !owner->object() || !owner->object()->set_attribute(statement.targets[0], value)) {
    runtime_.fail("cannot assign attribute on non-namespace object");
  }
}

void Evaluator::execute_set_block(const Statement& statement) {
  Value value = run_body(statement.body, std::make_shared<Scope>(scope_));
  if (statement.expression) value = evaluate_filter(*statement.expression, &value);
  if (statement.attribute_of.empty()) return assign(statement, value);
  const Value* owner = scope_->find(statement.attribute_of);
  if (!owner || !owner->object() || !owner->object()->set_attribute(statement.targets[0], value)) {
    runtime_.fail("cannot assign attribute on non-namespace object");
  }
}

Value Evaluator::make_macro(const Statement& statement) { return runtime_.make<Macro>(statement, scope_, *this); }

void Evaluator::execute_call_block(const Statement& statement, TrackedText& out) {
  const Expression& expression = *statement.expression;
  const Value function = evaluate(*expression.operands[0]);
  Arguments arguments = arguments_of(expression);
  arguments.named.emplace_back("caller", make_macro(statement));
  write(to_text(call(function, arguments, runtime_), runtime_), out);
}

Evaluator::Flow Evaluator::execute_with(const Statement& statement, TrackedText& out) {
  const std::shared_ptr<Scope> outer = scope_;
  auto inner = std::make_shared<Scope>(outer);
  for (const Parameter& parameter : statement.parameters) inner->set(parameter.name, evaluate(*parameter.fallback));
  scope_ = inner;
  const Flow flow = execute(statement.body, out);
  scope_ = outer;
  return flow;
}

}  // namespace reckon::jinja
