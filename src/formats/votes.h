// Votes as JSON lines: {"item": …, "worker": …, "label": …}, each a string or a whole number. Further fields are left alone.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

namespace reckon {

struct VoteLine {
  std::string item;
  std::string worker;
  std::string label;
};

inline constexpr std::size_t kLongestVoteLine = std::size_t{1} << 16;
inline constexpr std::size_t kLongestVoteField = 4096;
inline constexpr std::size_t kMostVotes = 5'000'000;

// At least one vote; blank lines are skipped. Throws Error bad_file ("where:line: …") for a line that is not such an object, a
// field that is empty or longer than 4096 bytes, a line longer than 64 KiB, or more than five million votes.
std::vector<VoteLine> parse_votes(std::istream& stream, const std::string& where);

// The same from a file. Throws Error not_found.
std::vector<VoteLine> read_votes(const std::string& path);

}  // namespace reckon
