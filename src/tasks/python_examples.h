// Examples in the description of a Python function, as tests that may be shown to a verifier. Descriptions write them as they
// like:
// ">>> f(1)" with the value on the next line, "f(1) == 2", "f(1) => 2", "f(1) returns 2" and some more. Any bytes; an example is
// looked for in at most kLongestExample bytes, so the time is linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

inline constexpr std::size_t kLongestExample = 2048;

// One "assert (call) == (value)" per example, in order. Except behind ">>>", arguments and value must be literals: prose such as
// "f(n) = 1 + n / 2" is no example. Whether the description is right about its function nobody has checked.
std::vector<std::string> python_examples(std::string_view description, std::string_view function);

}  // namespace reckon
