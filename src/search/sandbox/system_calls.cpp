#include "search/sandbox/system_calls.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace reckon {
namespace {

#if defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#endif
constexpr std::uint32_t kFirstX32Call = 0x40000000;  // x86-64 numbers a second set of calls from here

constexpr auto kRefused = std::to_array<std::uint32_t>({
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_process_madvise,  // other processes
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,  // file systems
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_swapon,
    SYS_swapoff,
    SYS_quotactl,
    SYS_unshare,
    SYS_setns,  // namespaces
    SYS_socket,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,  // networks, and ways around this
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,  // the kernel
    SYS_kexec_load,
    SYS_reboot,
    SYS_acct,
    SYS_syslog,
    SYS_personality,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,  // keys
    SYS_shmget,
    SYS_shmat,
    SYS_semget,
    SYS_msgget,
    SYS_mq_open,
    SYS_memfd_create,  // memory that no limit on address space counts, and that outlives who made it
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,  // the machine
});

constexpr std::uint32_t kNewNamespaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

sock_filter statement(int code, std::uint32_t value) { return {static_cast<std::uint16_t>(code), 0, 0, value}; }
sock_filter load(std::size_t offset) { return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t action) { return statement(BPF_RET | BPF_K, action); }
sock_filter refuse(int error) { return answer(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)); }
// Goes on with the next statement where the comparison holds, else skips one.
sock_filter where(int comparison, std::uint32_t value) {
  return {static_cast<std::uint16_t>(BPF_JMP | comparison | BPF_K), 0, 1, value};
}

}  // namespace

std::vector<sock_filter> sandbox_filter() {
  std::vector<sock_filter> program{load(offsetof(seccomp_data, arch))};
  program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, kArchitecture});
  program.push_back(answer(SECCOMP_RET_KILL_PROCESS));
  program.push_back(load(offsetof(seccomp_data, nr)));
  program.push_back(where(BPF_JGE, kFirstX32Call));
  program.push_back(refuse(EPERM));
  for (const std::uint32_t call : kRefused) {
    program.push_back(where(BPF_JEQ, call));
    program.push_back(refuse(EPERM));
  }
  program.push_back(
      where(BPF_JEQ, SYS_clone3));  // its flags lie in memory, which a filter cannot read: C libraries then use clone
  program.push_back(refuse(ENOSYS));
  program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 3, SYS_clone});
  program.push_back(load(offsetof(seccomp_data, args)));  // the lower half of the flags
  program.push_back(where(BPF_JSET, kNewNamespaces));
  program.push_back(refuse(EPERM));
  program.push_back(answer(SECCOMP_RET_ALLOW));
  return program;
}

}  // namespace reckon
