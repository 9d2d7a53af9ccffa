// Which program this is, to the byte: results of two builds are told apart, for a change of any line may change an answer.
#pragma once

#include <string>

namespace reckon {

// "0.1.0+9f86d081884c7d65": the version, and a hash of the running program's file where it can be read.
const std::string& code_version();

// XXH3, 64 bits, as 16 hexadecimal digits. Throws Error not_found or bad_file as MappedFile does.
std::string hash_of_file(const std::string& path);

}  // namespace reckon
