#include "engine/decoding.h"

#include <algorithm>

namespace reckon {
namespace {

void end(Work& work, StopReason reason) {
  work.chunk.reason = reason;
  work.done = true;
  if (work.options.on_end) work.options.on_end(reason);
}

bool ends_text(const Work& work, Token token, const Tokenizer& tokenizer) {
  if (!work.options.ignore_end_of_text && tokenizer.is_end_of_generation(token)) return true;
  return std::ranges::find(work.options.stop_tokens, token) != work.options.stop_tokens.end();
}

void stream(Work& work, std::size_t safe) {
  if (!work.options.on_text || safe <= work.streamed) return;
  work.options.on_text(std::string_view(work.chunk.text).substr(work.streamed, safe - work.streamed));
  work.streamed = safe;
}

void append_text(Work& work, const std::string& piece) {
  Chunk& chunk = work.chunk;
  chunk.text += piece;
  const std::size_t stop = work.matcher.find_stop(work.sequence->text, chunk.text, piece.size());
  if (stop != StopMatcher::npos) {
    chunk.text.resize(stop);
    end(work, StopReason::stop_text);
  } else if (work.matcher.finds_delimiter(chunk.text, piece.size())) {
    end(work, StopReason::step);
  } else {
    stream(work, chunk.text.size() - work.matcher.held_back(chunk.text));
  }
}

}  // namespace

bool may_not_draw(Work& work, std::int64_t context_length) {
  if (work.done) return true;
  if (static_cast<std::int64_t>(work.chunk.tokens.size()) >= work.options.max_tokens) {
    end(work, StopReason::length);
  } else if (work.sequence->size() >= context_length) {
    end(work, StopReason::context);
  } else if (work.lease.tokens <= 0) {
    end(work, StopReason::lease);
  }
  return work.done;
}

void append_drawn(Work& work, const SampledToken& drawn, const Tokenizer& tokenizer) {
  SequenceState& sequence = *work.sequence;
  sequence.tokens.push_back(drawn.token);
  sequence.logits.reset();
  work.lease.tokens -= 1;
  (sequence.purpose == Purpose::verified ? work.spent.verified : work.spent.generated) += 1;
  work.chunk.tokens.push_back(drawn.token);
  work.chunk.log_probabilities.push_back(drawn.log_probability);
  work.chunk.sampling_log_probabilities.push_back(drawn.sampling_log_probability);
  if (!ends_text(work, drawn.token, tokenizer)) {
    append_text(work, sequence.decoder.push(drawn.token));
    return;
  }
  append_text(work, sequence.decoder.finish());
  if (!work.done) end(work, StopReason::end_of_text);
}

void finish_text(Work& work) {
  if (work.kind != WorkKind::extend) return;
  stream(work, work.chunk.text.size());
  work.sequence->text += work.chunk.text;
}

std::int64_t& charged_as(Work& work) {
  return work.sequence->purpose == Purpose::verified ? work.spent.verified : work.spent.prompt_computed;
}

void charge_rows(Work& work, std::int64_t first, std::int64_t count) {
  SequenceState& sequence = *work.sequence;
  const std::int64_t again = std::clamp<std::int64_t>(sequence.charged - first, 0, count);
  work.spent.recomputed += again;
  if (work.kind == WorkKind::open) charged_as(work) += count - again;
  sequence.charged = std::max(sequence.charged, first + count);
}

}  // namespace reckon
