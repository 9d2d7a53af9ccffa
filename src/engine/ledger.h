// The ledger: what a request has spent so far, by purpose. A receipt is a ledger that no longer changes.
#pragma once

#include <algorithm>
#include <cstdint>

namespace reckon {

// What a sequence is for. Tokens of one that is opened to score something are verified, whether they are given or drawn.
enum class Purpose { prompt, verified };

struct Ledger {
  std::int64_t prompt_computed = 0;  // tokens, once per distinct prefix, never per fork
  std::int64_t prompt_cached = 0;    // prompt tokens whose keys and values came from the prefix cache
  std::int64_t generated = 0;        // sampled tokens, on accepted and discarded paths alike
  std::int64_t drafted = 0;          // tokens run through a draft model
  std::int64_t verified = 0;         // tokens run to score something
  std::int64_t recomputed = 0;       // tokens run again because memory ran short; the engine's overhead, not in total()
  double flops = 0;                  // of every row run for this request, recomputed ones included
  double verified_flops = 0;         // of these, of rows run to score something
  double bytes = 0;                  // KV read and written, and the weights once per step in which the request took part
  double seconds = 0;                // wall time from the request's beginning
  std::int64_t peak_kv_bytes = 0;    // most bytes of distinct pages held at once

  // What both have spent: all adds up but the peak, of which the higher one stays.
  Ledger& operator+=(const Ledger& other) {
    prompt_computed += other.prompt_computed;
    prompt_cached += other.prompt_cached;
    generated += other.generated;
    drafted += other.drafted;
    verified += other.verified;
    recomputed += other.recomputed;
    flops += other.flops;
    verified_flops += other.verified_flops;
    bytes += other.bytes;
    seconds += other.seconds;
    peak_kv_bytes = std::max(peak_kv_bytes, other.peak_kv_bytes);
    return *this;
  }
  std::int64_t total() const { return prompt_computed + prompt_cached + generated + drafted + verified; }
};

}  // namespace reckon
