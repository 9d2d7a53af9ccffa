#include "models/hyper_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

#include "base/error.h"
#include "models/rope_scaling.h"

namespace reckon {
namespace {

// Above every published model by far; low enough that products of any three fit 63 bits.
constexpr std::uint64_t kMostLayers = 10'000;
constexpr std::uint64_t kMostOfAnything = 1 << 20;

class Reader {
 public:
  Reader(const GgufFile& file, std::string prefix) : file_(file), metadata_(file.metadata()), prefix_(std::move(prefix)) {}

  std::string key(const char* name) const { return prefix_ + "." + name; }
  bool has(const char* name) const { return metadata_.contains(key(name)); }

  int bounded(const char* name, std::uint64_t value, std::uint64_t most) const {
    if (value < 1 || value > most) fail(name, fmt::format("is {}; expected 1..{}", value, most));
    return static_cast<int>(value);
  }
  int size(const char* name, std::uint64_t most = kMostOfAnything) const {
    return bounded(name, metadata_.get_uint(key(name)), most);
  }
  int size_or(const char* name, int fallback, std::uint64_t most = kMostOfAnything) const {
    return has(name) ? size(name, most) : fallback;
  }
  // A size that some files give once and some per layer; only equal layers are computed.
  int size_of_all(const char* name, int layers) const {
    const std::vector<std::uint64_t> values = metadata_.get_uint_per_layer(key(name), static_cast<std::size_t>(layers));
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (values[i] != values[0]) unsupported(name, fmt::format("is {} in layer 0 and {} in layer {}", values[0], values[i], i));
    }
    return bounded(name, values.at(0), kMostOfAnything);
  }
  double number(const char* name) const { return metadata_.get_float(key(name)); }

  [[noreturn]] void fail(const char* name, const std::string& message) const { metadata_.fail(key(name), message); }
  [[noreturn]] void unsupported(const char* name, const std::string& message) const {
    throw Error(ErrorCode::unsupported, fmt::format("{} {}, which is not computed here", key(name), message), file_.name());
  }

