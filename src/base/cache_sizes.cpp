#include "base/cache_sizes.h"

#include <charconv>
#include <exception>
#include <fstream>
#include <string_view>

namespace reckon {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// "32K", "1M", "512": bytes. 0 for anything else.
std::int64_t bytes_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : -1;
  constexpr std::int64_t kMost = std::int64_t{1} << 30;  // beyond any cache, and no shift of it overflows
  if (fault != std::errc() || shift < 0 || number < 0 || number > kMost) return 0;
  return number << shift;
}

// How many processors "0-3,8" lists. 1 for what is no such list.
std::int64_t processors_in(std::string_view list) {
  std::int64_t count = 0;
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at != end) {
    int begin = 0;
    auto [rest, fault] = std::from_chars(at, end, begin);
    int last = begin;
    if (fault == std::errc() && rest != end && *rest == '-') {
      const auto range = std::from_chars(rest + 1, end, last);
      rest = range.ptr;
      fault = range.ec;
    }
    if (fault != std::errc() || begin < 0 || last < begin) return 1;
    count += std::int64_t{last} - begin + 1;
    at = rest;
    if (at == end) break;
    if (*at != ',') return 1;
    ++at;
  }
  return count > 0 ? count : 1;
}

CacheSizes read_cache_sizes(const std::string& folder) {
  CacheSizes sizes;
  for (int index = 0; index < 8; ++index) {
    const std::string cache = folder + "/index" + std::to_string(index) + '/';
    const std::int64_t share = bytes_in(first_line(cache + "size")) / processors_in(first_line(cache + "shared_cpu_list"));
    if (share <= 0 || first_line(cache + "type") == "Instruction") continue;
    const std::string level = first_line(cache + "level");
    if (level == "1") sizes.first = share;
    if (level == "2") sizes.second = share;
  }
  return sizes;
}

}  // namespace

CacheSizes cache_sizes_in(const std::string& folder) noexcept {
  try {
    return read_cache_sizes(folder);
  } catch (const std::exception&) {
    return {};  // a wish, like all of this: no memory for a line of text is no reason to fail
  }
}

const CacheSizes& cache_sizes() noexcept {
  static const CacheSizes sizes = cache_sizes_in("/sys/devices/system/cpu/cpu0/cache");
  return sizes;
}

}  // namespace reckon
