// Speed of a model on this machine: prompt, generation, and many branches at once, next to what the machine could do.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/runtime.h"

namespace reckon {

struct BenchmarkRequest {
  std::int64_t prompt = 512;           // tokens of the test ppN; 0 = leave it out
  std::int64_t generate = 128;         // tokens of the test tgN, each drawn and computed; 0 = leave it out
  std::vector<std::int64_t> parallel;  // branches of the tests plN, each drawing `generate` tokens from one shared prompt
  std::vector<std::int64_t> contexts;  // the tests tgN@C and plN@C: as tgN and plN, behind a prompt of C tokens
  int repetitions = 5;
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;
};

// One op, or what the engine's thread does besides, over the runs of a test that count. Together they are all of the wall time.
struct ProfileLine {
  std::string name;
  double seconds = 0;
  double share = 0;        // of the wall time
  std::int64_t calls = 0;  // that ended in these runs
};

struct BenchmarkRow {
  std::string test;                             // "pp512", "tg128", "pl16", "tg128@2048"
  double median = 0, minimum = 0, maximum = 0;  // tokens per second
  double roofline = 0;  // median over the rate that bytes and operations of the cost model allow at the machine's measured peaks
  std::string bound;    // which of the two allow less: "bandwidth" or "operations"
  double prompt_seconds = 0;           // what the prompt took that a generation stands behind, computed once; of ppN 0
  std::vector<ProfileLine> profile{};  // most seconds first; empty without EngineOptions::profile
};

struct Ceilings {  // of so many threads together, before the first test
  int threads = 0;
  double read_gbps = 0;
  double f32_gflops = 0;
  double bf16_gflops = 0;
  double int8_gops = 0;
};

struct Machine {
  std::string processor;
  std::string isa;  // widest kernels in use
  int threads = 0;
  std::vector<Ceilings> fewer;  // of 1, 2, 4 … threads, fewer than `threads` and at most one per processor
  double read_gbps = 0;  // the best of measurements before the first test and behind each; the rates below before the first
  double f32_gflops = 0;
  double bf16_gflops = 0;
  double int8_gops = 0;
  double peak_gops = 0;  // of the three, the one that products with most of the model's weights run at
};

struct BenchmarkReport {
  int threads = 0;  // that the tests ran on; the machine's limits are of no more than it has processors
  Machine machine;
  std::string model;
  std::vector<BenchmarkRow> rows;
};

// Throws Error bad_argument for numbers out of range or longer than the model's context.
BenchmarkReport run_benchmark(Runtime& runtime, const BenchmarkRequest& request);

}  // namespace reckon
