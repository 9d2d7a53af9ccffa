// A loaded model with its tokenizer, chat template and engine: what every front door works on.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "models/model.h"
#include "search/reward_model.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

// What weights are multiplied with (LoadOptions): int8 those that are quantised, bf16 those of BF16, f32 those of F16 and F32;
// the same, but bf16 those of F16 and F32, rounded for it; f32 all.
enum class ActivationForm : std::uint8_t { int8, bf16, f32 };
std::string_view name_of(ActivationForm form);          // "int8"
ActivationForm activation_form(std::string_view name);  // Throws Error bad_argument that lists the names.

struct RuntimeOptions {
  std::string model;      // as of model_path()
  std::string synthetic;  // SHAPE:QUANT: random weights, and no file is looked at (app/synthetic/model.h); "" = none
  EngineOptions engine;
  ActivationForm activations = ActivationForm::int8;
};

// Where the bundled models lie: $RECKON_MODELS, models/ of the source tree, or share/reckon/models beside the program.
// Throws Error not_found that lists the places looked at.
std::string bundled_model_path();   // reckon-policy.gguf
std::string bundled_reward_path();  // reckon-reward.gguf

// A GGUF file; "" = the bundled policy; a word such as `skills`, where there is no file of that name, = the bundled
// reckon-skills.gguf. Throws as bundled_model_path.
std::string model_path(const std::string& model);

// The file (or SHAPE:QUANT) that these options ask for, before anything is loaded. Throws as bundled_model_path.
std::string model_path_of(const RuntimeOptions& options);

class Runtime {  // all members from any thread
 public:
  // Throws what parse_synthetic_model, Model::load, make_tokenizer and Engine throw.
  explicit Runtime(const RuntimeOptions& options);

  Engine& engine() { return *engine_; }
  const Model& model() const { return *model_; }
  const std::shared_ptr<const Model>& shared_model() const { return model_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  const RuntimeOptions& options() const { return options_; }
  const std::string& model_path() const { return path_; }              // or SHAPE:QUANT
  const std::string& chat_template() const { return chat_template_; }  // "" if the file has none

  // A scope for Request::set_prefix_scope that no other request of this runtime has.
  std::uint64_t own_prefix_scope() { return ++scopes_; }

  // The tokens of a prompt. With `chat` and a template in the file, `text` becomes a user's turn and the assistant's begins;
  // text from the user never turns into control tokens. Throws what prompt_tokens throws (app/prompt.h).
  std::vector<Token> prompt(const std::string& text, bool chat, const std::string& system = "") const;
  // The tokens of a conversation (Problem::render); there must be a chat template.
  std::vector<Token> conversation(std::span<const Turn> turns, const std::string& system) const;

  // The reward model in a file, "" = the bundled one: loaded when first asked for, on this engine's workers. From then on the
  // limit on keys and values is shared, so that each model has room for as many tokens. Throws what loading throws, and Error
  // bad_file when the file is no reward model.
  std::shared_ptr<RewardModel> reward_model(const std::string& file);

  // Another model beside this one, from a file: loaded when first asked for, on this engine's workers, with its own tokenizer and
  // chat template. It lives as long as this one. Throws what loading throws.
  Runtime& beside(const std::string& file);

 private:
  std::shared_ptr<RewardModel> load_reward_model(const std::string& path) const;
  void share_kv() const;

  std::string path_;
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::string chat_template_;
  std::unique_ptr<Engine> engine_;
  RuntimeOptions options_;
  std::atomic<std::uint64_t> scopes_ = 0;
  std::mutex rewards_mutex_;  // guards the one below
  std::map<std::string, std::shared_ptr<RewardModel>> rewards_;
  std::mutex beside_mutex_;  // guards the one below
  std::map<std::string, std::unique_ptr<Runtime>> beside_;
};

}  // namespace reckon
