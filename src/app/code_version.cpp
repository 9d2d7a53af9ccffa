#include "app/code_version.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "base/error.h"
#include "base/mapped_file.h"

namespace reckon {

const std::string& code_version() {
  static const std::string kVersion = [] {
    const std::string release = RECKON_VERSION;
    try {
      return release + "+" + hash_of_file("/proc/self/exe");
    } catch (const Error&) {  // no Linux, or no /proc: releases are told apart
      return release;
    }
  }();
  return kVersion;
}

std::string hash_of_file(const std::string& path) {
  const MappedFile file(path);
  return fmt::format("{:016x}", static_cast<std::uint64_t>(XXH3_64bits(file.bytes().data(), file.bytes().size())));
}

}  // namespace reckon
