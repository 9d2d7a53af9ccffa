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

std::int64_t parse_positive_count(std::string_view text, std::string_view key) {
  const std::int64_t value = parse_count(text, fmt::format("{} {}", kField, key));
  if (value <= 0) throw Error(ErrorCode::bad_argument, fmt::format("{}={} is not above 0", key, text), std::string(kField));
  return value;
}

}  // namespace

Budget parse_budget(std::string_view text) {
  // The names and values of a budget read like any other parameters.
  const NamedParameters given = parse_named_parameters("budget:" + std::string(text), kField);
  Budget budget;
  for (const auto& [key, value] : given.values) {
    if (key == "tokens") {
      budget.tokens = parse_positive_count(value, key);
    } else if (key == "flops") {
      budget.flops = static_cast<double>(parse_positive_count(value, key));
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

std::vector<std::int64_t> share_tokens(std::int64_t available, std::span<const std::int64_t> wanted) {
  std::vector<std::int64_t> granted(wanted.size(), 0);
  std::vector<std::size_t> hungry(wanted.size());
  std::iota(hungry.begin(), hungry.end(), std::size_t{0});
  // Water-filling: each round gives every hungry work an equal share; works that need less leave the rest for the next round.
  while (available > 0 && !hungry.empty()) {
    const auto count = static_cast<std::int64_t>(hungry.size());
    std::int64_t remainder = available % count;
    const std::int64_t share = available / count;
    std::vector<std::size_t> still_hungry;
    for (const std::size_t i : hungry) {
      const std::int64_t portion = std::min(share + (remainder > 0 ? 1 : 0), wanted[i] - granted[i]);
      if (remainder > 0) --remainder;
      granted[i] += portion;
      available -= portion;
      if (granted[i] < wanted[i]) still_hungry.push_back(i);
    }
    hungry = std::move(still_hungry);
  }
  return granted;
}

}  // namespace reckon
