// The ceilings of this machine, measured: what no kernel can beat. Benchmarks divide by them, in the same run.
#pragma once

#include <string_view>

#include "kernels/dtype.h"

namespace reckon {

class ThreadPool;

struct MachinePeaks {
  std::string_view isa;    // the instruction set in use: "avx512"
  int threads = 0;         // of the pool that was measured
  double read_gbps = 0;    // of measure_reading
  double f32_gflops = 0;   // 10^9 f32 operations per second, a multiply-add being two, all threads together
  double bf16_gflops = 0;  // the same for products of bf16 summed in f32
  double int8_gops = 0;    // the same for products of bytes summed in 32 bits
};

// Takes about half a second and 256 MiB for the moment; the best of several passes. Throws Error out_of_resources.
MachinePeaks measure_machine(ThreadPool& pool);

// 10^9 bytes read per second from memory far larger than the caches, all threads together: the best of several passes. What else
// runs on the machine can halve it from one second to the next, so that the limit is the best of measurements some time apart.
// Takes a fifth of a second and 256 MiB for the moment. Throws Error out_of_resources.
double measure_reading(ThreadPool& pool);

// The rate of the arithmetic that weights of a type are multiplied in, packed or as they are stored.
double arithmetic_peak(const MachinePeaks& peaks, DType weights, bool packed);

}  // namespace reckon
