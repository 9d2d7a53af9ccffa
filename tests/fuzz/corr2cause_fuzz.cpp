// The published file of Corr2Cause: any bytes are questions whose parts fit together, or an Error that names a record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "tasks/corr2cause_published.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto questions = reckon::parse_corr2cause({reinterpret_cast<const char*>(data), size}, "file");
    require(!questions.empty());
    for (const reckon::CausalQuestion& question : questions) {
      const auto names = static_cast<int>(question.names.size());
      require(names >= 2 && names <= 6 && question.i != question.j);
      require(question.i >= 0 && question.i < names && question.j >= 0 && question.j < names);
      for (const reckon::Independence& fact : question.facts) {
        require(fact.first >= 0 && fact.first < fact.second && fact.second < names && fact.given >> names == 0);
      }
      (void)reckon::members(reckon::class_from(names, question.facts));
    }
  } catch (const reckon::Error& error) {
    require(error.code() == reckon::ErrorCode::bad_file && error.context().starts_with("file, record "));
  }
  return 0;
}
