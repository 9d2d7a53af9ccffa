#include "cli/output_file.h"

#include <filesystem>

#include "base/error.h"

namespace reckon {
namespace {

std::ofstream opened(const std::string& path, std::ios::openmode mode) {
  std::ofstream file(path, mode);
  if (!file) throw Error(ErrorCode::bad_argument, "cannot be written; give a file in a folder that exists", path);
  return file;
}

}  // namespace

void check_output(const std::string& path) {
  if (path.empty()) return;
  std::error_code fault;
  if (std::filesystem::is_fifo(path, fault)) return;  // its reader would take the end of a trial for the end of the text
  const bool taken = std::filesystem::exists(std::filesystem::symlink_status(path, fault));
  opened(path, std::ios::app);
  if (!taken) std::filesystem::remove(path, fault);
}

void write_output(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file = opened(path, std::ios::trunc);
  file << text;
  finish(file, path);
}

std::ofstream open_output(const std::string& path) { return path.empty() ? std::ofstream() : opened(path, std::ios::trunc); }

void finish(std::ofstream& file, const std::string& path) {
  if (!file.flush()) throw Error(ErrorCode::bad_argument, "could not be written to its end; is the disk full?", path);
}

}  // namespace reckon
