// Running a program that nobody trusts: bubblewrap (own user, mount, pid, network, ipc and uts namespaces), a seccomp filter and
// resource limits. It sees a read-only /usr, an empty /work and /tmp in memory, a minimal /dev, and nothing else: no home, no
// /etc, no /proc, no network. Source: standard; package bubblewrap of Debian 12.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

struct SandboxLimits {
  double seconds = 10;                            // wall clock, and rounded up, CPU of each process
  std::int64_t memory = std::int64_t{512} << 20;  // bytes of address space of each process
  std::int64_t processes = 16;                    // and threads, all together
  std::int64_t file = std::int64_t{16} << 20;     // bytes of a file, and of /work and of /tmp as a whole
  std::int64_t output = std::int64_t{1} << 20;    // bytes of each of the two outputs
};

struct SandboxResult {
  int exit_code = -1;       // 128 + n where signal n ended it; -1 where we did
  bool timed_out = false;   // ended for taking too long
  bool output_cut = false;  // ended for writing too much
  std::string output;
  std::string errors;
};

// Throws Error unsupported that says what this machine lacks. Looks once; later calls cost nothing.
void require_sandbox();

// Runs `command`, found on /usr/bin, with `input` on its standard input, and everything that it started; all of it is gone when
// this returns. Blocks up to limits.seconds. Any thread. Throws what require_sandbox throws, Error out_of_resources where the
// system gives no process.
SandboxResult run_in_sandbox(const std::vector<std::string>& command, std::string_view input, const SandboxLimits& limits);

}  // namespace reckon
