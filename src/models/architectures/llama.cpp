// Llama 2, 3.x, and those built like it (Mistral, SmolLM2, TinyLlama). Source: arXiv:2307.09288, arXiv:2407.21783; tensor names
// of GGUF architecture "llama". Its converters permute the rows of q and k so that RoPE rotates adjacent elements; llama3's
// scaling comes as divisors of the frequencies in "rope_freqs.weight". Files with `attention_bias` or `mlp_bias` carry biases.
#include "models/architecture.h"

namespace reckon {

Architecture llama() {
  const Attention attention{
      .q = Linear{"attn_q", Presence::optional},
      .k = Linear{"attn_k", Presence::optional},
      .v = Linear{"attn_v", Presence::optional},
      .out = Linear{"attn_output", Presence::optional},
      .q_norm = {},
      .k_norm = {},
      .rope = Rope{Pairing::adjacent},
  };
  const GatedFeedForward feed_forward{
      .gate = Linear{"ffn_gate", Presence::optional},
      .up = Linear{"ffn_up", Presence::optional},
      .down = Linear{"ffn_down", Presence::optional},
      .activation = Activation::silu,
  };
  return Architecture{
      .gguf_name = "llama",
      .huggingface_name = "LlamaForCausalLM",
      .embedding = Embedding{"token_embd"},
      .layer = {Residual{RmsNorm{"attn_norm"}, attention}, Residual{RmsNorm{"ffn_norm"}, feed_forward}},
      .head = Head{RmsNorm{"output_norm"}, Linear{"output"}, OutputHead::tied_if_absent},
  };
}

}  // namespace reckon
