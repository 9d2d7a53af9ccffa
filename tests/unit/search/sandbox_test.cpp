// The sandbox and the verifier `tests` against programs that try to get out, to stay, or to take everything. Where this machine
// permits no namespaces they are skipped, visibly, and the refusal itself is what is tested.
#include "search/sandbox/sandbox.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "search/spaces/toy_space.h"
#include "unit/search/solving.h"

namespace reckon {
namespace {

std::string refusal() {
  try {
    require_sandbox();
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    return error.what();
  }
}

class Sandboxed : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string why = refusal();
    if (!why.empty()) GTEST_SKIP() << why;
    limits_.seconds = 5;
  }

  SandboxResult run(const std::vector<std::string>& command, std::string_view input = "") const {
    return run_in_sandbox(command, input, limits_);
  }
  SandboxResult python(std::string_view program) const { return run({"/usr/bin/python3", "-I", "-"}, program); }
  SandboxResult shell(const std::string& script) const { return run({"/bin/sh", "-c", script}); }

  // The escape must fail with an exception of Python, and say so.
  void expect_refused(std::string_view attempt) const {
    const SandboxResult ran = python(fmt::format(
        "import os, ctypes, socket\ntry:\n  {}\n  print('escaped')\nexcept OSError as e:\n  print('refused', e.errno)\n",
        attempt));
    EXPECT_TRUE(ran.output.starts_with("refused")) << attempt << ": " << ran.output << ran.errors;
  }

  SandboxLimits limits_;
};

TEST(Sandbox, SaysWhatIsMissingOrWorks) {
  const std::string why = refusal();
  if (why.empty()) {
    EXPECT_EQ(run_in_sandbox({"/usr/bin/true"}, "", SandboxLimits{}).exit_code, 0);
  } else {
    EXPECT_NE(why.find("sandbox"), std::string::npos) << why;
    EXPECT_THROW(run_in_sandbox({"/usr/bin/true"}, "", SandboxLimits{}), Error);
  }
}

TEST_F(Sandboxed, GivesBackOutputsAndTheExitCode) {
  const SandboxResult ran = run({"/bin/sh", "-c", "cat; echo wrong >&2; exit 7"}, "some input");

  EXPECT_EQ(ran.exit_code, 7);
  EXPECT_EQ(ran.output, "some input");
  EXPECT_EQ(ran.errors, "wrong\n");
  EXPECT_FALSE(ran.timed_out);
  EXPECT_FALSE(ran.output_cut);
  EXPECT_EQ(shell("kill -9 $$").exit_code, 128 + 9);
  EXPECT_NE(run({"/usr/bin/no-such-program"}).exit_code, 0);
}

TEST_F(Sandboxed, KnowsNothingOfTheMachineButUsr) {
  EXPECT_EQ(shell("ls /").output, "bin\ndev\nlib\nlib64\ntmp\nusr\nwork\n");
  EXPECT_EQ(shell("ls -A /work /tmp").output, "/tmp:\n\n/work:\n");
  EXPECT_EQ(shell("hostname").output, "sandbox\n");
  for (const char* file : {"/etc/shadow", "/etc/passwd", "/root", "/home", "/proc/1/environ", "/sys", "/var", "/run"}) {
    EXPECT_NE(shell(fmt::format("ls {}", file)).exit_code, 0) << file;
  }
  ::setenv("SECRET_OF_THE_HOST", "1", 1);
  EXPECT_EQ(shell("env | grep -c SECRET").output, "0\n");
  ::unsetenv("SECRET_OF_THE_HOST");
}

TEST_F(Sandboxed, HoldsNoFileOfOurs) {
  const std::string path = (std::filesystem::temp_directory_path() / "sandbox_test_open_file").string();
  std::ofstream ours(path);  // opened without close-on-exec
  ours << "ours" << std::flush;

  const SandboxResult ran = python(
      "import os\nopen_ones = []\nfor fd in range(256):\n  try:\n    os.fstat(fd)\n    open_ones.append(fd)\n  except OSError: "
      "pass\nprint(open_ones)\n");

  EXPECT_TRUE(ran.output == "[0, 1, 2]\n" || ran.output == "[0, 1, 2, 3]\n")
      << ran.output;  // 3: the spent filter, if bubblewrap keeps it
}

