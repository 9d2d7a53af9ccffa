// Truth inference: what many workers who label many items, and err, say of the truth, and of each other. A worker may be a judge,
// a verifier, or a way to sample (model, prompt, temperature); a label an answer or a verdict. It needs many items: within one
// problem, vote (search/selector.h). Source: specs card B9. Each method is one file in truth/ that ends with its registry entry.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/parameters.h"

namespace reckon {

struct Vote {
  std::size_t item = 0;
  std::size_t worker = 0;
  std::size_t label = 0;
};

struct VoteTable {
  std::size_t items = 0;
  std::size_t workers = 0;
  std::vector<std::size_t> classes;  // [items] labels of an item are 0..classes-1; at least 2
  bool shared = true;                // a label means the same for every item; then all have as many
  std::vector<Vote> votes;           // a worker may label an item several times, or not at all
};

using Posterior = std::vector<std::vector<double>>;  // [items][classes]

struct TruthEstimate {
  Posterior posterior;
  std::vector<double> reliability;  // [workers] expected share of its labels that are right; 0 for who gave none
  std::vector<double> objective;    // after each iteration: the log-likelihood, and the log-prior of what was fitted
};

struct TruthMethodEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  std::vector<ParameterSpec> parameters;
  TruthEstimate (*infer)(const VoteTable& table, const Parameters& parameters);
};

std::span<const TruthMethodEntry> truth_methods();
const TruthMethodEntry& find_truth_method(std::string_view name);  // throws Error not_found with the nearest name

// "dawid_skene:smoothing=1". Throws Error bad_argument for parameters, a table that is not as said above, and one of a size or a
// kind that the method does not take.
TruthEstimate infer_truth(std::string_view method, const VoteTable& table);

}  // namespace reckon
