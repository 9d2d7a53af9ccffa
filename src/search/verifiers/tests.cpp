// Tests: the last fenced block of a path is a program; its score is the share of the problem's tests that it passes, run in the
// sandbox. Source: standard (Chen et al. 2021, arXiv:2107.03374). Costs no tokens. Runs one path after the other on the caller's
// thread, so that programs do not take each other's time.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/rng.h"
#include "search/answers/fenced_block.h"
#include "search/sandbox/sandbox.h"
#include "search/verifier.h"
#include "search/verifiers/program.h"

namespace reckon {
namespace {

constexpr double kStarting = 0.02;  // seconds that a sandbox needs besides: to begin, and to end

class Tests final : public Verifier {
 public:
  explicit Tests(const Parameters& parameters) {
    limits_.seconds = parameters.number("seconds");
    limits_.memory = parameters.integer("memory_mib") << 20;
    limits_.processes = parameters.integer("processes");
  }

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    require(problem);
    const std::vector<std::string> tests = blocks_of(problem.tests);
    std::vector<double> scores;
    for (const Path& path : paths) {
      SandboxLimits limits = limits_;
      if (space.request()) limits.seconds = std::min(limits.seconds, space.request()->seconds_left() - kStarting);
      if (limits.seconds <= 0) {  // what cannot be paid for scores 0
        scores.push_back(0);
        continue;
      }
      const std::optional<std::string> program = program_answer(path.text, path.state == PathState::finished);
      scores.push_back(program ? share_passed(*program, tests, token_of(path, space), limits) : 0);
    }
    co_return scores;
  }

  void require(const Problem& problem) const override {
    if (blocks_of(problem.tests).empty()) {
      throw Error(ErrorCode::bad_argument,
                  "verifier 'tests' needs tests to run, which this problem has none of; give solve --tests FILE, or use another "
                  "verifier");
    }
    require_sandbox();
  }

 private:
  // By which a line of the harness is told from one that the program wrote. It need not be secret from who reads this.
  static std::string token_of(const Path& path, SearchSpace& space) {
    SplitMix64 rng((space.request() ? space.request()->seed() : 0) + path.id * 0x9E3779B97F4A7C15);
    return fmt::format("{:016x}{:016x}", rng.next(), rng.next());
  }

  static double share_passed(const std::string& program, const std::vector<std::string>& tests, const std::string& token,
                             const SandboxLimits& limits) {
    const std::string harness = python_harness(program, tests, token);
    const SandboxResult ran = run_in_sandbox({"/usr/bin/python3", "-I", "-"}, harness, limits);
    return static_cast<double>(passed_tests(ran.output, token, tests.size())) / static_cast<double>(tests.size());
  }

  SandboxLimits limits_;
};

std::shared_ptr<const Verifier> make_tests_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Tests>(parameters);
}

}  // namespace

VerifierEntry tests_entry() {
  return {.name = "tests",
          .summary = "the share of tests that the path's program passes, run in a sandbox",
          .source = "Chen et al. 2021, arXiv:2107.03374",
          .parameters = {{.name = "language",
                          .default_value = std::string("python"),
                          .meaning = "of the program and its tests",
                          .choices = {"python"}},
                         {"seconds", 10.0, "time for one program and all its tests", 0.1, 3600},
                         {"memory_mib", std::int64_t{512}, "address space of each of its processes, in MiB", 16, 1 << 20},
                         {"processes", std::int64_t{16}, "processes and threads that it may have at once", 1, 4096}},
          .make = make_tests_verifier};
}

}  // namespace reckon
