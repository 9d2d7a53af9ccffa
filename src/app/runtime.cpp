#include "app/runtime.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <vector>

#include "app/prompt.h"
#include "app/reward_readout.h"
#include "app/synthetic/model.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "text/tokenizers/from_gguf.h"

namespace reckon {
namespace {

constexpr std::array<std::string_view, 3> kActivationForms{"int8", "bf16", "f32"};  // in the order of ActivationForm

std::filesystem::path program_folder() {
  std::error_code fault;
  return std::filesystem::read_symlink("/proc/self/exe", fault).parent_path();
}

LoadOptions load_options(const RuntimeOptions& options) {
  const int threads = std::clamp(threads_or_processors(options.engine.threads), 1, threads_or_processors(0));
  return LoadOptions{.pack = options.activations != ActivationForm::f32,
                     .round_to_bf16 = options.activations == ActivationForm::bf16,
                     .threads = threads,
                     .pool = options.engine.pool};
}

std::shared_ptr<const Model> load_file(const std::string& path, const RuntimeOptions& options, bool classifier) {
  LoadOptions load = load_options(options);
  load.classifier = classifier;
  return Model::load(path, load);
}

std::shared_ptr<const Model> load(const std::string& path, const RuntimeOptions& options) {
  if (options.synthetic.empty()) return load_file(path, options, /*classifier=*/false);
  const LoadOptions load = load_options(options);
  return Model::load(make_synthetic_model(parse_synthetic_model(options.synthetic), load.threads), load);
}

std::shared_ptr<const Tokenizer> tokenizer_of_file(const std::string& path) {
  return make_tokenizer(vocabulary_from_gguf(GgufFile::open(path).metadata()));
}

// `instead` says how to name another file.
std::string bundled_path(const std::string& file, const std::string& instead) {
  std::vector<std::filesystem::path> places;
  if (const char* folder = std::getenv("RECKON_MODELS")) places.emplace_back(folder);
  const std::filesystem::path program = program_folder();
  places.push_back(program / "../share/reckon/models");  // installed
  for (std::filesystem::path up = program; !up.empty() && up != up.root_path(); up = up.parent_path()) {
    places.push_back(up / "models");  // a build folder inside the source tree
  }
  std::string looked;
  for (const auto& place : places) {
    std::error_code fault;
    if (std::filesystem::is_regular_file(place / file, fault)) return (place / file).lexically_normal().string();
    looked += fmt::format("{}{}", looked.empty() ? "" : ", ", place.lexically_normal().string());
  }
  throw Error(ErrorCode::not_found,
              fmt::format("the bundled model {} is not in {}; give {} or set RECKON_MODELS", file, looked, instead));
}

}  // namespace

std::string_view name_of(ActivationForm form) { return kActivationForms[static_cast<std::size_t>(form)]; }

ActivationForm activation_form(std::string_view name) {
  const auto found = std::ranges::find(kActivationForms, name);
  if (found == kActivationForms.end()) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("activations cannot be '{}'; expected one of {}", name, fmt::join(kActivationForms, ", ")));
  }
  return static_cast<ActivationForm>(found - kActivationForms.begin());
}

std::string bundled_model_path() { return bundled_path("reckon-policy.gguf", "--model FILE"); }
std::string bundled_reward_path() { return bundled_path("reckon-reward.gguf", "model=FILE to the verifier"); }

std::string model_path(const std::string& model) {
  if (model.empty()) return bundled_model_path();
  std::error_code fault;
  const bool is_word = model.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
  if (!is_word || std::filesystem::exists(model, fault)) return model;
  return bundled_path("reckon-" + model + ".gguf", "a file");
}

std::string model_path_of(const RuntimeOptions& options) {
  return options.synthetic.empty() ? model_path(options.model) : options.synthetic;
}

Runtime::Runtime(const RuntimeOptions& options) : path_(model_path_of(options)), options_(options) {
  // Of a large vocabulary the tokenizer takes as long as the packing of a small model's weights: it is made meanwhile.
  std::future<std::shared_ptr<const Tokenizer>> tokenizer;
  if (options.synthetic.empty()) tokenizer = std::async(std::launch::async, tokenizer_of_file, path_);
  model_ = load(path_, options);
  const Metadata& metadata = model_->file().metadata();
  tokenizer_ = tokenizer.valid() ? tokenizer.get() : make_tokenizer(vocabulary_from_gguf(metadata));
  chat_template_ = chat_template_from_gguf(metadata);
  engine_ = std::make_unique<Engine>(model_, tokenizer_, options.engine);
}

std::vector<Token> Runtime::prompt(const std::string& text, bool chat, const std::string& system) const {
  return prompt_tokens(*tokenizer_, chat ? chat_template_ : "", system, text);
}

std::vector<Token> Runtime::conversation(std::span<const Turn> turns, const std::string& system) const {
  return conversation_tokens(*tokenizer_, chat_template_, system, turns);
}

Runtime& Runtime::beside(const std::string& file) {
  const std::scoped_lock lock(beside_mutex_);
  std::unique_ptr<Runtime>& runtime = beside_[file];
  if (runtime) return *runtime;
  RuntimeOptions options = options_;
  options.model = file;
  options.synthetic.clear();
  options.engine.pool = engine_->options().pool;
  options.engine.profile = nullptr;
  runtime = std::make_unique<Runtime>(options);
  return *runtime;
}

std::shared_ptr<RewardModel> Runtime::reward_model(const std::string& file) {
  const std::string path = file.empty() ? bundled_reward_path() : file;
  const std::scoped_lock lock(rewards_mutex_);
  const auto known = rewards_.find(path);
  if (known != rewards_.end()) return known->second;
  const auto added = rewards_.emplace(path, load_reward_model(path)).first;
  try {
    share_kv();
  } catch (...) {  // the others keep what they had
    rewards_.erase(added);
    share_kv();
    throw;
  }
  return added->second;
}

std::shared_ptr<RewardModel> Runtime::load_reward_model(const std::string& path) const {
  RuntimeOptions options = options_;
  options.engine.pool = engine_->options().pool;
  options.engine.profile = nullptr;
  std::shared_ptr<const Model> model = load_file(path, options, /*classifier=*/true);
  const Metadata& metadata = model->file().metadata();
  std::shared_ptr<const Tokenizer> tokenizer = make_tokenizer(vocabulary_from_gguf(metadata));
  RewardReadout readout = reward_readout(metadata, path, *tokenizer, model->info().labels);
  readout.prompt = [tokenizer, chat_template = chat_template_from_gguf(metadata)](const Problem& problem) {
    return prompt_tokens(*tokenizer, chat_template, "", problem.text);
  };
  auto engine = std::make_unique<Engine>(model, tokenizer, options.engine);
  return std::make_shared<RewardModel>(std::move(engine), std::move(readout));
}

// A reward model reads what the policy writes, so all need room for as many tokens.
void Runtime::share_kv() const {
  std::vector<Engine*> engines{engine_.get()};
  for (const auto& [path, reward] : rewards_) engines.push_back(&reward->engine());
  const auto slot_bytes = [](const Engine* engine) { return engine->model().cost().slot_bytes(engine->options().kv_type); };
  double together = 0;
  for (const Engine* engine : engines) together += slot_bytes(engine);
  const auto bytes = static_cast<double>(engine_->options().kv_bytes);
  for (Engine* engine : engines) engine->limit_kv(static_cast<std::int64_t>(bytes * (slot_bytes(engine) / together)));
}

}  // namespace reckon
