#include "formats/votes.h"

#include <fstream>

#include "base/error.h"
#include "formats/json_lines.h"

namespace reckon {
namespace {

std::string vote_field(const nlohmann::json& line, const char* name, const std::string& where) {
  const auto found = line.find(name);
  std::string text;
  if (found != line.end() && found->is_string()) text = found->get<std::string>();
  if (found != line.end() && found->is_number_integer()) text = found->dump();
  if (!text.empty() && text.size() <= kLongestVoteField) return text;
  throw Error(ErrorCode::bad_file, std::string("expected '") + name + "' to be a string of 1 to 4096 bytes, or a whole number",
              where);
}

}  // namespace

std::vector<VoteLine> parse_votes(std::istream& stream, const std::string& where) {
  std::vector<VoteLine> votes;
  JsonLines lines(stream, where, kLongestVoteLine, R"({"item":…,"worker":…,"label":…})");
  while (const auto line = lines.next()) {
    const std::string place = lines.place();
    if (votes.size() == kMostVotes) throw Error(ErrorCode::bad_file, "there are more than 5000000 votes", place);
    votes.push_back({vote_field(*line, "item", place), vote_field(*line, "worker", place), vote_field(*line, "label", place)});
  }
  if (votes.empty()) throw Error(ErrorCode::bad_file, "it holds no vote", where);
  return votes;
}

std::vector<VoteLine> read_votes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::not_found, "cannot open the file; expected JSON lines, one vote each", path);
  return parse_votes(file, path);
}

}  // namespace reckon
