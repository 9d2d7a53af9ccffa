#include "models/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/thread_pool.h"

namespace reckon {
namespace {

const Architecture* known_architecture(const GgufFile& file) {
  const std::string_view name = file.metadata().get_string("general.architecture");
  if (const Architecture* found = find_architecture(name)) return found;
  std::vector<std::string> names;
  for (const Architecture& architecture : architectures()) names.push_back(architecture.gguf_name);
  throw Error(ErrorCode::unsupported,
              fmt::format("architecture {} is not known; known are {}", quote_bytes(name), fmt::join(names, ", ")), file.name());
}

DType main_weight_type(const GgufFile& file) {
  std::map<DType, std::int64_t> elements;
  for (const TensorInfo& tensor : file.tensors()) {
    if (tensor.dims.size() > 1) elements[tensor.type] += tensor.elements();
  }
  const auto most = std::ranges::max_element(elements, {}, [](const auto& entry) { return entry.second; });
  return most == elements.end() ? DType::f32 : most->first;
}

ModelInfo describe(const GgufFile& file, const Architecture& architecture, const HyperParameters& sizes, const Weights& weights) {
  ModelInfo info{
      .name = std::string(file.metadata().get_string("general.name", std::filesystem::path(file.name()).stem().string())),
      .architecture = architecture.gguf_name,
      .weight_type = main_weight_type(file),
      .layers = sizes.layers,
      .width = sizes.width,
      .heads = sizes.heads,
      .kv_heads = sizes.kv_heads,
      .head_dim = sizes.head_dim,
      .feed_forward = sizes.feed_forward,
      .context_length = sizes.context_length,
      .vocabulary = sizes.vocabulary,
      .labels = weights.labels,
      .parameters = 0,
      .file_bytes = static_cast<std::int64_t>(file.file_bytes()),
  };
  for (const TensorInfo& tensor : file.tensors()) info.parameters += tensor.elements();
  return info;
}

PanelMemory panels_of(Weights& weights, const GgufFile& file, const LoadOptions& options) {
  if (options.pool) return pack_weights(weights, file, *options.pool, options.round_to_bf16);
  ThreadPool pool(options.threads);
  return pack_weights(weights, file, pool, options.round_to_bf16);
}

}  // namespace

std::shared_ptr<const Model> Model::load(const std::string& path, LoadOptions options) {
  return load(GgufFile::open(path), std::move(options));
}

std::shared_ptr<const Model> Model::load(GgufFile file, LoadOptions options) {
  return std::shared_ptr<const Model>(new Model(std::move(file), std::move(options)));
}

Model::Model(GgufFile file, LoadOptions options)
    : file_(std::move(file)),
      architecture_(known_architecture(file_)),
      sizes_(read_hyper_parameters(file_, *architecture_)),
      weights_(bind_weights(file_, *architecture_, sizes_, options.classifier)),
      panels_(options.pack ? panels_of(weights_, file_, options) : PanelMemory()),
      info_(describe(file_, *architecture_, sizes_, weights_)),
      cost_(cost_of(weights_, sizes_)) {}

KvLayout Model::kv_layout(DType kv_type, int slots_per_page) const {
  if (find_kv_type(kv_type) == nullptr) {
    std::vector<std::string_view> names;
    for (const KvType& type : kKvTypes) names.push_back(type.name);
    throw Error(ErrorCode::bad_argument, fmt::format("keys and values cannot be stored as {}; expected one of {}",
                                                     name_of(kv_type), fmt::join(names, ", ")));
  }
  if (!is_page_size(slots_per_page)) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("slots_per_page is {}; expected one of {}", slots_per_page, fmt::join(kPageSlots, ", ")));
  }
  return KvLayout{kv_type, sizes_.layers, sizes_.kv_heads, sizes_.head_dim, slots_per_page};
}

}  // namespace reckon
