// Program texts: what a model wrote, and descriptions of functions in a user's file. The text up to the first newline names the
// function. A program is never empty; what is found in a text that was cut off is found in the whole text too; an example repeats
// the description.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "search/answers/fenced_block.h"
#include "tasks/python_examples.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view function = input.substr(0, input.find('\n'));
  const std::string_view text = function.size() < size ? input.substr(function.size() + 1) : std::string_view();

  const std::optional<std::string> whole = reckon::program_answer(text, true);
  const std::optional<std::string> stated = reckon::program_answer(text, false);
  require(!whole || !whole->empty());
  require(!stated || whole == stated);

  for (const std::string& test : reckon::python_examples(text, function)) {
    require(test.starts_with("assert (") && test.ends_with(')'));
    require(test.size() <= 2 * reckon::kLongestExample + 64);
    require(text.find(test.substr(8, function.size())) != std::string_view::npos);
  }
  return 0;
}
