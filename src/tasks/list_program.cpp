#include "tasks/list_program.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestListProgram = 16;
constexpr std::int64_t kLargest = 1'000'000'000'000;  // sums of such lists fit

struct ListFunction {
  std::string_view name;
  NumberList (*apply)(NumberList list);
};

template <typename Change>
NumberList each(NumberList list, Change change) {
  for (std::int64_t& n : list) n = change(n);
  return list;
}
template <typename Keep>
NumberList those(NumberList list, Keep keep) {
  std::erase_if(list, [&](std::int64_t n) { return !keep(n); });
  return list;
}
NumberList part(const NumberList& list, std::size_t from, std::size_t to) {
  from = std::min(from, list.size());
  to = std::clamp(to, from, list.size());
  return {list.begin() + static_cast<std::ptrdiff_t>(from), list.begin() + static_cast<std::ptrdiff_t>(to)};
}

NumberList reversed(NumberList list) {
  std::ranges::reverse(list);
  return list;
}
NumberList sorted(NumberList list) {
  std::ranges::sort(list);
  return list;
}
NumberList sums(NumberList list) {
  for (std::size_t i = 1; i < list.size(); ++i) list[i] += list[i - 1];
  return list;
}
NumberList differences(NumberList list) {
  for (std::size_t i = 0; i + 1 < list.size(); ++i) list[i] = list[i + 1] - list[i];
  if (!list.empty()) list.pop_back();
  return list;
}
NumberList unique(NumberList list) {
  NumberList result;
  for (const std::int64_t n : list) {
    if (std::ranges::find(result, n) == result.end()) result.push_back(n);
  }
  return result;
}

constexpr std::array<ListFunction, 16> kFunctions{{
    {"reverse", reversed},
    {"sort", sorted},
    {"+1", [](NumberList l) { return each(std::move(l), [](std::int64_t n) { return n + 1; }); }},
    {"x2", [](NumberList l) { return each(std::move(l), [](std::int64_t n) { return 2 * n; }); }},
    {"negate", [](NumberList l) { return each(std::move(l), [](std::int64_t n) { return -n; }); }},
    {"square", [](NumberList l) { return each(std::move(l), [](std::int64_t n) { return n * n; }); }},
    {"even", [](NumberList l) { return those(std::move(l), [](std::int64_t n) { return n % 2 == 0; }); }},
    {"odd", [](NumberList l) { return those(std::move(l), [](std::int64_t n) { return n % 2 != 0; }); }},
    {"positive", [](NumberList l) { return those(std::move(l), [](std::int64_t n) { return n > 0; }); }},
    {"tail", [](NumberList l) { return part(l, 1, l.size()); }},
    {"init", [](NumberList l) { return part(l, 0, std::max<std::size_t>(l.size(), 1) - 1); }},
    {"take2", [](NumberList l) { return part(l, 0, 2); }},
    {"drop2", [](NumberList l) { return part(l, 2, l.size()); }},
    {"sums", sums},
    {"unique", unique},
    {"differences", differences},
}};

constexpr std::array<std::string_view, kFunctions.size()> kNames = [] {
  std::array<std::string_view, kFunctions.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kFunctions[i].name;
  return names;
}();

}  // namespace

std::span<const std::string_view> list_functions() { return kNames; }

std::optional<std::vector<std::string>> list_program(std::string_view text) {
  std::vector<std::string> program;
  for (bool more = true; more;) {
    const std::size_t pipe = text.find('|');
    const std::string_view name = trimmed(text.substr(0, pipe));
    if (program.size() == kLongestListProgram || std::ranges::find(kNames, name) == kNames.end()) return std::nullopt;
    program.emplace_back(name);
    more = pipe != std::string_view::npos;
    if (more) text.remove_prefix(pipe + 1);
  }
  return program;
}

std::optional<NumberList> run_list_program(std::span<const std::string> program, NumberList list) {
  const auto too_large = [](std::int64_t n) { return n > kLargest || n < -kLargest; };
  for (const std::string& name : program) {
    const auto function = std::ranges::find(kFunctions, std::string_view(name), &ListFunction::name);
    if (function == kFunctions.end()) throw Error(ErrorCode::internal, "no list function '" + name + "'");
    if (name == "square" && std::ranges::any_of(list, [](std::int64_t n) { return n > 1'000'000 || n < -1'000'000; }))
      return std::nullopt;
    list = function->apply(std::move(list));
    if (std::ranges::any_of(list, too_large)) return std::nullopt;
  }
  return list;
}

std::string list_text(const NumberList& list) {
  std::string text;
  for (const std::int64_t n : list) text.append(text.empty() ? "" : " ").append(std::to_string(n));
  return text;
}

}  // namespace reckon
