// One rendering: its limits, its objects, where it is. A template is untrusted: every step, every element and every 256 bytes of
// text cost one unit of a fixed allowance, and no text grows over a megabyte, so that nothing can hang or eat the memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/templates/value.h"

namespace reckon::jinja {

inline constexpr std::int64_t kMostSteps = 1'000'000;
inline constexpr std::size_t kMostTextBytes = std::size_t{1} << 20;
inline constexpr int kMostRecursion = 1000;  // nested evaluations; each takes about a kilobyte of stack
inline constexpr int kMostCalls = 64;        // nested macro calls

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;

  // The argument at that place or of that name, or null.
  const Value* find(std::size_t position, std::string_view name) const;
};

// Something with state or behaviour: a namespace, a loop, a macro, a function.
class Object {
 public:
  virtual ~Object() = default;
  virtual std::string_view type() const = 0;
  virtual std::optional<Value> attribute(std::string_view /*name*/) const { return std::nullopt; }
  virtual bool set_attribute(std::string_view /*name*/, const Value& /*value*/) { return false; }  // false: has none to set
  virtual bool callable() const { return false; }
  virtual Value call(const Arguments& arguments, Runtime& runtime);  // fails, unless overridden
};

class Runtime {
 public:
  explicit Runtime(std::int64_t now_seconds) : now_(now_seconds) {}
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Throws Error bad_argument when the allowance is used up.
  void charge(std::size_t steps = 1);
  void charge_bytes(std::size_t bytes);  // and for a text of more than kMostTextBytes
  // For looking for `wanted` bytes in a text of so many: where what is looked for begins everywhere, both are multiplied.
  void charge_search(std::size_t bytes, std::size_t wanted);

  // Error bad_argument at the current line.
  [[noreturn]] void fail(const std::string& message) const;

  template <typename T, typename... Args>
  T* make(Args&&... args) {
    charge(8);
    objects_.push_back(std::make_unique<T>(std::forward<Args>(args)...));
    return static_cast<T*>(objects_.back().get());
  }

  std::int64_t now() const noexcept { return now_; }  // seconds since 1970 on the wall clock of the user
  int line = 0;                                       // of the template, 1-based

  // Guards one level of recursion.
  class Level {
   public:
    Level(Runtime& runtime, int& depth, int limit);
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };
  Level enter() { return Level(*this, recursion_, kMostRecursion); }
  Level enter_call() { return Level(*this, calls_, kMostCalls); }

 private:
  std::int64_t now_;
  std::int64_t steps_ = 0;
  int recursion_ = 0;
  int calls_ = 0;
  std::vector<std::unique_ptr<Object>> objects_;
};

// A function written in C++.
class Function final : public Object {
 public:
  using Body = std::function<Value(const Arguments&, Runtime&)>;
  explicit Function(Body body) : body_(std::move(body)) {}
  std::string_view type() const override { return "function"; }
  bool callable() const override { return true; }
  Value call(const Arguments& arguments, Runtime& runtime) override { return body_(arguments, runtime); }

 private:
  Body body_;
};

}  // namespace reckon::jinja
