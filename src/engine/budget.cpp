#include "engine/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/parameters.h"
#include "base/units.h"

namespace reckon {
namespace {

constexpr std::string_view kField = "--budget";

double parse_positive(std::string_view text, std::string_view key) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value <= 0) {
    throw Error(ErrorCode::bad_argument, fmt::format("{}={} is not a number above 0", key, text), std::string(kField));
  }
  return value;
}

// To everyone what it wants if that fits, else as equal parts as possible; what small wants leave over goes to the others.
std::vector<std::int64_t> equal_parts(std::int64_t available, std::span<const std::int64_t> wanted) {
  // Water-filling: the highest level that everyone can be filled to (or to less, if less is wanted), found from the smallest want
  // up; what is left, less than one token each, goes to the lower indices among those who want more.
  std::vector<std::int64_t> ascending(wanted.begin(), wanted.end());
  std::ranges::sort(ascending);
  std::int64_t left = available;
  std::int64_t level = 0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const auto hungry = static_cast<std::int64_t>(ascending.size() - i);
    const std::int64_t rise = std::min(ascending[i] - level, left / hungry);
    left -= rise * hungry;
    level += rise;
    if (level < ascending[i]) break;
  }
  std::vector<std::int64_t> granted;
  granted.reserve(wanted.size());
  for (const std::int64_t want : wanted) {
    const bool one_more = want > level && left > 0;
    if (one_more) --left;
    granted.push_back(std::min(want, level) + (one_more ? 1 : 0));
  }
  return granted;
}

}  // namespace

Budget parse_budget(std::string_view text) {
  // The names and values of a budget read like any other parameters.
  if (text.empty())
    throw Error(ErrorCode::bad_argument, "is empty; expected tokens=N, flops=N, seconds=N or joules=N", std::string(kField));
  const NamedParameters given = parse_named_parameters("budget:" + std::string(text), kField);
  Budget budget;
  for (const auto& [key, value] : given.values) {
    if (key == "tokens") {
      budget.tokens = parse_positive_count(value, fmt::format("{} {}", kField, key));
    } else if (key == "flops") {
      budget.flops = static_cast<double>(parse_positive_count(value, fmt::format("{} {}", kField, key)));
    } else if (key == "seconds") {
      budget.seconds = parse_positive(value, key);
    } else if (key == "joules") {
      budget.joules = parse_positive(value, key);
    } else {
      throw Error(ErrorCode::bad_argument, fmt::format("unknown limit '{}'; known are tokens, flops, seconds, joules", key),
                  std::string(kField));
    }
  }
  return budget;
}

std::string to_string(const Budget& budget) {
  std::string text;
  const auto append = [&text](std::string_view key, const std::string& value) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", key, value);
  };
  if (budget.tokens) append("tokens", fmt::format("{}", *budget.tokens));
  if (budget.flops) append("flops", fmt::format("{:g}", *budget.flops));
  if (budget.seconds) append("seconds", fmt::format("{:g}", *budget.seconds));
  if (budget.joules) append("joules", fmt::format("{:g}", *budget.joules));
  return text.empty() ? "unlimited" : text;
}

std::vector<std::int64_t> share_tokens(std::int64_t available, std::span<const Want> wants) {
  std::vector<std::int64_t> granted(wants.size());
  std::vector<std::size_t> order(wants.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wants[i].expected; });
  std::int64_t left = std::max<std::int64_t>(available, 0);
  for (const std::size_t i : order) left -= granted[i] = std::min(wants[i].expected, left);
  std::vector<std::int64_t> beyond;
  for (std::size_t i = 0; i < wants.size(); ++i) beyond.push_back(left > 0 ? wants[i].most - granted[i] : 0);
  const std::vector<std::int64_t> more = equal_parts(left, beyond);
  for (std::size_t i = 0; i < wants.size(); ++i) granted[i] += more[i];
  return granted;
}

}  // namespace reckon
