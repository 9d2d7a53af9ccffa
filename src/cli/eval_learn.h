// reckon eval learn: from stores of results to what allocators choose by.
#pragma once

#include <CLI/App.hpp>
#include <functional>

namespace reckon {

// `task` is the option that `eval` itself requires and this command does not.
void add_learn(CLI::App& eval, CLI::Option* task, std::function<int()>& action);

}  // namespace reckon