TEST_F(Sandboxed, WritesInWorkAndTmpOnly) {
  EXPECT_EQ(shell("echo x > /work/a && echo y > /tmp/b && cat /work/a /tmp/b").output, "x\ny\n");
  EXPECT_EQ(shell("ls /work").output, "") << "the next one finds nothing";
  for (const char* file : {"/usr/x", "/usr/bin/python3", "/x", "/bin/x", "/lib/x", "/etc", "/dev/x"}) {
    EXPECT_NE(shell(fmt::format("echo x > {}", file)).exit_code, 0) << file;
  }
  EXPECT_NE(shell("rm /usr/bin/env").exit_code, 0);
  EXPECT_NE(shell("chmod 777 /usr").exit_code, 0);
}

TEST_F(Sandboxed, LinksLeadNowhere) {
  EXPECT_NE(shell("ln -s /etc/passwd p && cat p").exit_code, 0);
  EXPECT_NE(shell("ln -s / r && cat r/root/.profile r/etc/shadow").exit_code, 0);
  EXPECT_NE(shell("ln -s /usr/lib l && echo x > l/x").exit_code, 0);
  EXPECT_NE(shell("ln /usr/bin/env /work/env").exit_code, 0) << "a hard link over the border of a file system";
  EXPECT_NE(shell("cat /work/../../../../etc/passwd").exit_code, 0);
}

TEST_F(Sandboxed, ReachesNoNetwork) {
  for (const char* family : {"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"}) {
    expect_refused(fmt::format("socket.socket(socket.{}, socket.SOCK_STREAM)", family));
  }
}

TEST_F(Sandboxed, MayNotTraceMountOrMakeNamespaces) {
  const std::string libc = "ctypes.CDLL(None, use_errno=True)";
  const auto call = [&](const char* expression) {
    return fmt::format("c = {}\n  r = c.{}\n  if r == -1: raise OSError(ctypes.get_errno(), 'no')", libc, expression);
  };
  expect_refused(call("ptrace(16, os.getppid(), 0, 0)"));  // PTRACE_ATTACH
  expect_refused(call("ptrace(0, 0, 0, 0)"));              // PTRACE_TRACEME
  expect_refused(call("mount(b'none', b'/tmp', b'tmpfs', 0, None)"));
  expect_refused(call("umount2(b'/tmp', 2)"));
  expect_refused(call("chroot(b'/work')"));
  expect_refused(call("unshare(0x10000000)"));  // CLONE_NEWUSER
  expect_refused(call("setns(0, 0)"));
  expect_refused(call("sethostname(b'x', 1)"));
  expect_refused(call("personality(0x0040000)"));
  expect_refused("os.setuid(0)");
  expect_refused("os.mknod('/work/n', 0o60600, os.makedev(8, 0))");
  EXPECT_NE(shell("unshare -U true").exit_code, 0);
}

// Shared segments and files in memory count as no address space, and outlive who maps them.
TEST_F(Sandboxed, HasNoMemoryBesideItsAddressSpace) {
  for (const char* expression : {"shmget(0, 1 << 28, 0o1600)", "shmat(0, None, 0)", "semget(0, 32000, 0o1600)",
                                 "msgget(0, 0o1600)", "mq_open(b'/queue', 0o102, 0o600, None)", "memfd_create(b'file', 0)"}) {
    const SandboxResult ran = python(
        fmt::format("import ctypes\nc = ctypes.CDLL(None, use_errno=True)\nprint(c.{}, ctypes.get_errno())\n", expression));
    EXPECT_EQ(ran.output, "-1 1\n") << expression << ": EPERM, not what it would say of its arguments; " << ran.errors;
  }
  EXPECT_EQ(python("import os, mmap\nm = mmap.mmap(-1, 1 << 20)\nm[:5] = b'hello'\nprint(m[:5])\n").output, "b'hello'\n");
}

TEST_F(Sandboxed, SeesNoProcessButItsOwn) {
  expect_refused(fmt::format("os.kill({}, 0)", ::getpid()));
  const SandboxResult ran = python("import os\nprint(os.getpid() < 20)\n");
  EXPECT_EQ(ran.output, "True\n");
}

