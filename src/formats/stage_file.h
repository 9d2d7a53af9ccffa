// The stages of a pipeline as TOML (toml.io, 1.0): a table [[stage]] for each, in order, with `kind` and the stage's own keys.
// What kinds and keys there are, search/stages/ knows; here they are only read.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

struct StageText {
  std::string kind;                           // never empty
  std::map<std::string, std::string> values;  // a list of whole numbers is joined by '+'
  std::string place;                          // for errors: "answer.toml:7: stage 2 'rank'"
};

inline constexpr std::size_t kLongestStageFile = std::size_t{1} << 20;
inline constexpr std::size_t kMostStages = 64;

// At least one stage. Throws Error bad_file ("where:line: …") for what is not TOML, keys beside [[stage]], a stage without a
// kind, values that are neither text, number, true or false, nor a list of whole numbers, and for more than 64 stages.
std::vector<StageText> parse_stages(std::string_view toml, const std::string& where);

// The same from a regular file of at most 1 MiB. Throws Error not_found.
std::vector<StageText> read_stages(const std::string& path);

}  // namespace reckon
