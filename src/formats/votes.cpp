#include "formats/votes.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace reckon {
namespace {

std::string field(const nlohmann::json& line, const char* name, const std::string& where) {
  const auto found = line.find(name);
  std::string text;
  if (found != line.end() && found->is_string()) text = found->get<std::string>();
  if (found != line.end() && found->is_number_integer()) text = found->dump();
  if (!text.empty() && text.size() <= kLongestVoteField) return text;
  throw Error(ErrorCode::bad_file, std::string("expected '") + name + "' to be a string of 1 to 4096 bytes, or a whole number",
              where);
}

VoteLine parse_vote(const std::string& text, const std::string& where) {
  const nlohmann::json line = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!line.is_object()) {
    throw Error(ErrorCode::bad_file, R"(expected a JSON object on one line: {"item":…,"worker":…,"label":…})", where);
  }
  return {field(line, "item", where), field(line, "worker", where), field(line, "label", where)};
}

// Whether there was another line; it is in `line` then.
bool next_line(std::istream& stream, std::string& line, const std::string& where) {
  line.resize(kLongestVoteLine + 1);
  stream.getline(line.data(), static_cast<std::streamsize>(line.size()));
  const auto read = static_cast<std::size_t>(stream.gcount());
  if (stream.fail() && read > 0) throw Error(ErrorCode::bad_file, "the line is longer than 64 KiB; expected JSON lines", where);
  line.resize(stream.eof() || read == 0 ? read : read - 1);  // without the newline that was read
  return !stream.fail();
}

}  // namespace

std::vector<VoteLine> parse_votes(std::istream& stream, const std::string& where) {
  std::vector<VoteLine> votes;
  std::string line;
  std::string place = where + ":1";
  for (std::size_t number = 1; next_line(stream, line, place); place = where + ':' + std::to_string(++number)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (votes.size() == kMostVotes) throw Error(ErrorCode::bad_file, "there are more than 5000000 votes", place);
    votes.push_back(parse_vote(line, place));
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
