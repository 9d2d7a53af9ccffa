// Traces for tests, line by line.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "draw/search_trace.h"

namespace reckon {

inline nlohmann::json traced_head(const std::string& problem = "What is 2+2?") {
  return {{"problem", problem},
          {"answer", "4"},
          {"confidence", 0.75},
          {"status", "answered"},
          {"strategy", "beam:n=2"},
          {"seed", 7},
          {"receipt",
           {{"tokens", {{"prompt", 10}, {"cached", 0}, {"generated", 30}, {"drafted", 0}, {"verified", 5}, {"total", 45}}},
            {"flops", 1e9},
            {"bytes", 1e6},
            {"seconds", 0.5},
            {"peak_kv_bytes", 4096},
            {"paths", 2}}},
          {"chosen", 1}};
}

// A path whose steps are these texts.
inline nlohmann::json traced_path(std::uint64_t id, std::uint64_t parent, const std::string& state,
                                  const std::vector<std::string>& steps, std::size_t inherited_steps = 0) {
  nlohmann::json line{
      {"problem", "What is 2+2?"}, {"id", id}, {"parent", parent}, {"state", state}, {"score", 0.5}, {"tokens", 9}};
  std::string text;
  line["step_ends"] = nlohmann::json::array();
  for (const std::string& step : steps) {
    text += step;
    line["step_ends"].push_back(text.size());
  }
  line["text"] = text;
  line["inherited_steps"] = inherited_steps;
  return line;
}

inline std::string as_lines(const std::vector<nlohmann::json>& lines) {
  std::string text;
  for (const nlohmann::json& line : lines) text += line.dump() + "\n";
  return text;
}

inline TracedSearch read_lines(const std::string& text, const TraceChoice& choice = {}) {
  std::istringstream stream(text);
  return read_search(stream, "t.jsonl", choice);
}

}  // namespace reckon
