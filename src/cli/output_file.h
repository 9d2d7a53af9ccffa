// Files that a command writes beside its output: tried before the work, checked after it.
#pragma once

#include <fstream>
#include <string>

namespace reckon {

// Of a file that is written at the end. "" is none. Before the work, check_output() throws Error bad_argument where it cannot be
// written, and leaves it as it is; write_output() puts the text in the place of what it held, and throws the same.
void check_output(const std::string& path);
void write_output(const std::string& path, const std::string& text);

// Of a file that grows with the work, such as a trace: what it held is gone at once. Not open for "". Throws as check_output().
std::ofstream open_output(const std::string& path);
// Hands everything written so far to the system. Throws Error bad_argument where the disk does not take it.
void finish(std::ofstream& file, const std::string& path);

}  // namespace reckon
