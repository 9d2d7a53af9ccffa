#include "cli/output_file.h"

#include "base/error.h"

namespace reckon {

std::ofstream open_output(const std::string& path) {
  std::ofstream file;
  if (path.empty()) return file;
  file.open(path);
  if (!file) throw Error(ErrorCode::bad_argument, "cannot be written; give a file in a folder that exists", path);
  return file;
}

void check_output(const std::string& path) {
  if (path.empty()) return;
  if (!std::ofstream(path, std::ios::app)) {
    throw Error(ErrorCode::bad_argument, "cannot be written; give a file in a folder that exists", path);
  }
}

void finish(std::ofstream& file, const std::string& path) {
  if (!file.flush()) throw Error(ErrorCode::bad_argument, "could not be written to its end; is the disk full?", path);
}

}  // namespace reckon
