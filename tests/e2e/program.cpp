#include "e2e/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

namespace reckon {
namespace {

void redirect(const std::string& path, int flags, int descriptor) {
  const int file = open(path.c_str(), flags, 0600);
  dup2(file, descriptor);
  close(file);
}

[[noreturn]] void become(const std::string& program, const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment) {
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  for (const std::string& entry : environment) {
    const std::size_t equals = entry.find('=');
    setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
  }
  execv(program.c_str(), pointers.data());
  _exit(127);
}

}  // namespace

std::size_t Ran::error_lines() const { return static_cast<std::size_t>(std::count(err.begin(), err.end(), '\n')); }

Ran run_reckon(const std::vector<std::string>& arguments, const std::string& standard_input,
               const std::vector<std::string>& environment, const std::string& program) {
  const std::string in = temporary("stdin"), out = temporary("stdout"), err = temporary("stderr");
  write_file(in, standard_input);
  const pid_t child = fork();
  if (child == 0) {
    redirect(in, O_RDONLY, STDIN_FILENO);
    redirect(out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(err, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    become(program, arguments, environment);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Ran ran{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(out), read_file(err)};
  for (const std::string& file : {in, out, err}) unlink(file.c_str());
  return ran;
}

std::string run_on_terminal(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) become(RECKON_PROGRAM, arguments, environment);
  std::string shown;
  char bytes[4096];
  // When the program has ended, reading fails.
  for (ssize_t got = 0; (got = read(terminal, bytes, sizeof bytes)) > 0;) shown.append(bytes, static_cast<std::size_t>(got));
  close(terminal);
  waitpid(child, nullptr, 0);
  for (std::size_t at = 0; (at = shown.find("\r\n", at)) != std::string::npos; ++at) shown.erase(at, 1);
  return shown;
}

namespace {

// Reads from a pipe until so many lines have come, nothing does for a minute, or it ends. How many came.
std::ptrdiff_t lines_of(int end, std::ptrdiff_t most) {
  constexpr int kMostMilliseconds = 60'000;
  pollfd waiting{.fd = end, .events = POLLIN, .revents = 0};
  std::ptrdiff_t seen = 0;
  char bytes[4096];
  while (seen < most && poll(&waiting, 1, kMostMilliseconds) == 1) {
    const ssize_t got = read(end, bytes, sizeof bytes);
    if (got <= 0) break;
    seen += std::count(bytes, bytes + got, '\n');
  }
  return seen;
}

struct Signalled {
  int status = 0;
  bool in_time = false;
};

// Sends the signal when so many lines have come out of `pipe`, and reads what still comes.
Signalled signal_after_lines(const std::vector<std::string>& arguments, const std::string& pipe, int lines, int signal,
                             const std::string& out, const std::string& err) {
  Signalled result;
  if (mkfifo(pipe.c_str(), 0600) != 0) return result;
  const int end = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  const pid_t child = fork();
  if (child == 0) {
    redirect(out, O_WRONLY | O_CREAT, STDOUT_FILENO);
    redirect(err, O_WRONLY | O_CREAT, STDERR_FILENO);
    become(RECKON_PROGRAM, arguments, {});
  }
  result.in_time = lines_of(end, lines) >= lines;
  kill(child, signal);
  lines_of(end, std::numeric_limits<std::ptrdiff_t>::max());
  waitpid(child, &result.status, 0);
  close(end);
  unlink(pipe.c_str());
  return result;
}

}  // namespace

bool kill_after_lines(const std::vector<std::string>& arguments, const std::string& pipe, int lines) {
  const Signalled killed = signal_after_lines(arguments, pipe, lines, SIGKILL, "/dev/null", "/dev/null");
  return WIFSIGNALED(killed.status) && killed.in_time;
}

Ran interrupt_after_lines(const std::vector<std::string>& arguments, const std::string& pipe, int lines) {
  const std::string out = temporary("stdout"), err = temporary("stderr");
  const Signalled ended = signal_after_lines(arguments, pipe, lines, SIGINT, out, err);
  Ran ran{WIFEXITED(ended.status) ? WEXITSTATUS(ended.status) : 128 + WTERMSIG(ended.status), read_file(out), read_file(err)};
  if (!ended.in_time) ran.exit_code = -1;
  for (const std::string& file : {out, err}) unlink(file.c_str());
  return ran;
}

std::string temporary(const std::string& name) {
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  std::string test = info != nullptr ? std::string(info->test_suite_name()) + "." + info->name() : "suite";
  std::ranges::replace(test, '/', '.');
  return ::testing::TempDir() + "reckon-" + std::to_string(getpid()) + "-" + test + "-" + name;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void write_file(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::istringstream lines(text);
  std::vector<nlohmann::json> documents;
  for (std::string line; std::getline(lines, line);) documents.push_back(nlohmann::json::parse(line));
  return documents;
}

nlohmann::json without_seconds(nlohmann::json document) {
  if (document.contains("receipt")) document["receipt"].erase("seconds");
  return document;
}

}  // namespace reckon
