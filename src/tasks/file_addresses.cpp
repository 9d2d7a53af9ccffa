#include "tasks/file_addresses.h"

#include <algorithm>

#include "base/error.h"
#include "tasks/wording.h"

namespace reckon {

std::string file_address(std::string_view task, std::uint64_t index, std::size_t problems) {
  if (index >= problems) {
    throw Error(ErrorCode::bad_argument,
                "problem " + std::to_string(index) + " does not exist; the file has " + std::to_string(problems),
                std::string(task));
  }
  return std::string(task) + '/' + std::to_string(index);
}

std::optional<std::size_t> place_in_file(std::string_view address, std::string_view task, std::size_t problems) {
  const auto place = whole_number(address.substr(std::min(address.size(), task.size() + 1)));
  if (!place || *place < 0 || static_cast<std::size_t>(*place) >= problems) return std::nullopt;
  return static_cast<std::size_t>(*place);
}

}  // namespace reckon