TEST_F(Sandboxed, EndsLoopsInTime) {
  limits_.seconds = 0.5;
  const SandboxResult busy = python("while True: pass\n");
  EXPECT_TRUE(busy.timed_out);
  EXPECT_EQ(busy.exit_code, -1);
  EXPECT_TRUE(shell("sleep 1000").timed_out);
  EXPECT_TRUE(shell("trap '' TERM INT HUP; sleep 1000").timed_out) << "whatever it ignores";
  EXPECT_TRUE(shell("exec >/dev/null 2>&1; sleep 1000").timed_out) << "whether it holds its outputs or not";
}

TEST_F(Sandboxed, CutsEndlessOutput) {
  limits_.output = 100'000;
  const SandboxResult ran = python("while True: print('x' * 1000)\n");
  EXPECT_TRUE(ran.output_cut);
  EXPECT_EQ(ran.output.size(), 100'000U);
  EXPECT_TRUE(shell("cat /dev/zero >&2").output_cut);
}

TEST_F(Sandboxed, LimitsMemoryFilesAndProcesses) {
  limits_.memory = std::int64_t{256} << 20;
  EXPECT_NE(python("x = bytearray(1 << 30)\n").errors.find("MemoryError"), std::string::npos);
  EXPECT_NE(python("a = []\nwhile True: a.append(bytearray(1 << 20))\n").exit_code, 0);

  limits_.file = 1 << 20;
  EXPECT_NE(python("f = open('/work/f', 'wb')\nfor i in range(100): f.write(bytes(1 << 20)); f.flush()\n").exit_code, 0);
  EXPECT_NE(python("for i in range(100): open(f'/work/{i}', 'wb').write(bytes(100_000))\n").exit_code, 0) << "all files together";

  const SandboxResult bomb = python(
      "import os, time\nmade = 0\nfor i in range(200):\n  try:\n    if os.fork() == 0:\n      time.sleep(60)\n      "
      "os._exit(0)\n    made += 1\n"
      "  except BlockingIOError: pass\nprint(made)\n");
  EXPECT_LT(std::atoi(bomb.output.c_str()), limits_.processes) << bomb.output << bomb.errors;
  EXPECT_GT(std::atoi(bomb.output.c_str()), 0);
}

TEST_F(Sandboxed, SurvivesAForkBomb) {
  limits_.seconds = 1;
  shell("f() { f | f & }; f; wait");
  EXPECT_EQ(shell("echo fine").output, "fine\n");
}

// Processes of this machine whose command line holds `mark`.
int processes_with(const std::string& mark) {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (line.find(mark) != std::string::npos) ++found;
  }
  return found;
}

TEST_F(Sandboxed, LeavesNothingRunning) {
  const std::string mark = fmt::format("9{}.25", ::getpid());
  const SandboxResult ran = shell(fmt::format("sleep {0} & setsid sleep {0} & (sleep {0} &) ; echo started", mark));

  EXPECT_EQ(ran.output, "started\n");
  EXPECT_EQ(ran.exit_code, 0);
  int left = processes_with("sleep" + std::string(1, '\0') + mark);
  for (int i = 0; i < 200 && left > 0; ++i) {  // the kernel ends them after their namespace's first process, not before
    ::usleep(10'000);
    left = processes_with("sleep" + std::string(1, '\0') + mark);
  }
  EXPECT_EQ(left, 0);
}

std::ptrdiff_t open_files() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

// Wherever descriptors run out, even behind the start of the child.
TEST_F(Sandboxed, LeavesNoChildAndNoFileBehindWithoutDescriptors) {
  const std::ptrdiff_t before = open_files();
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
  int refused = 0, ran = 0;
  for (rlim_t most = 4; most < 40; ++most) {
    const rlimit few{most, usual.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    try {
      run({"/usr/bin/true"});
      ++ran;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::out_of_resources) << most;
      ++refused;
    }
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
    EXPECT_EQ(open_files(), before) << most;
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << most;
    EXPECT_EQ(errno, ECHILD) << most;
  }
  EXPECT_GT(refused, 5);
  EXPECT_GT(ran, 5);
}

TEST_F(Sandboxed, TakesAnyBytesAsInput) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 31);
  EXPECT_EQ(run({"/bin/cat"}, bytes).output, bytes);
}

