// Reading and printing quantities: counts with k/M/G (powers of 1000), bytes with KiB/MiB/GiB, seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reckon {

// "4096", "4k", "1.5M", "2e9" -> a count. Throws Error bad_argument naming `field` for anything else: fractions ("1.5"),
// negatives, overflow.
std::int64_t parse_count(std::string_view text, std::string_view field);
std::int64_t parse_positive_count(std::string_view text, std::string_view field);  // the same; throws for 0, too
// "1073741824", "512MiB", "1.5GiB", "4GB" -> bytes. Throws as parse_count.
std::int64_t parse_bytes(std::string_view text, std::string_view field);

std::string format_count(double count);                         // "1.23 M"
std::string format_count(double count, std::string_view unit);  // "1.23 MFLOP", "0 FLOP"
std::string format_bytes(std::int64_t bytes);                   // "1.5 MiB"
std::string format_seconds(double seconds);                     // "1.23 s", "45 ms"

// "1 problem", "2 problems", "0 strategies". The plural is the noun with an s where it is not given.
std::string counted(std::int64_t count, std::string_view noun, std::string_view plural = "");

}  // namespace reckon
