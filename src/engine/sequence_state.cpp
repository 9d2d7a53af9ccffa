#include "engine/sequence_state.h"

namespace reckon {

SequenceState::SequenceState(std::shared_ptr<KvCache> cache_in, RequestHandle request_in, const Tokenizer& tokenizer)
    : cache(std::move(cache_in)),
      request(std::move(request_in)),
      decoder(tokenizer, DecodeOptions{.special = false, .at_start = false}),
      table(cache->pool, request->account(cache->pool)) {
  const std::scoped_lock lock(cache->mutex);
  cache->sequences.insert(this);
  last_use = ++cache->clock;
}

SequenceState::~SequenceState() {
  const std::scoped_lock lock(cache->mutex);
  cache->sequences.erase(this);
  table.clear();
}

}  // namespace reckon
