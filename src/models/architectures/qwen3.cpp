// Qwen3 dense. Source: technical report arXiv:2505.09388; tensor names of GGUF architecture "qwen3".
// Differs from Qwen2 in two things: no biases, and an RMSNorm per head on q and k before RoPE. heads * head_dim need not
// be width.
#include "models/architecture.h"

namespace reckon {

Architecture qwen3() {
  const Attention attention{
      .q = Linear{"attn_q"},
      .k = Linear{"attn_k"},
      .v = Linear{"attn_v"},
      .out = Linear{"attn_output"},
      .q_norm = RmsNorm{"attn_q_norm"},
      .k_norm = RmsNorm{"attn_k_norm"},
      .rope = Rope{Pairing::half_split},
  };
  const GatedFeedForward feed_forward{
      .gate = Linear{"ffn_gate"}, .up = Linear{"ffn_up"}, .down = Linear{"ffn_down"}, .activation = Activation::silu};
  return Architecture{
      .gguf_name = "qwen3",
      .huggingface_name = "Qwen3ForCausalLM",
      .embedding = Embedding{"token_embd"},
      .layer = {Residual{RmsNorm{"attn_norm"}, attention}, Residual{RmsNorm{"ffn_norm"}, feed_forward}},
      .head = Head{RmsNorm{"output_norm"}, Linear{"output"}, OutputHead::tied_if_absent},
  };
}

}  // namespace reckon
