// The ceilings of this machine, measured: what no kernel can beat. Benchmarks divide by them, in the same run.
#pragma once

#include <string_view>

namespace reckon {

class ThreadPool;

struct MachinePeaks {
  std::string_view isa;   // the instruction set in use: "avx512"
  int threads = 0;        // of the pool that was measured
  double read_gbps = 0;   // 10^9 bytes read per second from memory far larger than the caches, all threads together
  double f32_gflops = 0;  // 10^9 f32 operations per second, a multiply-add being two, all threads together
  double int8_gops = 0;   // the same for products of bytes summed in 32 bits
};

// Takes about a third of a second and 256 MiB for the moment; the best of several passes. Throws std::bad_alloc.
MachinePeaks measure_machine(ThreadPool& pool);

}  // namespace reckon
