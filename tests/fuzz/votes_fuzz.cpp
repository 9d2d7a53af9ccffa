// Votes: any bytes are votes as said in formats/votes.h, or an Error that names a line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/error.h"
#include "formats/votes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream stream(std::string(reinterpret_cast<const char*>(data), size));
  try {
    const std::vector<reckon::VoteLine> votes = reckon::parse_votes(stream, "votes");
    if (votes.empty()) std::abort();
    for (const reckon::VoteLine& vote : votes) {
      for (const std::string* field : {&vote.item, &vote.worker, &vote.label}) {
        if (field->empty() || field->size() > reckon::kLongestVoteField) std::abort();
      }
    }
  } catch (const reckon::Error& error) {
    if (error.code() != reckon::ErrorCode::bad_file || !error.context().starts_with("votes")) std::abort();
  }
  return 0;
}
