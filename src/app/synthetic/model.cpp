#include "app/synthetic/model.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "app/synthetic/random_weights.h"
#include "app/synthetic/vocabulary.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "base/units.h"
#include "formats/gguf/gguf_writer.h"
#include "kernels/blocks/registry.h"
#include "models/architecture.h"

namespace reckon {
namespace {

struct SyntheticTensor {
  std::string name;
  DType type;
  std::vector<std::int64_t> dims;
  float constant = 0;  // of a vector

  bool is_vector() const { return dims.size() == 1; }
  std::int64_t rows() const { return std::accumulate(dims.begin() + 1, dims.end(), std::int64_t{1}, std::multiplies<>()); }
};

// What an architecture has tensors for, in the order they are computed with.
class TensorPlan {
 public:
  explicit TensorPlan(const SyntheticModel& model) : shape_(model.shape), type_(model.type) {
    const Architecture* architecture = find_architecture(shape_.architecture);
    if (architecture == nullptr) {
      throw Error(ErrorCode::internal, fmt::format("shape '{}' names no architecture", shape_.name), "--synthetic");
    }
    add_matrix(architecture->embedding.name, shape_.width, shape_.vocabulary, type_);
    for (int i = 0; i < shape_.layers; ++i) {
      prefix_ = fmt::format("blk.{}.", i);
      for (const Residual& residual : architecture->layer) {
        add_norm(residual.norm, shape_.width);
        std::visit([this](const auto& block) { add(block); }, residual.block);
      }
    }
    prefix_.clear();
    add_norm(architecture->head.norm, shape_.width);
    if (!shape_.tied) add_linear(architecture->head.output, shape_.width, shape_.vocabulary);
  }

  const std::vector<SyntheticTensor>& tensors() const { return tensors_; }

 private:
  void add(const Attention& block) {
    const int q = shape_.heads * shape_.head_dim, kv = shape_.kv_heads * shape_.head_dim;
    add_linear(block.q, shape_.width, q);
    add_linear(block.k, shape_.width, kv);
    add_linear(block.v, shape_.width, kv);
    add_linear(block.out, q, shape_.width);
    add_norm(block.q_norm, shape_.head_dim);
    add_norm(block.k_norm, shape_.head_dim);
  }
  void add(const GatedFeedForward& block) {
    add_linear(block.gate, shape_.width, shape_.feed_forward);
    add_linear(block.up, shape_.width, shape_.feed_forward);
    add_linear(block.down, shape_.feed_forward, shape_.width);
  }
  void add(const ExpertFeedForward& block) {
    add_linear(block.router, shape_.width, shape_.experts, DType::f32);
    add_experts(block.gate, shape_.width, shape_.expert_feed_forward);
    add_experts(block.up, shape_.width, shape_.expert_feed_forward);
    add_experts(block.down, shape_.expert_feed_forward, shape_.width);
  }
  void add_experts(const std::string& name, int inputs, int outputs) {
    tensors_.push_back({prefix_ + name + ".weight", type_, {inputs, outputs, shape_.experts}});
  }
  void add_linear(const Linear& linear, int inputs, int outputs) { add_linear(linear, inputs, outputs, type_); }
  void add_linear(const Linear& linear, int inputs, int outputs, DType type) {
    add_matrix(linear.name, inputs, outputs, type);
    if (linear.bias == Presence::required) tensors_.push_back({prefix_ + linear.name + ".bias", DType::f32, {outputs}});
  }
  void add_matrix(const std::string& name, int inputs, int outputs, DType type) {
    tensors_.push_back({prefix_ + name + ".weight", type, {inputs, outputs}});
  }
  void add_norm(const RmsNorm& norm, int size) {
    if (norm.present()) tensors_.push_back({prefix_ + norm.name + ".weight", DType::f32, {size}, 1.0F});
  }

  SyntheticShape shape_;
  DType type_;
  std::string prefix_;
  std::vector<SyntheticTensor> tensors_;
};

Metadata metadata_of(const SyntheticModel& model) {
  const SyntheticShape& shape = model.shape;
  Metadata metadata;
  const std::string architecture(shape.architecture);
  const auto set = [&](const char* key, MetadataValue value) { metadata.set(architecture + "." + key, std::move(value)); };
  const auto size = [&](const char* key, int value) { set(key, static_cast<std::uint32_t>(value)); };
  metadata.set("general.architecture", architecture);
  metadata.set("general.name", fmt::format("{} {}, {} layers, random weights", shape.name, name_of(model.type), shape.layers));
  metadata.set("general.quantization_version", std::uint32_t{2});  // of the block layouts, which have not changed since 2023
  size("block_count", shape.layers);
  size("context_length", shape.context);
  size("embedding_length", shape.width);
  size("feed_forward_length", shape.feed_forward);
  if (shape.experts > 0) {
    size("expert_count", shape.experts);
    size("expert_used_count", shape.experts_used);
    size("expert_feed_forward_length", shape.expert_feed_forward);
  }
  size("attention.head_count", shape.heads);
  size("attention.head_count_kv", shape.kv_heads);
  size("attention.key_length", shape.head_dim);
  size("attention.value_length", shape.head_dim);
  size("rope.dimension_count", shape.head_dim);
  size("vocab_size", shape.vocabulary);
  set("rope.freq_base", static_cast<float>(shape.rope_base));
  set("attention.layer_norm_rms_epsilon", static_cast<float>(shape.rms_epsilon));
  set_synthetic_vocabulary(metadata, shape.vocabulary, std::string(shape.pre_tokenizer));
  return metadata;
}

// Makes one tensor after the other, in the same buffer.
class WeightMaker {
 public:
  WeightMaker(const SyntheticModel& model, int threads)
      : plan_(model), random_(model.type), router_(DType::f32), threads_(threads) {}

