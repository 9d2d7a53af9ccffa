// A file that is there whole or not at all: it has no name until it is finished, so that nothing is left of one whose program
// ended, or was ended, before. Where the file system knows no files without a name, it lies beside its place as
// "PLACE.PID.part" meanwhile, and only a program that is ended leaves that.
#pragma once

#include <fstream>
#include <string>

namespace reckon {

class UnfinishedFile {
 public:
  // In the folder of `path`; where that is a link, of the file it leads to. Throws Error bad_argument where nothing can be
  // written, where what lies there is write-protected, or is no regular file: a device or a pipe would be gone behind the new
  // file.
  explicit UnfinishedFile(const std::string& path);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  std::ostream& out() { return out_; }
  // Takes the place of what was there. Throws Error bad_argument where something that was written did not arrive.
  void finish();

 private:
  void open_nameless();
  [[noreturn]] void refuse() const;  // by errno

  std::string path_;   // as it was asked for
  std::string place_;  // where it will be
  std::string part_;   // its name until then, if it has one
  int descriptor_ = -1;
  std::ofstream out_;
};

}  // namespace reckon
