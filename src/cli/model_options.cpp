#include "cli/model_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "app/prompt.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/checks.h"
#include "engine/engine.h"

namespace reckon {
namespace {

std::string read_standard_input() {
  std::string text;
  char buffer[65536];
  for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) {
    text.append(buffer, count);
    if (text.size() > kMaximumPromptBytes) break;  // check_text says so
  }
  return text;
}

std::vector<std::string> kv_type_names() {
  std::vector<std::string> names;
  for (const KvType& type : kKvTypes) names.emplace_back(type.name);
  return names;
}

}  // namespace

void add_model_options(CLI::App& command, ModelOptions& options) {
  command
      .add_option("-m,--model", options.model,
                  "GGUF file, or 'skills' or 'draft', which are bundled; without it the bundled policy")
      ->envname("RECKON_MODEL")
      ->check(not_empty("a GGUF file"));
  command.add_option("-t,--threads", options.threads, "kernel threads; 0 = one per processor")
      ->envname("RECKON_THREADS")
      ->check(whole_number(0, kMostThreads));
  command.add_option("--kv-bytes", options.kv_bytes, "limit on key/value pages, as 512MiB; default a quarter of memory")
      ->envname("RECKON_KV_BYTES")
      ->check(not_empty("a size such as 512MiB"));
  command.add_option("--kv-type", options.kv_type, "how keys and values are stored: int8 takes half the memory of f16")
      ->check(CLI::IsMember(kv_type_names(), CLI::ignore_case))
      ->envname("RECKON_KV_TYPE")
      ->capture_default_str();
  command
      .add_option("--page-slots", options.slots_per_page,
                  fmt::format("tokens in a KV page, one of {}; changes no answer", fmt::join(kPageSlots, ", ")))
      ->envname("RECKON_PAGE_SLOTS")
      ->capture_default_str()
      ->check(one_of(kPageSlots));
  command.add_option("--batch-rows", options.rows_per_step, "most rows in one step: how prompts are cut into chunks")
      ->envname("RECKON_BATCH_ROWS")
      ->capture_default_str()
      ->check(whole_number(1, kMostRowsPerStep));
  command
      .add_option("--activations", options.activations,
                  "what weights multiply: int8 (bf16 for BF16, f32 for F16 and F32 weights), bf16 (F16 and F32 weights too, at "
                  "twice the speed), f32 (exact)")
      ->check(CLI::IsMember({"int8", "bf16", "f32"}, CLI::ignore_case))
      ->envname("RECKON_ACTIVATIONS")
      ->capture_default_str();
  command.add_flag("--no-prefix-cache", options.no_prefix_cache, "compute every prompt anew");
}

RuntimeOptions runtime_options(const ModelOptions& options, Profile* profile) {
  RuntimeOptions runtime;
  runtime.model = options.model;
  runtime.synthetic = options.synthetic;
  runtime.activations = activation_form(options.activations);
  runtime.engine.threads = options.threads;
  if (!options.kv_bytes.empty()) {
    runtime.engine.kv_bytes = parse_bytes(options.kv_bytes, "--kv-bytes");
    if (runtime.engine.kv_bytes == 0) throw Error(ErrorCode::bad_argument, "is 0; expected a size such as 512MiB", "--kv-bytes");
  }
  runtime.engine.kv_type = std::ranges::find(kKvTypes, options.kv_type, &KvType::name)->type;
  runtime.engine.slots_per_page = options.slots_per_page;
  runtime.engine.rows_per_step = options.rows_per_step;
  runtime.engine.profile = profile;
  runtime.engine.prefix_cache = !options.no_prefix_cache;
  return runtime;
}

std::unique_ptr<Runtime> load_runtime(const ModelOptions& options, Profile* profile) {
  return std::make_unique<Runtime>(runtime_options(options, profile));
}

std::string read_text_argument(const std::string& argument, const std::string& what) {
  std::string text = argument == "-" ? read_standard_input() : argument;
  check_text(text, what);
  return text;
}

std::string read_text_file(const std::string& path, const std::string& what) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::not_found, "cannot open " + path, what);
  std::string text(kMaximumPromptBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  check_text(text, what);
  return text;
}

}  // namespace reckon
