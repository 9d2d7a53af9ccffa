#include "search/small_file.h"

#include <fstream>

#include "base/error.h"

namespace reckon {

std::string small_file(const std::string& path, const std::string& what) {
  constexpr std::size_t kMost = std::size_t{1} << 20;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(ErrorCode::not_found, "cannot open " + what, path);
  std::string text(kMost + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMost) throw Error(ErrorCode::bad_file, what + " are longer than 1 MiB", path);
  return text;
}

}  // namespace reckon
