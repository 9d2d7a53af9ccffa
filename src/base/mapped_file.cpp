#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

class FileDescriptor {  // closes on every way out of the constructor below
 public:
  explicit FileDescriptor(int value) : value_(value) {}
  ~FileDescriptor() {
    if (value_ >= 0) ::close(value_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const noexcept { return value_; }

 private:
  int value_;
};

// strerror is not safe between threads; this is.
std::string reason(int error) { return std::generic_category().message(error); }

std::size_t mappable_size(int descriptor, const std::string& path) {
  struct stat info{};
  if (::fstat(descriptor, &info) != 0) throw Error(ErrorCode::bad_file, "cannot be examined: " + reason(errno), path);
  if (S_ISDIR(info.st_mode)) throw Error(ErrorCode::bad_file, "is a directory; a file was expected", path);
  if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::bad_file, "is not a regular file, so it cannot be mapped", path);
  if (info.st_size == 0) throw Error(ErrorCode::bad_file, "is empty", path);
  if (static_cast<std::uintmax_t>(info.st_size) > std::numeric_limits<std::size_t>::max()) {
    throw Error(ErrorCode::out_of_resources, "is larger than the address space", path);
  }
  return static_cast<std::size_t>(info.st_size);
}

}  // namespace

MappedFile::MappedFile(const std::string& path) : path_(path) {
  if (path.find('\0') != std::string::npos) throw Error(ErrorCode::bad_file, "the path holds a zero byte", path);
  // Without O_NONBLOCK, opening a named pipe would wait for a writer, perhaps for ever.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    const int error = errno;
    const bool missing = error == ENOENT || error == ENOTDIR;
    if (missing) throw Error(ErrorCode::not_found, "no such file", path);
    throw Error(ErrorCode::bad_file, "cannot be opened: " + reason(error), path);
  }
  const std::size_t size = mappable_size(file.get(), path);
  void* const mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapping == MAP_FAILED) throw Error(ErrorCode::out_of_resources, "cannot be mapped: " + reason(errno), path);
  data_ = static_cast<const std::byte*>(mapping);
  size_ = size;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

void MappedFile::release(std::span<const std::byte> part) const noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data_);
  auto first = reinterpret_cast<std::uintptr_t>(part.data());
  auto last = first + part.size();
  if (first < begin || last > begin + size_) return;  // another file's
  first = (first + page - 1) / page * page;
  last = last / page * page;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace reckon
