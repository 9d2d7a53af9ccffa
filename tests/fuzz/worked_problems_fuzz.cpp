// Solved problems: any bytes are such as formats/worked_problems.h says, or an Error that names a line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/error.h"
#include "formats/worked_problems.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream stream(std::string(reinterpret_cast<const char*>(data), size));
  try {
    const std::vector<reckon::WorkedProblem> problems = reckon::parse_worked_problems(stream, "solved");
    if (problems.empty()) std::abort();
    for (const reckon::WorkedProblem& worked : problems) {
      for (const std::string* field : {&worked.problem, &worked.solution}) {
        if (field->empty() || field->size() > reckon::kLongestWorkedField) std::abort();
      }
      if (worked.kind.size() > reckon::kLongestWorkedField) std::abort();
    }
  } catch (const reckon::Error& error) {
    if (error.code() != reckon::ErrorCode::bad_file || !error.context().starts_with("solved")) std::abort();
  }
  return 0;
}
