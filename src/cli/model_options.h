// Options that every command with a model has, and reading problems from the command line.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "app/runtime.h"

namespace reckon {

struct ModelOptions {
  std::string model;
  std::string synthetic;  // SHAPE:QUANT; only commands for which the weights' values mean nothing have an option for it
  int threads = 0;
  std::string kv_bytes;
  std::string activations = "int8";
  std::string kv_type = "f16";
  int slots_per_page = 16;
  int rows_per_step = 512;
  bool no_prefix_cache = false;
};

// Adds --model, --threads, --kv-bytes, --kv-type, --page-slots, --batch-rows, --no-prefix-cache, each also as RECKON_*.
// `options` outlives the parse.
void add_model_options(CLI::App& command, ModelOptions& options);

// Throws Error bad_argument for what the options say.
RuntimeOptions runtime_options(const ModelOptions& options, Profile* profile = nullptr);

// Throws the same, and what loading the model throws. `profile` outlives what is returned.
std::unique_ptr<Runtime> load_runtime(const ModelOptions& options, Profile* profile = nullptr);

// The text itself, or all of standard input for "-". Throws what check_text throws (app/prompt.h).
std::string read_text_argument(const std::string& argument, const std::string& what);

// A whole text file. Throws Error not_found, and what check_text throws with `what` as its context.
std::string read_text_file(const std::string& path, const std::string& what);

}  // namespace reckon
