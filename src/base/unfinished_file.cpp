#include "base/unfinished_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.h"

namespace reckon {
namespace {

std::string place_of(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the system follows
  std::error_code fault;
  std::filesystem::path place = path;
  for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(place, fault); ++links) {
    place = place.parent_path() / std::filesystem::read_symlink(place, fault);  // an absolute one replaces what is before it
  }
  const std::filesystem::file_status status = std::filesystem::status(place, fault);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::bad_argument, "is no regular file; expected the name of a file to write", path);
  }
  if (std::filesystem::exists(status) && ::access(place.c_str(), W_OK) != 0) {
    throw Error(ErrorCode::bad_argument, "is write-protected; remove it first, or give another name", path);
  }
  return place.string();
}

std::string opened(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& path)
    : path_(path), place_(place_of(path)), part_(place_ + "." + std::to_string(::getpid()) + ".part") {  // nobody else's
  open_nameless();
  errno = 0;
  out_.open(descriptor_ >= 0 ? opened(descriptor_) : part_, std::ios::binary | std::ios::trunc);
  if (!out_) refuse();
}

UnfinishedFile::~UnfinishedFile() {
  out_.close();
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  } else {
    std::remove(part_.c_str());  // which is not there when it was finished
  }
}

void UnfinishedFile::open_nameless() {
  const std::string folder = std::filesystem::path(place_).parent_path().string();
  descriptor_ = ::open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor_ < 0 || ::access(opened(descriptor_).c_str(), F_OK) == 0) return;
  ::close(descriptor_);  // without /proc it could get no name
  descriptor_ = -1;
}

// A file without a name can be given one that is free, no other; so it gets the other one first.
void UnfinishedFile::finish() {
  if (out_) out_.close();
  if (!out_) refuse();
  if (descriptor_ >= 0) {
    std::remove(part_.c_str());
    if (::linkat(AT_FDCWD, opened(descriptor_).c_str(), AT_FDCWD, part_.c_str(), AT_SYMLINK_FOLLOW) != 0) refuse();
  }
  if (std::rename(part_.c_str(), place_.c_str()) == 0) return;
  const int fault = errno;
  std::remove(part_.c_str());
  errno = fault;
  refuse();
}

void UnfinishedFile::refuse() const {
  throw Error(ErrorCode::bad_argument, std::string("cannot be written: ") + std::strerror(errno), path_);
}

}  // namespace reckon
