// A model file in memory with all weights zero, whose keys and tensors a test may change before it is written.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "formats/gguf/gguf_writer.h"

namespace reckon {

struct TinyTensor {
  std::vector<std::int64_t> dims;  // as in the file: the contiguous one first
  DType type = DType::f32;
  float fill = 0;  // of F32 tensors
};

struct TinyFile {  // qwen3: 2 layers, width 8, 4/2 heads of 6, feed forward 12, 10 tokens, tied
  Metadata metadata{"tiny"};
  std::map<std::string, TinyTensor> tensors;
  std::vector<std::byte> bytes = {};  // of the last open(); the file views them

  TinyFile() {
    metadata.set("general.architecture", std::string("qwen3"));
    set("block_count", 2);
    set("embedding_length", 8);
    set("attention.head_count", 4);
    set("attention.head_count_kv", 2);
    set("attention.key_length", 6);
    set("attention.value_length", 6);
    set("feed_forward_length", 12);
    set("context_length", 32);
    metadata.set("qwen3.attention.layer_norm_rms_epsilon", 1e-6f);
    tensors["token_embd.weight"].dims = {8, 10};
    tensors["output_norm.weight"].dims = {8};
    for (const std::string scope : {"blk.0.", "blk.1."}) {
      tensors[scope + "attn_norm.weight"].dims = {8};
      tensors[scope + "attn_q.weight"].dims = {8, 24};
      tensors[scope + "attn_k.weight"].dims = {8, 12};
      tensors[scope + "attn_v.weight"].dims = {8, 12};
      tensors[scope + "attn_output.weight"].dims = {24, 8};
      tensors[scope + "attn_q_norm.weight"].dims = {6};
      tensors[scope + "attn_k_norm.weight"].dims = {6};
      tensors[scope + "ffn_norm.weight"].dims = {8};
      tensors[scope + "ffn_gate.weight"].dims = {8, 12};
      tensors[scope + "ffn_up.weight"].dims = {8, 12};
      tensors[scope + "ffn_down.weight"].dims = {12, 8};
    }
  }

  void set(const std::string& key, std::uint64_t value) { metadata.set("qwen3." + key, value); }

  GgufFile open() {
    GgufWriter writer(metadata);
    std::vector<std::vector<std::byte>> contents;
    for (const auto& [name, tensor] : tensors) {
      std::int64_t size = row_bytes(tensor.type, tensor.dims[0]);
      for (std::size_t i = 1; i < tensor.dims.size(); ++i) size *= tensor.dims[i];
      std::vector<std::byte>& data = contents.emplace_back(static_cast<std::size_t>(size));
      if (tensor.type == DType::f32) std::fill_n(reinterpret_cast<float*>(data.data()), data.size() / sizeof(float), tensor.fill);
      writer.add_tensor(name, tensor.type, tensor.dims, data);
    }
    bytes = writer.to_bytes();
    return GgufFile::parse(bytes, "tiny.gguf");
  }
};

}  // namespace reckon
