// What is connected to what in a transformer, as a plain value: an architecture says it, weights.cpp binds it to a file's
// tensors, forward.cpp runs it. How large everything is, the file being loaded says. Names are GGUF tensor names without
// "blk.N." and ".weight"; shapes are [outputs, inputs].
// Source: tensor names as in llama.cpp's GGUF files, specs card 1.4.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tensor/ops.h"

namespace reckon {

enum class Presence { absent, optional, required };
enum class Activation { silu };
enum class OutputHead { own, tied_if_absent };  // tied: the embedding table is the output matrix too

struct Linear {
  std::string name;
  Presence bias = Presence::absent;  // "<name>.bias" [outputs]
};

struct RmsNorm {
  std::string name;  // "" = there is none
  bool present() const noexcept { return !name.empty(); }
};

struct Rope {
  Pairing pairing = Pairing::half_split;
};

struct Attention {
  Linear q, k, v;          // [heads * head_dim, width], [kv_heads * head_dim, width] twice
  Linear out;              // [width, heads * head_dim]
  RmsNorm q_norm, k_norm;  // [head_dim] each, shared by all heads, before RoPE
  Rope rope;
};

struct GatedFeedForward {  // down(activation(gate(x)) * up(x))
  Linear gate, up;         // [feed_forward, width]
  Linear down;             // [width, feed_forward]
  Activation activation = Activation::silu;
};

// A row is sent to a few of many gated feed-forward networks; what they say is added up by the weights of a router.
// Source: Shazeer et al. 2017, arXiv:1701.06538; Mixtral, arXiv:2401.04088.
struct ExpertFeedForward {
  Linear router;               // [experts, width]; softmax over all experts
  std::string gate, up, down;  // [experts, expert_feed_forward, width] twice, [experts, width, expert_feed_forward]
  bool renormalised = true;    // the weights of the chosen experts are divided by their sum
  Activation activation = Activation::silu;
};

struct Residual {  // x += block(norm(x))
  RmsNorm norm;
  std::variant<Attention, GatedFeedForward, ExpertFeedForward> block;
};

struct Embedding {
  std::string name;  // [vocabulary, width]
};

struct Head {  // logits = output(norm(x))
  RmsNorm norm;
  Linear output;  // [vocabulary, width]
  OutputHead kind = OutputHead::own;
};

struct Architecture {
  std::string gguf_name;         // "general.architecture", and the prefix of the hyper-parameters' keys
  std::string huggingface_name;  // config.json "architectures"
  Embedding embedding;
  std::vector<Residual> layer;  // every layer is alike
  Head head;
};

// Every known architecture. To add one: architectures/<name>.cpp and its two lines in architectures/registry.cpp.
std::span<const Architecture> architectures();
// Null if there is none of this GGUF name.
const Architecture* find_architecture(std::string_view gguf_name);

}  // namespace reckon
