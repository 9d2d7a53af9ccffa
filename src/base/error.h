// The one exception type of the project. Thrown where a fault is seen, caught at the front doors only.
#pragma once

#include <stdexcept>
#include <string>

namespace reckon {

enum class ErrorCode {
  bad_argument,      // the caller or user asked for something that cannot be: exit code 2, HTTP 400
  bad_file,          // a file is not what it says it is: exit code 2
  too_long,          // a prompt that the model's context has no room for: exit code 2, HTTP 400
  not_found,         // a file, model, strategy … that does not exist: exit code 2, HTTP 404
  unsupported,       // valid, but not something this build computes: exit code 2
  out_of_resources,  // memory or pages that no amount of waiting would free: exit code 2
  cancelled,         // the client left
  internal,          // a fault of ours: exit code 3
};

const char* name_of(ErrorCode code) noexcept;  // "bad_argument"

class Error : public std::runtime_error {
 public:
  // `message` says what was wrong and what was expected, `context` where (file, field, offset); what() is "context: message".
  Error(ErrorCode code, const std::string& message, const std::string& context = "");

  ErrorCode code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& context() const noexcept { return context_; }

 private:
  ErrorCode code_;
  std::string message_;
  std::string context_;
};

}  // namespace reckon
