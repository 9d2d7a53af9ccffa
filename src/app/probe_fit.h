// Fitting the probe of the hidden state (search/allocators/difficulty_probe.h) to problems whose kind is known: cross-entropy,
// and half the squared weights times a penalty, minimised by Adam (arXiv:1412.6980) on inputs scaled to mean 0 and deviation 1.
// Rates, units and epochs: specs card E1. Departure: the penalty is part of the loss, where the card's AdamW shrinks weights
// beside it, so that what is fitted is the minimum of something. The same examples and options give the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "search/allocators/difficulty_probe.h"

namespace reckon {

struct ProbeExamples {
  std::int64_t width = 0;
  std::vector<float> hidden;      // [kinds.size(), width], finite
  std::vector<Difficulty> kinds;  // at least one

  std::span<const float> row(std::size_t i) const {
    return std::span(hidden).subspan(i * static_cast<std::size_t>(width), static_cast<std::size_t>(width));
  }
};

struct ProbeFitOptions {
  std::int64_t units = 32;  // 0 = linear
  double penalty = 0.01;    // on weights, not on biases
  int epochs = 100;
  std::int64_t batch = 32;  // examples a step
  double rate = 1e-3;       // of the first step; it falls to 0 in a line
  std::uint64_t seed = 1;   // of the first weights and of the order of examples
};

// With `problems` filled in, and accuracy and largest_kind left to whoever knows them. Throws Error internal where the examples'
// sizes do not fit each other or the probe's limits.
DifficultyProbe fit_probe(const ProbeExamples& examples, const ProbeFitOptions& options = {});

// What is said of each example by a probe that was fitted to others: examples are dealt into `folds` at random, keyed by the
// seed.
std::vector<Difficulty> told_by_others(const ProbeExamples& examples, const ProbeFitOptions& options = {}, int folds = 5);

}  // namespace reckon
