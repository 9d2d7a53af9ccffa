// Qwen3 with a mixture of experts in every layer. Source: technical report arXiv:2505.09388; tensor names of GGUF architecture
// "qwen3moe". Attention as in Qwen3; no shared expert.
#include "models/architecture.h"

namespace reckon {

Architecture qwen3();

Architecture qwen3moe() {
  Architecture architecture = qwen3();
  architecture.gguf_name = "qwen3moe";
  architecture.huggingface_name = "Qwen3MoeForCausalLM";
  architecture.layer.back().block = ExpertFeedForward{.router = Linear{"ffn_gate_inp"},
                                                      .gate = "ffn_gate_exps",
                                                      .up = "ffn_up_exps",
                                                      .down = "ffn_down_exps",
                                                      .renormalised = true,
                                                      .activation = Activation::silu};
  return architecture;
}

}  // namespace reckon
