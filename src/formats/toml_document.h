// TOML from people: one parser's limits and errors for every file that is written in it.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

namespace reckon {

// Throws Error bad_file, with the line, for what is not TOML 1.0 or has more than 5000 dots outside of texts.
toml::table parse_toml(std::string_view text, const std::string& where);

}  // namespace reckon
