// Files that users write for strategies and verifiers: questions, lists of words.
#pragma once

#include <string>

namespace reckon {

// All of it. `what` names it in messages, "the judge's questions". Throws Error not_found, or bad_file above 1 MiB.
std::string small_file(const std::string& path, const std::string& what);

}  // namespace reckon
