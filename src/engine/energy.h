// Energy used by the processor packages since construction, from the powercap counters that Linux exposes
// (/sys/class/powercap/*/energy_uj). Many virtual machines have none: then available() is false.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reckon {

class EnergyMeter {
 public:
  // `root` is the powercap folder; another one in tests.
  explicit EnergyMeter(const std::string& root = "/sys/class/powercap");

  bool available() const noexcept { return !counters_.empty(); }
  double joules() const;  // 0 when not available; counters wrap around and are corrected for one wrap

 private:
  struct Counter {
    std::string path;
    std::uint64_t start_microjoules;
    std::uint64_t range_microjoules;
  };
  std::vector<Counter> counters_;
};

}  // namespace reckon
