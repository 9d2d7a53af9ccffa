#include "app/benchmark.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "tensor/machine.h"

namespace reckon {
namespace {

constexpr std::int64_t kShortPrompt = 16;  // before generation, so that it starts from a live sequence

struct Measured {
  double seconds = 0;
  double tokens = 0;
  double flops = 0;
  double bytes = 0;
  Profile::Entries profile{};
};

void start_profile(Runtime& runtime) {
  if (Profile* profile = runtime.engine().options().profile) profile->take();
}

Profile::Entries take_profile(Runtime& runtime) {
  Profile* profile = runtime.engine().options().profile;
  return profile == nullptr ? Profile::Entries{} : profile->take();
}

// Tokens that repeat nothing, so that no repetition finds an earlier one's prefix in the cache.
std::vector<Token> random_prompt(const Runtime& runtime, std::int64_t length, SplitMix64& rng) {
  std::vector<Token> prompt;
  const auto vocabulary = static_cast<std::uint64_t>(runtime.model().info().vocabulary);
  for (std::int64_t i = 0; i < length; ++i) prompt.push_back(static_cast<Token>(rng.below(vocabulary)));
  return prompt;
}

// Of the first `rows` rows of a prompt, which want no logits, what the ledger charges though it is not computed.
double spared_flops(const TokenCost& cost, std::int64_t rows) {
  const auto count = static_cast<double>(rows);
  return count * cost.spared_row_flops + count * (count + 1) / 2 * cost.spared_slot_flops;
}

awaitable<void> measure_prompt(Runtime& runtime, std::vector<Token> prompt, Measured& out) {
  const auto request = std::make_shared<Request>(Budget{}, 0);
  start_profile(runtime);
  const double begin = monotonic_seconds();
  const std::optional<Sequence> sequence = co_await runtime.engine().open(prompt, request);
  out.seconds = monotonic_seconds() - begin;
  out.profile = take_profile(runtime);
  const Ledger ledger = request->ledger();
  out.tokens = static_cast<double>(ledger.prompt_computed);
  out.flops = ledger.flops - spared_flops(runtime.model().cost(), ledger.prompt_computed - 1);
  out.bytes = ledger.bytes;
}

// What the branches of tests begin with: computed once, however many tests stand behind it and however often each is repeated.
struct Root {
  std::shared_ptr<Request> request = std::make_shared<Request>(Budget{}, 0);
  std::optional<Sequence> sequence{};
  std::int64_t length = 0;  // of its prompt
  double seconds = 0;       // that the prompt took
};

awaitable<void> open_root(Runtime& runtime, std::vector<Token> prompt, Root& root) {
  root.length = std::ssize(prompt);
  const double begin = monotonic_seconds();
  root.sequence = co_await runtime.engine().open(std::move(prompt), root.request);
  root.seconds = monotonic_seconds() - begin;
}

// The ledger charges each branch for the keys and values of the whole prompt. A machine need read them only once per step for all
// branches: what all but one were charged for them.
double bytes_read_once(Runtime& runtime, std::int64_t prompt, std::int64_t branches, std::int64_t generate) {
  const double slot_bytes = runtime.model().cost().slot_bytes(runtime.engine().options().kv_type);
  return static_cast<double>((branches - 1) * generate * prompt) * slot_bytes;
}

awaitable<void> measure_branches(Runtime& runtime, const Root& root, std::int64_t branches, std::int64_t generate,
                                 Measured& out) {
  const std::shared_ptr<Request> request = root.request;
  const Ledger before = request->ledger();
  std::vector<Sequence> sequences;
  for (std::int64_t i = 0; i < branches; ++i) {
    sequences.push_back(runtime.engine().fork(*root.sequence, static_cast<std::uint64_t>(i) + 1));
  }
  std::vector<ExtendWork> works;
  for (Sequence& sequence : sequences) {
    ExtendOptions options;
    options.max_tokens = generate + 1;  // the last one drawn is not computed: `generate` are, as by llama-bench
    options.ignore_end_of_text = true;
    works.emplace_back(&sequence, options);
  }
  start_profile(runtime);
  const double begin = monotonic_seconds();
  co_await runtime.engine().extend(std::move(works));
  out.seconds = monotonic_seconds() - begin;
  out.profile = take_profile(runtime);
  const Ledger after = request->ledger();
  out.tokens = static_cast<double>(after.generated - before.generated - branches);
  out.flops = after.flops - before.flops;
  out.bytes = after.bytes - before.bytes - bytes_read_once(runtime, root.length, branches, generate);
}

void run_to_end(awaitable<void> task) {
  boost::asio::io_context context;
  std::exception_ptr fault;
  boost::asio::co_spawn(context, std::move(task), [&fault](std::exception_ptr thrown) { fault = thrown; });
  context.run();
  if (fault) std::rethrow_exception(fault);
}

struct LeastSeconds {  // that the measured work would take if only its bytes, or only its operations counted
  double reading;
  double operations;
};

LeastSeconds least_seconds(const Measured& measured, const Machine& machine) {
  return {measured.bytes / (machine.read_gbps * 1e9), measured.flops / (machine.peak_gops * 1e9)};
}

std::vector<ProfileLine> profile_of(const std::vector<Measured>& runs) {
  double wall = 0;
  std::map<std::string, ProfileLine> lines;
  for (const Measured& run : runs) {
    wall += run.seconds;
    for (const auto& [name, entry] : run.profile) {
      ProfileLine& line = lines[name];
      line.seconds += entry.seconds;
      line.calls += entry.calls;
    }
  }
  std::vector<ProfileLine> sorted;
  for (const auto& [name, line] : lines) sorted.push_back({name, line.seconds, line.seconds / wall, line.calls});
  std::ranges::sort(sorted, std::greater{}, &ProfileLine::seconds);
  return sorted;
}

struct Test {
  std::string name;
  std::int64_t prompt = 0;
  std::int64_t branches = 0;  // 0: the prompt is what is measured
};

struct MeasuredTest {
  Test test;
  double prompt_seconds = 0;  // BenchmarkRow::prompt_seconds
  std::vector<Measured> runs{};
};

BenchmarkRow row_of(const MeasuredTest& measured, const Machine& machine) {
  const std::vector<Measured>& runs = measured.runs;
  std::vector<double> rates;
  std::vector<double> fractions;
  for (const Measured& run : runs) {
    const LeastSeconds least = least_seconds(run, machine);
    rates.push_back(run.tokens / run.seconds);
    fractions.push_back(std::max(least.reading, least.operations) / run.seconds);
  }
  const LeastSeconds least = least_seconds(runs.front(), machine);  // alike in all runs
  std::ranges::sort(rates);
  std::ranges::sort(fractions);
  return BenchmarkRow{.test = measured.test.name,
                      .median = rates[rates.size() / 2],
                      .minimum = rates.front(),
                      .maximum = rates.back(),
                      .roofline = fractions[fractions.size() / 2],
                      .bound = least.reading >= least.operations ? "bandwidth" : "operations",
                      .prompt_seconds = measured.prompt_seconds,
                      .profile = profile_of(runs)};
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

// What most weights are multiplied as: where F16 and F32 are rounded when they are packed, the output is too.
DType multiplied_type(const Model& model) {
  return model.weights().output.matrix.type == DType::bf16 ? DType::bf16 : model.info().weight_type;
}

std::vector<Ceilings> ceilings_below(int threads) {
  std::vector<Ceilings> found;
  for (int fewer = 1; fewer < threads; fewer *= 2) {
    ThreadPool pool(fewer);
    const MachinePeaks peaks = measure_machine(pool);
    found.push_back({fewer, peaks.read_gbps, peaks.f32_gflops, peaks.bf16_gflops, peaks.int8_gops});
  }
  return found;
}

// More threads than processors reach no more than these do.
Machine measure(int asked, const Model& model) {
  const int threads = std::min(asked, threads_or_processors(0));
  ThreadPool pool(threads);
  const MachinePeaks peaks = measure_machine(pool);
  return Machine{.processor = processor_name(),
                 .isa = std::string(peaks.isa),
                 .threads = threads,
                 .fewer = ceilings_below(threads),
                 .read_gbps = peaks.read_gbps,
                 .f32_gflops = peaks.f32_gflops,
                 .bf16_gflops = peaks.bf16_gflops,
                 .int8_gops = peaks.int8_gops,
                 .peak_gops = arithmetic_peak(peaks, multiplied_type(model), model.packed())};
}

void check(const Runtime& runtime, const BenchmarkRequest& request) {
  const auto require = [](bool holds, const std::string& what) {
    if (!holds) throw Error(ErrorCode::bad_argument, what);
  };
  require(request.prompt >= 0 && request.generate >= 0, "--prompt and --gen must not be negative");
  require(request.repetitions >= 1 && request.repetitions <= 1000, "--repetitions must be 1 to 1000");
  require(std::ranges::all_of(request.parallel, [](std::int64_t n) { return n >= 1 && n <= 4096; }),
          "--parallel must be numbers from 1 to 4096");
  const std::int64_t context = runtime.model().info().context_length;
  require(request.prompt > 0 || request.generate > 0, "--prompt and --gen are both 0: nothing is left to measure");
  require(request.prompt < context, "--prompt must be below the model's context of " + std::to_string(context));
  require(request.generate < context - kShortPrompt - 1, "--gen must be below the model's context of " + std::to_string(context));
  require(request.contexts.empty() || request.generate > 0, "--context needs --gen above 0");
  for (const std::int64_t behind : request.contexts) {
    require(behind >= 1, "--context must be numbers above 0");
    require(behind < context - request.generate - 1, "--context " + std::to_string(behind) +
                                                         " and --gen must together be below the model's context of " +
                                                         std::to_string(context));
  }
}

std::vector<Test> tests_of(const BenchmarkRequest& request) {
  std::vector<Test> tests;
  if (request.prompt > 0) tests.push_back({"pp" + std::to_string(request.prompt), request.prompt, 0});
  if (request.generate == 0) return tests;
  const auto add = [&](std::int64_t prompt, const std::string& behind) {
    tests.push_back({"tg" + std::to_string(request.generate) + behind, prompt, 1});
    for (const std::int64_t n : request.parallel) tests.push_back({"pl" + std::to_string(n) + behind, prompt, n});
  };
  add(kShortPrompt, "");
  for (const std::int64_t context : request.contexts) add(context, "@" + std::to_string(context));
  // What is asked for twice is measured once.
  std::set<std::string> names;
  std::erase_if(tests, [&names](const Test& test) { return !names.insert(test.name).second; });
  return tests;
}

}  // namespace

BenchmarkReport run_benchmark(Runtime& runtime, const BenchmarkRequest& request) {
  check(runtime, request);
  BenchmarkReport report;
  report.threads = runtime.engine().options().threads;
  report.machine = measure(report.threads, runtime.model());
  report.model = runtime.model().info().name;
  SplitMix64 rng(1);
  const std::vector<Test> tests = tests_of(request);
  std::int64_t done = 0;
  const auto total = static_cast<std::int64_t>(tests.size()) * (request.repetitions + 1);
  std::vector<MeasuredTest> measured_tests;
  std::optional<Root> root;
  for (const Test& test : tests) {
    MeasuredTest& found = measured_tests.emplace_back(test);
    if (test.branches > 0 && (!root || root->length != test.prompt)) {
      root.reset();  // the pages of the one before are free for the next
      run_to_end(open_root(runtime, random_prompt(runtime, test.prompt, rng), root.emplace()));
    }
    if (test.branches > 0) found.prompt_seconds = root->seconds;
    for (int i = 0; i <= request.repetitions; ++i) {  // the first warms up and does not count
      Measured measured;
      run_to_end(test.branches == 0 ? measure_prompt(runtime, random_prompt(runtime, test.prompt, rng), measured)
                                    : measure_branches(runtime, *root, test.branches, request.generate, measured));
      if (i > 0) found.runs.push_back(measured);
      if (request.on_progress) request.on_progress(++done, total);
    }
    ThreadPool pool(report.machine.threads);
    report.machine.read_gbps = std::max(report.machine.read_gbps, measure_reading(pool));
  }
  for (const MeasuredTest& measured : measured_tests) report.rows.push_back(row_of(measured, report.machine));
  return report;
}

}  // namespace reckon
