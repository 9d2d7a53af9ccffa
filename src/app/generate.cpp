#include "app/generate.h"

#include "app/run_now.h"

namespace reckon {

awaitable<GenerateResult> generate(Runtime& runtime, GenerateRequest request) {
  GenerateResult result;
  result.prompt_tokens = runtime.prompt(request.prompt, request.chat, request.system);
  const auto handle = std::make_shared<Request>(request.budget, request.seed);
  std::optional<Sequence> sequence = co_await runtime.engine().open(result.prompt_tokens, handle);
  if (sequence) {
    ExtendOptions options;
    options.max_tokens = request.max_tokens;
    options.sampling = request.sampling;
    options.stop_texts = request.stop_texts;
    options.ignore_end_of_text = request.ignore_end_of_text;
    options.likely_tokens = request.likely_tokens;
    options.on_text = request.on_text;
    std::vector<ExtendWork> works;
    works.emplace_back(&*sequence, std::move(options));
    std::vector<Chunk> chunks = co_await runtime.engine().extend(std::move(works));
    result.opened = true;
    result.text = std::move(chunks.front().text);
    result.tokens = std::move(chunks.front().tokens);
    result.log_probabilities = std::move(chunks.front().log_probabilities);
    result.likely_tokens = std::move(chunks.front().likely_tokens);
    result.reason = chunks.front().reason;
  }
  result.receipt.ledger = handle->ledger();
  result.receipt.paths = sequence ? 1 : 0;
  co_return result;
}

GenerateResult generate_now(Runtime& runtime, GenerateRequest request) { return run_now(generate(runtime, std::move(request))); }

}  // namespace reckon
