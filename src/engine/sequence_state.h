// What the engine keeps for one sequence. Owned by its handle, and by the work under way on it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/token.h"
#include "engine/kv_cache.h"
#include "engine/request.h"
#include "kv/block_table.h"
#include "text/tokenizers/stream_decoder.h"

namespace reckon {

// Invariant: 0 <= table.length() <= tokens.size(). Positions below table.length() have their keys and values in pages; the others
// are computed when logits behind them are needed. While `busy`, only the engine's thread touches tokens, text and logits.
struct SequenceState {
  SequenceState(std::shared_ptr<KvCache> cache_in, RequestHandle request_in, const Tokenizer& tokenizer);
  ~SequenceState();  // takes the cache's lock
  SequenceState(const SequenceState&) = delete;
  SequenceState& operator=(const SequenceState&) = delete;

  std::int64_t size() const { return static_cast<std::int64_t>(tokens.size()); }
  std::int64_t missing() const { return size() - table.length(); }  // positions to compute before the next draw

  std::shared_ptr<KvCache> cache;
  RequestHandle request;
  std::uint64_t path = 0;             // keys the random numbers of what is drawn
  Purpose purpose = Purpose::prompt;  // verified: all that is given to it or drawn from it is, in its forks too
  std::vector<Token> tokens;
  std::int64_t prompt_length = 0;
  std::int64_t charged = 0;  // positions that were run and charged once; running them again is `recomputed`
  std::string text;          // of the generated tokens, for stop texts that span calls
  StreamDecoder decoder;     // holds back an incomplete character between calls
  std::shared_ptr<const std::vector<float>> logits;  // behind the last token, [vocabulary]; kept where forks will draw from it
  std::vector<float> hidden;                         // behind the prompt, [width]; empty where nobody asked for it
  BlockTable table;                                  // guarded by the cache's lock
  std::uint64_t last_use = 0;                        // guarded by the cache's lock
  bool busy = false;                                 // guarded by the cache's lock
  static constexpr std::uint64_t kAtRest = std::numeric_limits<std::uint64_t>::max();
  // Of the work under way on it; engine thread only.
  std::uint64_t ordinal = kAtRest;  // lower is older
  bool running = false;             // admitted: it keeps its pages unless an older one needs them
  std::uint64_t planned = 0;        // number of the last plan that has rows of it
};

}  // namespace reckon
