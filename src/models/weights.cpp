#include "models/weights.h"

#include <fmt/format.h>

#include <string>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "kernels/blocks/registry.h"
#include "models/tensor_reader.h"

namespace reckon {
namespace {

class Binder {
 public:
  Binder(const GgufFile& file, const HyperParameters& sizes) : file_(file), sizes_(sizes) {}

  WeightView matrix(const std::string& name, std::int64_t rows, std::int64_t cols) {
    bound_.insert(name);
    return read_matrix(file_, name, rows, cols);
  }

  std::span<const float> vector(const std::string& name, std::int64_t size) {
    bound_.insert(name);
    return weights_.vectors.emplace_back(read_vector(file_, name, size));  // a span into the heap block, which stays where it is
  }

  LinearWeights linear(const std::string& scope, const Linear& linear, std::int64_t outputs, std::int64_t inputs) {
    LinearWeights weights{matrix(scope + linear.name + ".weight", outputs, inputs), {}};
    const std::string bias = scope + linear.name + ".bias";
    const bool wanted = linear.bias == Presence::required || (linear.bias == Presence::optional && file_.find_tensor(bias));
    if (wanted) weights.bias = vector(bias, outputs);
    return weights;
  }

  std::span<const float> norm(const std::string& scope, const RmsNorm& norm, std::int64_t size) {
    return norm.present() ? vector(scope + norm.name + ".weight", size) : std::span<const float>();
  }

  AttentionWeights block(const std::string& scope, const Attention& parts) {
    const std::int64_t q_width = std::int64_t{sizes_.heads} * sizes_.head_dim;
    const std::int64_t kv_width = std::int64_t{sizes_.kv_heads} * sizes_.head_dim;
    return AttentionWeights{
        .q = linear(scope, parts.q, q_width, sizes_.width),
        .k = linear(scope, parts.k, kv_width, sizes_.width),
        .v = linear(scope, parts.v, kv_width, sizes_.width),
        .out = linear(scope, parts.out, sizes_.width, q_width),
        .q_norm = norm(scope, parts.q_norm, sizes_.head_dim),
        .k_norm = norm(scope, parts.k_norm, sizes_.head_dim),
        .pairing = parts.rope.pairing,
    };
  }

  FeedForwardWeights block(const std::string& scope, const GatedFeedForward& parts) {
    return FeedForwardWeights{
        .gate = linear(scope, parts.gate, sizes_.feed_forward, sizes_.width),
        .up = linear(scope, parts.up, sizes_.feed_forward, sizes_.width),
        .down = linear(scope, parts.down, sizes_.width, sizes_.feed_forward),
    };
  }

  ExpertWeights block(const std::string& scope, const ExpertFeedForward& parts) {
    const auto matrices = [&](const std::string& part, std::int64_t rows, std::int64_t cols) {
      const std::string name = scope + part + ".weight";
      bound_.insert(name);
      return read_matrices(file_, name, sizes_.experts, rows, cols);
    };
    ExpertWeights weights{linear(scope, parts.router, sizes_.experts, sizes_.width), {}, parts.renormalised};
    const std::vector<WeightView> gate = matrices(parts.gate, sizes_.expert_feed_forward, sizes_.width);
    const std::vector<WeightView> up = matrices(parts.up, sizes_.expert_feed_forward, sizes_.width);
    const std::vector<WeightView> down = matrices(parts.down, sizes_.width, sizes_.expert_feed_forward);
    for (std::size_t i = 0; i < gate.size(); ++i) weights.experts.push_back({{gate[i], {}}, {up[i], {}}, {down[i], {}}});
    return weights;
  }

  ResidualWeights residual(const std::string& scope, const Residual& residual) {
    ResidualWeights weights{norm(scope, residual.norm, sizes_.width), {}};
    std::visit([&](const auto& part) { weights.block = block(scope, part); }, residual.block);
    return weights;
  }

  void head(const Head& head, const Embedding& embedding) {
    weights_.embedding = matrix(embedding.name + ".weight", sizes_.vocabulary, sizes_.width);
    weights_.output_norm = norm("", head.norm, sizes_.width);
    weights_.tied = head.kind == OutputHead::tied_if_absent && !file_.find_tensor(head.output.name + ".weight");
    weights_.output =
        weights_.tied ? LinearWeights{weights_.embedding, {}} : linear("", head.output, sizes_.vocabulary, sizes_.width);
  }

  // In f32, whatever the file's type: a row of zeros is added, and it is small.
  void classifier(const Head& head, const Embedding& embedding) {
    weights_.embedding = matrix(embedding.name + ".weight", sizes_.vocabulary, sizes_.width);
    weights_.output_norm = norm("", head.norm, sizes_.width);
    weights_.labels = classifier_labels(file_);
    if (file_.find_tensor("cls.weight")) {
      weights_.hidden =
          HiddenWeights{linear("", Linear{"cls", Presence::optional}, sizes_.width, sizes_.width), classifier_activation(file_)};
    }
    const WeightView rows = matrix(std::string(kClassifierOutput), weights_.labels, sizes_.width);
    const auto width = static_cast<std::size_t>(sizes_.width);
    const auto labels = static_cast<std::size_t>(weights_.labels);
    std::vector<float>& values = weights_.vectors.emplace_back((labels + 1) * width, 0.0F);
    const auto bytes = static_cast<std::size_t>(row_bytes(rows.type, rows.cols));
    for (std::size_t label = 0; label < labels; ++label) {
      dequantize_row(rows.type, std::span(rows.data + label * bytes, bytes), std::span(values).subspan(label * width, width));
    }
    const auto* const data = reinterpret_cast<const std::byte*>(values.data());
    weights_.output.matrix = WeightView{DType::f32, weights_.labels + 1, sizes_.width, data};
    if (!file_.find_tensor("cls.output.bias")) return;
    std::vector<float> bias = read_vector(file_, "cls.output.bias", weights_.labels);
    bias.push_back(0);
    weights_.output.bias = weights_.vectors.emplace_back(std::move(bias));
  }

  Weights bind(const Architecture& architecture, bool as_classifier) && {
    if (as_classifier && has_classifier(file_)) {
      classifier(architecture.head, architecture.embedding);
    } else {
      head(architecture.head, architecture.embedding);
    }
    for (int layer = 0; layer < sizes_.layers; ++layer) {
      std::vector<ResidualWeights>& residuals = weights_.layers.emplace_back();
      for (const Residual& part : architecture.layer) residuals.push_back(residual(fmt::format("blk.{}.", layer), part));
    }
    for (const TensorInfo& tensor : file_.tensors()) {
      if (tensor.name.starts_with("blk.") && !bound_.contains(tensor.name)) {
        throw Error(ErrorCode::unsupported,
                    fmt::format("tensor {} has no place in architecture '{}' of {} layers; leaving it out would change results",
                                quote_bytes(tensor.name), architecture.gguf_name, sizes_.layers),
                    file_.name());
      }
    }
    return std::move(weights_);
  }

 private:
  const GgufFile& file_;
  const HyperParameters& sizes_;
  std::unordered_set<std::string> bound_;
  Weights weights_;
};

}  // namespace

Weights bind_weights(const GgufFile& file, const Architecture& architecture, const HyperParameters& sizes, bool classifier) {
  return Binder(file, sizes).bind(architecture, classifier);
}

}  // namespace reckon
