#include "search/sandbox/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "search/sandbox/system_calls.h"

namespace reckon {
namespace {

constexpr const char* kBubblewrap = "/usr/bin/bwrap";
constexpr const char* kLimiter = "/usr/bin/prlimit";  // util-linux, as is the next
constexpr const char* kSwitchUser = "/usr/bin/setpriv";
constexpr const char* kNobody = "65534";
constexpr int kFilterDescriptor = 3;

[[noreturn]] void throw_no_resources(const char* what) {
  throw Error(ErrorCode::out_of_resources, std::string("the system gives no ") + what + " for a sandbox");
}

class Descriptor {  // owned; above those that a child's actions overwrite
 public:
  explicit Descriptor(int number) : number_(number < 0 ? -1 : ::fcntl(number, F_DUPFD_CLOEXEC, 10)) {
    if (number >= 0) ::close(number);
    if (number_ < 0) throw_no_resources("file descriptor");
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_no_resources("pipe");
  struct Open {  // until a Descriptor has it
    int number;
    ~Open() {
      if (number >= 0) ::close(number);
    }
  } second{ends[1]};
  Descriptor read(ends[0]);
  ::fcntl(read.number(), F_SETFL, O_NONBLOCK);
  return {std::move(read), Descriptor(std::exchange(second.number, -1))};
}

// A file in memory that can only be read from now on.
Descriptor sealed_file(std::string_view contents) {
  Descriptor file(::memfd_create("sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  for (std::size_t at = 0; at < contents.size();) {
    const ssize_t written = ::write(file.number(), contents.data() + at, contents.size() - at);
    if (written <= 0) throw_no_resources("memory");
    at += static_cast<std::size_t>(written);
  }
  ::lseek(file.number(), 0, SEEK_SET);
  ::fcntl(file.number(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  return file;
}

std::string_view bytes_of(const std::vector<sock_filter>& program) {
  return {reinterpret_cast<const char*>(program.data()), program.size() * sizeof(sock_filter)};
}

std::vector<std::string> arguments_of(const std::vector<std::string>& command, const SandboxLimits& limits) {
  std::vector<std::string> arguments;
  const auto add = [&arguments](std::initializer_list<std::string> more) { arguments.insert(arguments.end(), more); };
  // Limits of processes do not bind root, so root becomes nobody first; everybody else is nobody inside.
  if (::geteuid() == 0) {
    add({kSwitchUser, std::string("--reuid=") + kNobody, std::string("--regid=") + kNobody, "--clear-groups", "--"});
  }
  const std::string file = std::to_string(limits.file);
  add({kBubblewrap, "--unshare-user", "--unshare-all", "--uid", kNobody, "--gid", kNobody, "--die-with-parent", "--new-session"});
  add({"--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/work", "--setenv", "LANG", "C.UTF-8"});
  add({"--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib"});
  add({"--symlink", "usr/lib64", "/lib64", "--dev", "/dev"});
  add({"--size", file, "--tmpfs", "/work", "--size", file, "--tmpfs", "/tmp", "--chdir", "/work", "--remount-ro", "/dev",
       "--remount-ro", "/"});
  add({"--hostname", "sandbox", "--seccomp", std::to_string(kFilterDescriptor), "--"});
  add({kLimiter, "--core=0", "--nofile=256", "--fsize=" + file, "--as=" + std::to_string(limits.memory)});
  add({"--nproc=" + std::to_string(limits.processes)});
  add({"--cpu=" + std::to_string(static_cast<std::int64_t>(std::ceil(std::max(limits.seconds, 1.0)))), "--"});
  arguments.insert(arguments.end(), command.begin(), command.end());
  return arguments;
}

// The child gets standard input, two outputs and the filter, and no other file of ours.
pid_t spawn(std::vector<std::string> arguments, int input, int output, int errors, int filter) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, filter, kFilterDescriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, kFilterDescriptor + 1);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  pid_t process = -1;
  const int failure = ::posix_spawn(&process, pointers.front(), &actions, nullptr, pointers.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw_no_resources("process");
  return process;
}

// Reads what there is. False at the end of the file, or when `text` has more than `limit` bytes.
bool drain(int descriptor, std::string& text, std::int64_t limit) {
  std::array<char, 16384> buffer;
  while (std::ssize(text) <= limit) {
    const ssize_t read = ::read(descriptor, buffer.data(), buffer.size());
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return true;
    if (read == 0) return false;
    text.append(buffer.data(), static_cast<std::size_t>(read));
  }
  return false;
}

class Child {  // a running sandbox; ends it when destroyed
 public:
  explicit Child(pid_t process) : process_(process) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }
  pid_t process() const { return process_; }

  // Kills what still runs and says how it ended; -1 where it had to be killed.
  int end() {
    if (process_ < 0) return -1;
    const pid_t process = std::exchange(process_, -1);
    int status = 0;
    if (::waitpid(process, &status, WNOHANG) == 0) {
      ::kill(process, SIGKILL);  // and with it, as its parent dies, the first process of its namespace, and with that all others
      while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
      return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t process_;
};

// Follows a child from now on.
class Watch {
 public:
  Watch(const Child& child, double seconds)
      : ended_(static_cast<int>(::syscall(SYS_pidfd_open, child.process(), 0))), deadline_(monotonic_seconds() + seconds) {}

  // Until it has ended, has written too much, or its time is up.
  void follow(Descriptor& output, Descriptor& errors, std::int64_t limit, SandboxResult& result) const {
    std::array<pollfd, 3> polled{{{ended_.number(), POLLIN, 0}, {output.number(), POLLIN, 0}, {errors.number(), POLLIN, 0}}};
    std::array<std::string*, 2> texts{&result.output, &result.errors};
    while (!result.output_cut) {
      const double left = deadline_ - monotonic_seconds();
      result.timed_out = left <= 0;
      if (result.timed_out) return;
      ::poll(polled.data(), polled.size(), static_cast<int>(std::ceil(std::min(left, 3600.0) * 1000)));
      const bool ended = polled[0].revents != 0;  // before reading: what it has written by then is all there is
      for (std::size_t i = 0; i < texts.size(); ++i) {
        if (polled[i + 1].fd >= 0 && !drain(polled[i + 1].fd, *texts[i], limit)) polled[i + 1].fd = -1;
        result.output_cut = result.output_cut || std::ssize(*texts[i]) > limit;
        texts[i]->resize(std::min(texts[i]->size(), static_cast<std::size_t>(limit)));
      }
      if (ended) return;
    }
  }

 private:
  Descriptor ended_;
  double deadline_;
};

SandboxResult run_unchecked(const std::vector<std::string>& command, std::string_view input, const SandboxLimits& limits) {
  const Descriptor given = sealed_file(input);
  const std::vector<sock_filter> program = sandbox_filter();
  const Descriptor filter = sealed_file(bytes_of(program));
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  Child child(
      spawn(arguments_of(command, limits), given.number(), output.write.number(), errors.write.number(), filter.number()));
  const Watch watch(child, limits.seconds);
  output.write.close();
  errors.write.close();
  SandboxResult result;
  watch.follow(output.read, errors.read, limits.output, result);
  result.exit_code = child.end();
  return result;
}

// What is missing here; "" where nothing is.
std::string missing() {
  for (const char* program : {kBubblewrap, kLimiter, kSwitchUser}) {
    if (!std::filesystem::exists(program)) {
      return std::string(program) + " is missing; install the packages bubblewrap and util-linux";
    }
  }
  const SandboxResult tried = run_unchecked({"/usr/bin/true"}, "", SandboxLimits{});
  if (tried.exit_code == 0) return "";
  return "bubblewrap makes none here (" + tried.errors.substr(0, tried.errors.find('\n')) +
         "); containers, and kernel.unprivileged_userns_clone=0, often forbid the namespaces it needs";
}

}  // namespace

void require_sandbox() {
  static const std::string lacking = missing();
  if (lacking.empty()) return;
  throw Error(ErrorCode::unsupported, "programs that a model wrote are run in a sandbox only, and " + lacking, "sandbox");
}

SandboxResult run_in_sandbox(const std::vector<std::string>& command, std::string_view input, const SandboxLimits& limits) {
  require_sandbox();
  return run_unchecked(command, input, limits);
}

}  // namespace reckon
