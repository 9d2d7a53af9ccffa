// The functions that every template can call, and the objects that they make.
#include <ctime>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "text/templates/operators.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

class Namespace final : public Object {
 public:
  explicit Namespace(std::map<std::string, Value, std::less<>> values) : values_(std::move(values)) {}
  std::string_view type() const override { return "namespace"; }
  std::optional<Value> attribute(std::string_view name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  bool set_attribute(std::string_view name, const Value& value) override {
    values_.insert_or_assign(std::string(name), value);
    return true;
  }

 private:
  std::map<std::string, Value, std::less<>> values_;
};

class Joiner final : public Object {
 public:
  explicit Joiner(TrackedText separator) : separator_(std::move(separator)) {}
  std::string_view type() const override { return "joiner"; }
  bool callable() const override { return true; }
  Value call(const Arguments&, Runtime&) override { return std::exchange(first_, false) ? TrackedText() : separator_; }

 private:
  TrackedText separator_;
  bool first_ = true;
};

class Cycler final : public Object {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}
  std::string_view type() const override { return "cycler"; }
  std::optional<Value> attribute(std::string_view name) const override {
    if (name == "current") return items_[at_];
    if (name == "next") return const_cast<Cycler*>(this);
    return std::nullopt;
  }
  bool callable() const override { return true; }
  Value call(const Arguments&, Runtime&) override { return items_[std::exchange(at_, (at_ + 1) % items_.size())]; }

 private:
  std::vector<Value> items_;
  std::size_t at_ = 0;
};

// The items that namespace(…) and dict(…) are given: one mapping or list of pairs, then named ones.
std::vector<std::pair<Value, Value>> given_items(const Arguments& arguments, Runtime& runtime) {
  std::vector<std::pair<Value, Value>> items;
  if (!arguments.positional.empty()) {
    const Value& first = arguments.positional[0];
    if (first.dict()) {
      items = first.dict()->items;
    } else {
      for (const Value& pair : elements_of(first, runtime)) {
        if (!pair.list() || pair.list()->items.size() != 2) runtime.fail("expected a mapping or a list of pairs");
        items.emplace_back(pair.list()->items[0], pair.list()->items[1]);
      }
    }
  }
  for (const auto& [name, value] : arguments.named) items.emplace_back(make_text(name), value);
  runtime.charge(items.size());
  return items;
}

Value namespace_global(const Arguments& arguments, Runtime& runtime) {
  std::map<std::string, Value, std::less<>> values;
  for (const auto& [key, value] : given_items(arguments, runtime)) values.insert_or_assign(to_text(key, runtime).bytes(), value);
  return runtime.make<Namespace>(std::move(values));
}

Value dict_global(const Arguments& arguments, Runtime& runtime) { return make_dict(given_items(arguments, runtime)); }

Value range_global(const Arguments& arguments, Runtime& runtime) {
  static constexpr std::int64_t kMostItems = 100'000;  // as in Jinja's sandbox
  const bool both = arguments.positional.size() > 1;
  const std::int64_t start = both ? integer_argument(arguments, 0, "start", std::nullopt, runtime) : 0;
  const std::int64_t stop = integer_argument(arguments, both ? 1 : 0, "stop", std::nullopt, runtime);
  const std::int64_t step = integer_argument(arguments, 2, "step", 1, runtime);
  if (step == 0) runtime.fail("range() step must not be zero");
  std::vector<Value> items;
  for (std::int64_t i = start; step > 0 ? i < stop : i > stop;) {
    if (static_cast<std::int64_t>(items.size()) >= kMostItems) runtime.fail(fmt::format("range() is longer than {}", kMostItems));
    items.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  runtime.charge(items.size());
  return make_list(std::move(items), List::Kind::list);
}

// The template itself refuses its input: its message is the whole message.
Value raise_global(const Arguments& arguments, Runtime& runtime) {
  const Value* message = arguments.find(0, "message");
  throw Error(ErrorCode::bad_argument, message ? to_text(*message, runtime).bytes() : "", "chat template");
}

Value strftime_global(const Arguments& arguments, Runtime& runtime) {
  const std::string format = text_argument(arguments, 0, "format", std::nullopt, runtime).bytes();
  if (format.size() > 256) runtime.fail("strftime_now: the format is too long");
  const std::time_t seconds = runtime.now();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char buffer[8192];
  const std::size_t length = std::strftime(buffer, sizeof buffer, format.c_str(), &parts);
  return TrackedText(replace_invalid_utf8({buffer, length}), true);
}

Value joiner_global(const Arguments& arguments, Runtime& runtime) {
  return runtime.make<Joiner>(text_argument(arguments, 0, "sep", ", ", runtime));
}

Value cycler_global(const Arguments& arguments, Runtime& runtime) {
  if (arguments.positional.empty()) runtime.fail("cycler() needs at least one item");
  return runtime.make<Cycler>(arguments.positional);
}

}  // namespace

std::optional<Value> make_global(std::string_view name, Runtime& runtime) {
  using Maker = Value (*)(const Arguments&, Runtime&);
  static const std::map<std::string_view, Maker> table = {
      {"namespace", namespace_global},   {"dict", dict_global},     {"range", range_global},   {"raise_exception", raise_global},
      {"strftime_now", strftime_global}, {"joiner", joiner_global}, {"cycler", cycler_global},
  };
  const auto found = table.find(name);
  if (found == table.end()) return std::nullopt;
  return runtime.make<Function>(found->second);
}

}  // namespace reckon::jinja
