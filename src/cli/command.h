// One command of the program. A command is a file in commands/ that ends with a function adding it to the parser, and a row in
// commands/registry.cpp.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <span>

namespace reckon {

inline constexpr int kAnswered = 0;
inline constexpr int kNoAnswer = 1;
inline constexpr int kInterrupted = 130;  // as a shell has it for who died of Ctrl-C; what there was is shown
inline constexpr int kBadInput = 2;
inline constexpr int kInternalError = 3;

// Adds the command's options to `app` and sets its callback to put the action to run, which returns the exit code, into `action`.
// Both arguments outlive the parse.
using AddCommand = void (*)(CLI::App& app, std::function<int()>& action);

std::span<const AddCommand> commands();

}  // namespace reckon
