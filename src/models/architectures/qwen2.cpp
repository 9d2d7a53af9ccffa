// Qwen2 and Qwen2.5. Source: technical report arXiv:2407.10671; tensor names of GGUF architecture "qwen2".
// Differs from Llama in two things: biases on q, k and v (not on the output), and RoPE on the two halves of a head.
#include "models/architecture.h"

namespace reckon {

Architecture qwen2() {
  const Attention attention{
      .q = Linear{"attn_q", Presence::required},
      .k = Linear{"attn_k", Presence::required},
      .v = Linear{"attn_v", Presence::required},
      .out = Linear{"attn_output"},
      .q_norm = {},
      .k_norm = {},
      .rope = Rope{Pairing::half_split},
  };
  const GatedFeedForward feed_forward{
      .gate = Linear{"ffn_gate"}, .up = Linear{"ffn_up"}, .down = Linear{"ffn_down"}, .activation = Activation::silu};
  return Architecture{
      .gguf_name = "qwen2",
      .huggingface_name = "Qwen2ForCausalLM",
      .embedding = Embedding{"token_embd"},
      .layer = {Residual{RmsNorm{"attn_norm"}, attention}, Residual{RmsNorm{"ffn_norm"}, feed_forward}},
      .head = Head{RmsNorm{"output_norm"}, Linear{"output"}, OutputHead::tied_if_absent},
  };
}

}  // namespace reckon
