#include "search/registry.h"

#include "base/error.h"

namespace reckon {

void throw_not_found(std::string_view kind, std::string_view name, std::span<const std::string> known, std::string_view hint) {
  std::string message = "no such " + std::string(kind) + " '" + std::string(name) + "'";
  const std::string near = nearest(name, known);
  if (!near.empty()) message += "; did you mean '" + near + "'?";
  throw Error(ErrorCode::not_found, message + (near.empty() ? "; " : " ") + std::string(hint));
}

}  // namespace reckon