 private:
  const GgufFile& file_;
  const Metadata& metadata_;
  std::string prefix_;
};

void read_heads(const Reader& reader, HyperParameters& sizes) {
  sizes.heads = reader.size_of_all("attention.head_count", sizes.layers);
  sizes.kv_heads =
      reader.has("attention.head_count_kv") ? reader.size_of_all("attention.head_count_kv", sizes.layers) : sizes.heads;
  if (sizes.heads % sizes.kv_heads != 0) {
    reader.fail("attention.head_count",
                fmt::format("is {}, which attention.head_count_kv {} does not divide", sizes.heads, sizes.kv_heads));
  }
  if (!reader.has("attention.key_length") && sizes.width % sizes.heads != 0) {
    reader.fail("embedding_length",
                fmt::format("is {}, which attention.head_count {} does not divide, and attention.key_length is missing",
                            sizes.width, sizes.heads));
  }
  sizes.head_dim = reader.size_or("attention.key_length", sizes.width / sizes.heads);
  const int value_length = reader.size_or("attention.value_length", sizes.head_dim);
  if (value_length != sizes.head_dim) {
    reader.unsupported("attention.value_length", fmt::format("is {} and attention.key_length {}", value_length, sizes.head_dim));
  }
  const double scale = reader.has("attention.scale") ? reader.number("attention.scale") : 1 / std::sqrt(sizes.head_dim);
  if (!(scale > 0) || !std::isfinite(scale)) {
    reader.fail("attention.scale", fmt::format("is {}; expected a number above 0", scale));
  }
  sizes.attention_scale = static_cast<float>(scale);
}

void read_rotation(const GgufFile& file, const Reader& reader, const std::string& prefix, HyperParameters& sizes) {
  sizes.rotary_dims = reader.size_or("rope.dimension_count", sizes.head_dim);
  if (sizes.rotary_dims > sizes.head_dim || sizes.rotary_dims % 2 != 0) {
    reader.fail("rope.dimension_count",
                fmt::format("gives {} rotary dimensions; expected an even number of at most {} (the head's)", sizes.rotary_dims,
                            sizes.head_dim));
  }
  RopeTable table = read_rope(file, prefix, sizes.rotary_dims);
  sizes.rope_frequencies = std::move(table.frequencies);
  sizes.rope_magnitude = table.magnitude;
}

template <typename Block>
bool has_block(const Architecture& architecture) {
  return std::ranges::any_of(architecture.layer, [](const Residual& part) { return std::holds_alternative<Block>(part.block); });
}

void read_feed_forward(const GgufFile& file, const Architecture& architecture, const Reader& reader, HyperParameters& sizes) {
  constexpr std::uint64_t kMostExperts = 4096;
  if (has_block<GatedFeedForward>(architecture)) {
    sizes.feed_forward = reader.size_of_all("feed_forward_length", sizes.layers);
  }
  if (has_block<ExpertFeedForward>(architecture)) {
    sizes.experts = reader.size("expert_count", kMostExperts);
    sizes.experts_used = reader.size("expert_used_count", static_cast<std::uint64_t>(sizes.experts));
    sizes.expert_feed_forward = reader.size("expert_feed_forward_length");
  } else if (file.metadata().get_uint(reader.key("expert_count"), 0) > 0) {
    reader.unsupported("expert_count", "is above 0: a mixture of experts");
  }
}

// Rows of the embedding table; the other places that state a vocabulary must agree with it.
int read_vocabulary(const GgufFile& file, const Architecture& architecture, const Reader& reader) {
  const std::int64_t rows = file.tensor(architecture.embedding.name + ".weight").rows();
  constexpr std::int64_t kMostTokens = 1 << 24;
  if (rows > kMostTokens) {
    throw Error(ErrorCode::bad_file, fmt::format("the embedding table has {} rows; expected at most {}", rows, kMostTokens),
                file.name());
  }
  if (reader.has("vocab_size") && reader.size("vocab_size", kMostTokens) != rows) {
    reader.fail("vocab_size",
                fmt::format("is {}, the embedding table has {} rows", reader.size("vocab_size", kMostTokens), rows));
  }
  const char* tokens = "tokenizer.ggml.tokens";
  if (file.metadata().contains(tokens)) {
    const auto known = static_cast<std::int64_t>(file.metadata().get_string_array(tokens).size());
    if (known > rows) file.metadata().fail(tokens, fmt::format("has {} tokens, the embedding table only {} rows", known, rows));
  }
  return static_cast<int>(rows);
}

}  // namespace

HyperParameters read_hyper_parameters(const GgufFile& file, const Architecture& architecture) {
  const std::string& prefix = architecture.gguf_name;
  const Reader reader(file, prefix);
  HyperParameters sizes;
  sizes.layers = reader.size("block_count", kMostLayers);
  if (static_cast<std::size_t>(sizes.layers) > file.tensors().size()) {
    reader.fail("block_count", fmt::format("is {}, but the file has only {} tensors", sizes.layers, file.tensors().size()));
  }
  sizes.width = reader.size("embedding_length");
  read_heads(reader, sizes);
  read_feed_forward(file, architecture, reader, sizes);
  sizes.vocabulary = read_vocabulary(file, architecture, reader);
  sizes.context_length = reader.size("context_length", 1 << 30);
  // A window of w slots changes nothing in sequences of at most w tokens: those are computed right, longer ones not at all.
  if (reader.has("attention.sliding_window")) {
    const std::uint64_t window = file.metadata().get_uint(reader.key("attention.sliding_window"));
    if (window > 0 && window < static_cast<std::uint64_t>(sizes.context_length)) sizes.context_length = static_cast<int>(window);
  }
  const double epsilon = reader.number("attention.layer_norm_rms_epsilon");
  if (!(epsilon > 0 && epsilon < 1)) {
    reader.fail("attention.layer_norm_rms_epsilon", fmt::format("is {}; expected a number in (0, 1)", epsilon));
  }
  sizes.rms_epsilon = static_cast<float>(epsilon);
  read_rotation(file, reader, prefix, sizes);
  return sizes;
}

}  // namespace reckon
