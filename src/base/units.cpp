#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "base/error.h"

namespace reckon {
namespace {

struct Unit {
  std::string_view suffix;
  double factor;
};

constexpr std::array kCountUnits{Unit{"", 1}, Unit{"k", 1e3}, Unit{"K", 1e3}, Unit{"M", 1e6}, Unit{"G", 1e9}, Unit{"T", 1e12}};
constexpr std::array kByteUnits{Unit{"", 1},         Unit{"B", 1},        Unit{"kB", 1e3},     Unit{"KB", 1e3},
                                Unit{"MB", 1e6},     Unit{"GB", 1e9},     Unit{"TB", 1e12},    Unit{"KiB", 0x1p10},
                                Unit{"MiB", 0x1p20}, Unit{"GiB", 0x1p30}, Unit{"TiB", 0x1p40}, Unit{"k", 0x1p10},
                                Unit{"K", 0x1p10},   Unit{"M", 0x1p20},   Unit{"G", 0x1p30},   Unit{"T", 0x1p40}};

[[noreturn]] void refuse(std::string_view text, std::string_view field, std::string_view expected) {
  constexpr std::size_t kShown = 60;  // enough to recognise, short enough for one line
  const std::string shown(text.substr(0, kShown));
  throw Error(ErrorCode::bad_argument, fmt::format("'{}'{} is not {}", shown, text.size() > kShown ? "…" : "", expected),
              std::string(field));
}

// `must_be_whole`: number times unit must be whole (1.5k is, 1.5 is not); else it is rounded, as 1.3GiB has to be.
std::int64_t parse_quantity(std::string_view text, std::string_view field, std::span<const Unit> units, bool must_be_whole,
                            std::string_view expected) {
  const char* const end = text.data() + text.size();
  // Plain digits first: a double would round counts above 2^53.
  std::int64_t whole = 0;
  const auto exact = std::from_chars(text.data(), end, whole);
  if (exact.ec == std::errc() && exact.ptr == end && whole >= 0) return whole;

  double value = 0;
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || !std::isfinite(value) || value < 0 || std::signbit(value)) refuse(text, field, expected);
  const std::string_view suffix(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  for (const Unit& unit : units) {
    if (unit.suffix != suffix) continue;
    const double scaled = std::round(value * unit.factor);
    const bool rounded = std::abs(value * unit.factor - scaled) > 1e-12 * scaled;  // 1.1k is 1100.0000000000002 in a double
    if (scaled >= 0x1p63 || (must_be_whole && rounded)) refuse(text, field, expected);
    return static_cast<std::int64_t>(scaled);
  }
  refuse(text, field, expected);
}

std::string with_unit(double value, std::string_view unit) {
  if (unit.empty()) return fmt::format("{:.3g}", value);
  const double magnitude = std::abs(value);
  return fmt::format("{:.{}f} {}", value, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0, unit);
}

}  // namespace

std::int64_t parse_count(std::string_view text, std::string_view field) {
  return parse_quantity(text, field, kCountUnits, true, "a whole count; write for example 4096, 4k or 1.5M, at least 0");
}

std::int64_t parse_positive_count(std::string_view text, std::string_view field) {
  constexpr std::string_view kExpected = "a whole count above 0; write for example 4096, 4k or 1.5M";
  const std::int64_t count = parse_quantity(text, field, kCountUnits, true, kExpected);
  if (count == 0) refuse(text, field, kExpected);
  return count;
}

std::int64_t parse_bytes(std::string_view text, std::string_view field) {
  return parse_quantity(text, field, kByteUnits, false, "a size; write for example 512MiB, 1.5GiB or 4GB, at least 0");
}

std::string format_count(double count) {
  constexpr std::array<std::string_view, 6> kUnits{"", "k", "M", "G", "T", "P"};
  if (!std::isfinite(count)) return fmt::format("{}", count);
  if (std::abs(count) < 1000 && count == std::floor(count)) return fmt::format("{:.0f}", count);
  std::size_t step = 0;
  while (std::abs(count) >= 999.5 && step + 1 < kUnits.size()) count /= 1000, ++step;
  return with_unit(count, kUnits[step]);
}

std::string format_count(double count, std::string_view unit) {
  const std::string number = format_count(count);
  const bool prefixed = number.find(' ') != std::string::npos;  // "1.23 M", and the unit belongs to the M
  return fmt::format("{}{}{}", number, prefixed ? "" : " ", unit);
}

std::string format_bytes(std::int64_t bytes) {
  constexpr std::array<std::string_view, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes > -1024 && bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  std::size_t step = 0;
  while (std::abs(value) >= 1023.5 && step + 1 < kUnits.size()) value /= 1024, ++step;
  return fmt::format("{:.{}f} {}", value, std::abs(value) < 99.95 ? 1 : 0, kUnits[step]);
}

std::string format_seconds(double seconds) {
  if (!std::isfinite(seconds)) return fmt::format("{} s", seconds);
  if (std::abs(seconds) >= 0.9995) return with_unit(seconds, "s");
  if (std::abs(seconds) >= 0.9995e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} us", seconds * 1e6);
}

std::string counted(std::int64_t count, std::string_view noun, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", noun);
  return plural.empty() ? fmt::format("{} {}s", count, noun) : fmt::format("{} {}", count, plural);
}

}  // namespace reckon
