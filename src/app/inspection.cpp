#include "app/inspection.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/runtime.h"
#include "base/error.h"
#include "base/units.h"
#include "engine/engine.h"
#include "formats/gguf/gguf_file.h"
#include "models/model.h"
#include "text/tokenizers/from_gguf.h"

namespace reckon {
namespace {

constexpr std::size_t kShownElements = 8;  // of a metadata array: vocabularies have hundreds of thousands

template <typename T>
Json element_json(const T& element) {
  if constexpr (std::is_same_v<T, MetadataArray>) {
    return Json{{"type", "array"}, {"size", element.size()}};
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return Json(std::string(element));
  } else {
    return Json(element);
  }
}

Json array_json(const MetadataArray& array) {
  Json first = Json::array();
  std::visit(
      [&first](const auto& items) {
        for (std::size_t i = 0; i < std::min(items.size(), kShownElements); ++i) {
          using Items = std::decay_t<decltype(items)>;
          if constexpr (std::is_same_v<Items, std::vector<bool>>) {
            first.push_back(static_cast<bool>(items[i]));
          } else {
            first.push_back(element_json(items[i]));
          }
        }
      },
      array.items);
  return Json{{"type", name_of(array.element_type())}, {"size", array.size()}, {"first", std::move(first)}};
}

Json metadata_json(const Metadata& metadata) {
  Json document = Json::object();
  for (const auto& [key, value] : metadata.values()) {
    document[key] = std::visit(
        [](const auto& held) {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, MetadataArray>) {
            return array_json(held);
          } else {
            return Json(held);
          }
        },
        value);
  }
  return document;
}

void add_tensors(Json& document, const GgufFile& file) {
  std::int64_t parameters = 0;
  Json types = Json::object();
  Json tensors = Json::array();
  for (const TensorInfo& tensor : file.tensors()) {
    const std::string type(dtype_info(tensor.type).name);
    types[type] = types.value(type, 0) + 1;
    parameters += tensor.elements();
    tensors.push_back(Json{{"name", tensor.name}, {"type", type}, {"dims", tensor.dims}, {"bytes", tensor.data.size()}});
  }
  document["parameters"] = parameters;
  document["types"] = std::move(types);
  document["tensors"] = std::move(tensors);
}

void add_model(Json& document, GgufFile file) {
  try {
    const std::shared_ptr<const Model> model = Model::load(std::move(file));
    const ModelInfo& info = model->info();
    document["sizes"] =
        Json{{"layers", info.layers},          {"width", info.width},          {"heads", info.heads},
             {"kv_heads", info.kv_heads},      {"head_dim", info.head_dim},    {"feed_forward", info.feed_forward},
             {"context", info.context_length}, {"vocabulary", info.vocabulary}};
    const TokenCost& cost = model->cost();
    document["cost"] = Json{{"flops_per_token", cost.flops(1, true)},
                            {"flops_per_token_at_full_context", cost.flops(info.context_length, true)},
                            {"weight_bytes_per_step", cost.step_bytes(1, true)},
                            {"kv_bytes_per_token", cost.slot_bytes(EngineOptions{}.kv_type)}};
  } catch (const Error& error) {
    document["unsupported"] = error.message();
  }
}

Json tokenizer_json(const Metadata& metadata) {
  try {
    const Vocabulary vocabulary = vocabulary_from_gguf(metadata);
    return Json{{"model", metadata.get_string("tokenizer.ggml.model", "")},
                {"pre", metadata.get_string("tokenizer.ggml.pre", "")},
                {"tokens", vocabulary.texts.size()},
                {"bos", vocabulary.bos},
                {"eos", vocabulary.eos}};
  } catch (const Error& error) {
    return Json{{"unsupported", error.message()}};
  }
}

std::string shortened(const Json& value) {
  std::string text = dump(value);
  constexpr std::size_t kWidth = 90;
  return text.size() <= kWidth ? text : text.substr(0, kWidth) + "…";
}

}  // namespace

Json inspect_model(const std::string& path) {
  GgufFile file = GgufFile::open(model_path(path));
  const Metadata& metadata = file.metadata();
  Json document{{"file", file.name()},
                {"name", metadata.get_string("general.name", "")},
                {"architecture", metadata.get_string("general.architecture", "")},
                {"version", file.version()},
                {"bytes", file.file_bytes()}};
  document["tokenizer"] = tokenizer_json(metadata);
  document["chat_template"] = chat_template_from_gguf(metadata);
  document["metadata"] = metadata_json(metadata);
  add_tensors(document, file);
  add_model(document, std::move(file));
  return document;
}

std::string inspection_text(const Json& document, bool all_tensors) {
  std::string text = fmt::format("{}\n{} ({}), {} parameters, {}\n", document["file"].get<std::string>(),
                                 document["name"].get<std::string>(), document["architecture"].get<std::string>(),
                                 format_count(document["parameters"].get<double>()), format_bytes(document["bytes"]));
  for (const char* part : {"sizes", "cost", "tokenizer", "types"}) {
    if (!document.contains(part)) continue;
    text += fmt::format("\n{}\n", part);
    for (const auto& [key, value] : document[part].items()) text += fmt::format("  {:<32} {}\n", key, shortened(value));
  }
  if (document.contains("unsupported")) text += fmt::format("\ncannot be run: {}\n", document["unsupported"].get<std::string>());
  text += "\nmetadata\n";
  for (const auto& [key, value] : document["metadata"].items()) {
    if (key != "tokenizer.chat_template") text += fmt::format("  {:<40} {}\n", key, shortened(value));
  }
  const std::string chat_template = document["chat_template"];
  text += "\nchat template\n" + (chat_template.empty() ? std::string("  none") : chat_template) + "\n";
  if (all_tensors) {
    text += "\ntensors\n";
    for (const Json& tensor : document["tensors"]) {
      text += fmt::format("  {:<40} {:<6} {:<24} {}\n", tensor["name"].get<std::string>(), tensor["type"].get<std::string>(),
                          tensor["dims"].dump(), format_bytes(tensor["bytes"]));
    }
  }
  if (text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace reckon