  GgufWriter declare(Metadata metadata) const {
    GgufWriter writer(std::move(metadata));
    for (const SyntheticTensor& tensor : plan_.tensors()) writer.declare_tensor(tensor.name, tensor.type, tensor.dims);
    return writer;
  }

  std::span<const std::byte> make(std::size_t index) {
    const SyntheticTensor& tensor = plan_.tensors()[index];
    buffer_.resize(static_cast<std::size_t>(row_bytes(tensor.type, tensor.dims[0]) * tensor.rows()));
    if (!tensor.is_vector()) {
      const RandomWeights& random = tensor.type == DType::f32 ? router_ : random_;
      random.fill(buffer_, static_cast<std::uint32_t>(index), threads_);
      return buffer_;
    }
    for (std::size_t at = 0; at < buffer_.size(); at += sizeof(float)) {
      std::memcpy(buffer_.data() + at, &tensor.constant, sizeof(float));
    }
    return buffer_;
  }

  std::size_t count() const { return plan_.tensors().size(); }

 private:
  TensorPlan plan_;
  RandomWeights random_;
  RandomWeights router_;  // which is kept in f32: rounding it would send rows to other experts
  ThreadPool threads_;
  std::vector<std::byte> buffer_;
};

// The system promises memory that it does not have, and ends the program when it is written.
void check_memory(std::uint64_t needed, const SyntheticModel& model) {
  const auto there = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  if (needed < there) return;
  throw Error(ErrorCode::out_of_resources,
              fmt::format("{}:{} needs {}; this machine has {} of memory", model.shape.name, name_of(model.type),
                          format_bytes(static_cast<std::int64_t>(needed)), format_bytes(static_cast<std::int64_t>(there))),
              "--synthetic");
}

int parse_layers(std::string_view text, const SyntheticShape& shape) {
  constexpr std::string_view kName = "layers=";
  int layers = 0;
  const char* end = text.data() + text.size();
  if (text.starts_with(kName)) {
    const auto [stopped, fault] = std::from_chars(text.data() + kName.size(), end, layers);
    if (fault == std::errc{} && stopped == end && layers >= 1 && layers <= shape.layers) return layers;
  }
  throw Error(ErrorCode::bad_argument,
              fmt::format("'{}' is no layers=N with N from 1 to the {} of {}", text, shape.layers, shape.name), "--synthetic");
}

}  // namespace

SyntheticModel parse_synthetic_model(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    throw Error(ErrorCode::bad_argument, fmt::format("'{}' is no SHAPE:QUANT, such as qwen3-0.6b:Q4_K", text), "--synthetic");
  }
  SyntheticShape shape = find_synthetic_shape(text.substr(0, colon));
  const std::string_view rest = text.substr(colon + 1);
  const std::string_view quant = rest.substr(0, rest.find(':'));
  if (quant.size() < rest.size()) shape.layers = parse_layers(rest.substr(quant.size() + 1), shape);
  const DTypeInfo* info = find_dtype(quant);
  if (info != nullptr && block_index(info->type) >= 0) return {shape, info->type};
  std::vector<std::string_view> known;
  for (const BlockCodec& codec : block_codecs()) known.push_back(name_of(codec.type));
  throw Error(ErrorCode::not_found, fmt::format("there is no type '{}'; known are {}", quant, fmt::join(known, ", ")),
              "--synthetic");
}

std::int64_t parameters_of(const SyntheticModel& model) {
  const TensorPlan plan(model);
  std::int64_t parameters = 0;
  for (const SyntheticTensor& tensor : plan.tensors()) parameters += tensor.dims[0] * tensor.rows();
  return parameters;
}

GgufFile make_synthetic_model(const SyntheticModel& model, int threads) {
  WeightMaker weights(model, threads);
  const GgufWriter writer = weights.declare(metadata_of(model));
  check_memory(writer.file_bytes(), model);
  HugeMemory memory = writer.to_memory([&weights](std::size_t i) { return weights.make(i); });
  return GgufFile::take(std::move(memory), fmt::format("{}:{}", model.shape.name, name_of(model.type)));
}

std::uint64_t write_synthetic_model(const SyntheticModel& model, const std::string& path, int threads,
                                    const std::function<void(std::int64_t done, std::int64_t total)>& on_progress) {
  WeightMaker weights(model, threads);
  const GgufWriter writer = weights.declare(metadata_of(model));
  writer.write(path, [&](std::size_t i) {
    if (on_progress) on_progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(weights.count()));
    return weights.make(i);
  });
  return writer.file_bytes();
}

}  // namespace reckon
