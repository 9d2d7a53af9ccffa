#include "engine/energy.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

namespace reckon {
namespace {

std::optional<std::uint64_t> read_number(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;
}

// Package domains only ("intel-rapl:0"): their sub-domains ("intel-rapl:0:1") are contained in them.
bool is_package(const std::string& name) { return std::count(name.begin(), name.end(), ':') == 1; }

}  // namespace

EnergyMeter::EnergyMeter(const std::string& root) {
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(root, fault)) {
    if (!is_package(entry.path().filename().string())) continue;
    const auto now = read_number(entry.path() / "energy_uj");
    const auto range = read_number(entry.path() / "max_energy_range_uj");
    if (now) counters_.push_back(Counter{(entry.path() / "energy_uj").string(), *now, range.value_or(0)});
  }
}

double EnergyMeter::joules() const {
  double total = 0;
  for (const Counter& counter : counters_) {
    const std::uint64_t now = read_number(counter.path).value_or(counter.start_microjoules);
    const std::uint64_t wrapped = now < counter.start_microjoules ? counter.range_microjoules : 0;
    total += static_cast<double>(now + wrapped - counter.start_microjoules) * 1e-6;
  }
  return total;
}

}  // namespace reckon
