// The seccomp filter of the sandbox, for bubblewrap's --seccomp.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace reckon {

// Refuses, with EPERM, what a program under test has no use for and an attack has: tracing, mounting, namespaces, sockets, kernel
// modules, keys, clocks, io_uring, BPF. Calls of another architecture end the process.
std::vector<sock_filter> sandbox_filter();

}  // namespace reckon
