// Files of JSON objects, one on each line: numbered for errors, bounded in length, blank lines skipped. https://jsonlines.org
#pragma once

#include <cstddef>
#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace reckon {

class JsonLines {
 public:
  // `stream` outlives it. `name` is what errors call the file, `expected` an object as it should be.
  JsonLines(std::istream& stream, std::string name, std::size_t longest_line, std::string expected);

  // The next object; nothing behind the last. Throws Error bad_file for a line that is longer than allowed or no JSON object.
  std::optional<nlohmann::json> next();
  std::string place() const;  // "name:line" of the object that next() gave last

 private:
  bool read_line();  // whether there was one

  std::istream* stream_;
  std::string name_;
  std::size_t longest_;
  std::string expected_;
  std::string line_;
  std::size_t number_ = 0;
};

}  // namespace reckon
