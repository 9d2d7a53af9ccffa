// Addresses of problems that come from a file: the task's name, a slash, and the problem's place in the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reckon {

// "gsm8k/17". Throws Error bad_argument where the file has no such problem.
std::string file_address(std::string_view task, std::uint64_t index, std::size_t problems);
// The place that an address of this task names; nullopt for any other text, or a place past the end.
std::optional<std::size_t> place_in_file(std::string_view address, std::string_view task, std::size_t problems);

}  // namespace reckon
