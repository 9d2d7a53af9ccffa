// Python's string methods on tracked text: each keeps with every byte where it came from.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/templates/tracked_text.h"

namespace reckon::jinja {

enum class Side : std::uint8_t { left, right, both };

// Strips white space, or the characters in `characters` if it is not empty.
TrackedText strip(const TrackedText& text, Side side, std::string_view characters = {});

// At most `limit` cuts (-1: all), from the left or from the right. An empty separator means runs of white space.
std::vector<TrackedText> split(const TrackedText& text, std::string_view separator, std::int64_t limit, bool from_right = false);
std::vector<TrackedText> split_lines(const TrackedText& text);

// At most `limit` times (-1: all).
TrackedText replace(const TrackedText& text, std::string_view what, const TrackedText& with, std::int64_t limit = -1);

TrackedText upper(const TrackedText& text);
TrackedText lower(const TrackedText& text);
TrackedText capitalize(const TrackedText& text);
TrackedText title(const TrackedText& text);  // str.title: a letter behind a non-letter is upper case

TrackedText escape_html(const TrackedText& text);  // markup; leaves markup as it is

std::int64_t length_in_characters(std::string_view text);

// Whether the text is not empty and each of its characters satisfies the predicate.
bool all_characters(std::string_view text, bool (*predicate)(char32_t));
bool is_letter(char32_t c);
bool is_decimal(char32_t c);
bool is_upper_case(char32_t c);
bool is_lower_case(char32_t c);

}  // namespace reckon::jinja