Problem with_tests(std::string tests) {
  Problem problem;
  problem.tests = std::move(tests);
  return problem;
}

double share(const std::string& code, const std::string& tests, const char* verifier = "tests:seconds=5") {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths(1);
  paths.front().text = "Here:\n```python\n" + code + "\n```\n";
  return score_on(space, *make_verifier(verifier), paths, with_tests(tests)).front();
}

const std::string kTests =
    "assert double(2) == 4\n\nassert double(-1) == -2\n\nassert double('ab') == 'abab'\n\nassert double(0.5) == 1\n";

TEST_F(Sandboxed, TestsAreShared) {
  EXPECT_EQ(share("def double(x):\n  return 2 * x", kTests), 1);
  EXPECT_EQ(share("def double(x):\n  return x + x if isinstance(x, int) else None", kTests), 0.5);
  EXPECT_EQ(share("def double(x):\n  return None", kTests), 0);
  EXPECT_EQ(share("def triple(x):\n  return 3 * x", kTests), 0) << "names that are not there";
  EXPECT_EQ(share("def double(x:", kTests), 0) << "a program that is none";
  EXPECT_EQ(share("", kTests), 0);
}

TEST_F(Sandboxed, TestsDoNotMindHowAProgramTriesItself) {
  const std::string right = "from __future__ import annotations\ndef double(x: Any):\n  return 2 * x\n";
  EXPECT_EQ(share(right + "assert double(2) == 5\nprint(doubel(2))\nfor x in 3: pass", kTests), 1) << "its own trials are wrong";
  EXPECT_EQ(share(right + "print(double(1))\nprint(double(", kTests), 1) << "cut off in its trials";
  EXPECT_EQ(share("'''Doubles.'''\n" + right, kTests), 1) << "the future stays first";
  EXPECT_EQ(share(right + "import nothing_like_this", kTests), 0) << "what it needs must be there";
  EXPECT_EQ(share(right + "raise ValueError", kTests), 0);
  EXPECT_EQ(share("def double(x):\n  return 2 *", kTests), 0) << "cut off in what matters";
}

TEST_F(Sandboxed, TestsOfAPathWithoutAProgramFail) {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths(1);
  paths.front().text = "def double(x): return 2 * x";

  EXPECT_EQ(score_on(space, *make_verifier("tests"), paths, with_tests(kTests)).front(), 0);
}

TEST_F(Sandboxed, TestsAreNotPassedByWhoOnlySaysSo) {
  EXPECT_EQ(share("print('0')\nprint('0000 0')", kTests), 0);
  EXPECT_EQ(share("import os\nos._exit(0)", kTests), 0);
  EXPECT_EQ(share("import sys\nsys.exit(0)", kTests), 0);
  EXPECT_EQ(share("raise SystemExit", kTests), 0);
}

TEST_F(Sandboxed, TestsBehindALoopFailAndThoseBeforeItCount) {
  EXPECT_EQ(share("def double(x):\n  while x == -1: pass\n  return 2 * x", kTests, "tests:seconds=0.5"), 0.25);
  EXPECT_EQ(share("while True: pass", kTests, "tests:seconds=0.5"), 0);
}

TEST_F(Sandboxed, TestsSeeOutputAndBytesAsTheyAre) {
  EXPECT_EQ(share("def double(x):\n  print('noise' * 100000)\n  return 2 * x", kTests), 1) << "what it prints is left alone";
  EXPECT_EQ(share("s = 'h\u00e9 \\\\ \" \\' \x01'", "assert len(s) == 10\n"), 1);
}

TEST(Tests, NeedTestsBeforeAnythingIsDrawn) {
  EXPECT_THROW(make_verifier("tests")->require(Problem{}), Error);
  EXPECT_THROW(make_verifier("tests")->require(with_tests(" \n\n")), Error);
  EXPECT_THROW(make_verifier("tests:language=cobol"), Error);
}

}  // namespace
}  // namespace reckon
