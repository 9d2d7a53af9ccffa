// Options from a TOML file (toml.io, 1.0): a table for each command, a key for each long option, as in [solve] seed = 3.
// The file is the weakest source: the environment overrides it, and the command line both.
#pragma once

#include <CLI/App.hpp>

namespace reckon {

// Adds --config. When parsed, the file's values are given to the options of `app`, which outlives the parse. Throws Error that
// names file and line: bad_file for what is not TOML, bad_argument for unknown commands, unknown keys and values that an option
// refuses. Only a regular file of at most 1 MiB is read.
void add_config_file(CLI::App& app);

}  // namespace reckon
