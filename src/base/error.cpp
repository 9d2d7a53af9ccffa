#include "base/error.h"

namespace reckon {

const char* name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::bad_argument: return "bad_argument";
    case ErrorCode::bad_file: return "bad_file";
    case ErrorCode::too_long: return "too_long";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::out_of_resources: return "out_of_resources";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

Error::Error(ErrorCode code, const std::string& message, const std::string& context)
    : std::runtime_error(context.empty() ? message : context + ": " + message),
      code_(code),
      message_(message),
      context_(context) {}

}  // namespace reckon
