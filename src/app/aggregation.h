// Aggregating votes of many workers on many items: from names to names, over search/truth.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/votes.h"

namespace reckon {

struct AggregationRequest {
  std::string file;                 // formats/votes.h
  std::string method = "one_coin";  // "dawid_skene:smoothing=1"
  // Labels are answers to the item's own question: those of equal value are one, and there is room for an answer that nobody
  // gave.
  bool answers = false;
};

struct ItemTruth {
  std::string item;
  std::string label;  // the likeliest, in its first spelling; of equals the one first given
  double confidence = 0;
  std::int64_t votes = 0;
};

struct WorkerReliability {
  std::string worker;
  double reliability = 0;  // expected share of its labels that are right
  std::int64_t votes = 0;
};

struct Aggregation {
  std::string method;
  std::vector<ItemTruth> items;            // in order of first vote
  std::vector<WorkerReliability> workers;  // in order of first vote
  std::int64_t iterations = 0;             // 0 for methods without
  double objective = 0;                    // after the last
};

// Of the votes in the request's file. Throws what read_votes and infer_truth throw.
Aggregation aggregate(const AggregationRequest& request);
Aggregation aggregate(std::span<const VoteLine> votes, const AggregationRequest& request);

}  // namespace reckon
