#include "formats/json_lines.h"

#include "base/error.h"

namespace reckon {

JsonLines::JsonLines(std::istream& stream, std::string name, std::size_t longest_line, std::string expected)
    : stream_(&stream), name_(std::move(name)), longest_(longest_line), expected_(std::move(expected)) {}

std::string JsonLines::place() const { return name_ + ':' + std::to_string(number_); }

bool JsonLines::read_line() {
  ++number_;
  line_.resize(longest_ + 1);
  stream_->getline(line_.data(), static_cast<std::streamsize>(line_.size()));
  const auto read = static_cast<std::size_t>(stream_->gcount());
  if (stream_->fail() && read > 0) {
    throw Error(ErrorCode::bad_file, "the line is longer than " + std::to_string(longest_ / 1024) + " KiB; expected JSON lines",
                place());
  }
  line_.resize(stream_->eof() || read == 0 ? read : read - 1);  // without the newline that was read
  return !stream_->fail();
}

std::optional<nlohmann::json> JsonLines::next() {
  while (read_line()) {
    if (line_.find_first_not_of(" \t\r") == std::string::npos) continue;
    nlohmann::json object = nlohmann::json::parse(line_, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
      throw Error(ErrorCode::bad_file, "expected a JSON object on one line: " + expected_, place());
    }
    return object;
  }
  return std::nullopt;
}

}  // namespace reckon
