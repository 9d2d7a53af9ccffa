// Files that a command writes beside its output: opened before the work, checked after it.
#pragma once

#include <fstream>
#include <string>

namespace reckon {

// Not open for "". Throws Error bad_argument where the file cannot be written.
std::ofstream open_output(const std::string& path);

// The same complaint, and nothing is lost: what the file holds stays until the work is done.
void check_output(const std::string& path);

// Hands everything written so far to the system. Throws Error bad_argument where the disk does not take it.
void finish(std::ofstream& file, const std::string& path);

}  // namespace reckon
