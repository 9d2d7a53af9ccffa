// Unicode normal form C (UAX #15), in time linear in the length (times the log of the longest run of combining marks).
#pragma once

#include <string>
#include <string_view>

namespace reckon {

// `text` must be valid UTF-8.
std::string to_nfc(std::string_view text);

// False only if `text` is certainly in normal form C already; no more than a scan.
bool may_need_nfc(std::string_view text) noexcept;

}  // namespace reckon
