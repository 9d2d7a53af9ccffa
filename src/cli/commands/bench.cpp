// reckon bench: tokens per second next to what the machine allows.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/benchmark.h"
#include "app/json.h"
#include "app/signature.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct BenchOptions {
  ModelOptions model;
  BenchmarkRequest request;
  bool json = false;
  bool signature = false;
};

void print_report(const BenchmarkReport& report) {
  const Machine& machine = report.machine;
  fmt::print("{}, {} kernels, {} thread{}: {:.1f} GB/s read, {:.0f} f32 GFLOP/s, {:.0f} bf16 GFLOP/s, {:.0f} int8 GOP/s\n{}\n",
             machine.processor, machine.isa, machine.threads, machine.threads == 1 ? "" : "s", machine.read_gbps,
             machine.f32_gflops, machine.bf16_gflops, machine.int8_gops, report.model);
  fmt::print("{:<10} {:>12} {:>22} {:>10}\n", "test", "tokens/s", "min … max", "of limit");
  for (const BenchmarkRow& row : report.rows) {
    fmt::print("{:<10} {:>12.1f} {:>10.1f} … {:>9.1f} {:>9.2f}\n", row.test, row.median, row.minimum, row.maximum, row.roofline);
  }
}

int bench_command(BenchOptions& options) {
  const std::unique_ptr<Runtime> runtime = load_runtime(options.model);
  if (options.signature) {
    const std::string signature = answers_signature(*runtime);
    fmt::print("{}\n", options.json ? dump(Json{{"signature", signature}}) : signature);
    return kAnswered;
  }
  BenchmarkReport report;
  {
    ProgressBar progress("measuring");
    options.request.on_progress = [&progress](std::int64_t done, std::int64_t total) { progress.update(done, total); };
    report = run_benchmark(*runtime, options.request);
  }
  if (options.json) {
    fmt::print("{}\n", dump(to_json(report)));
  } else {
    print_report(report);
  }
  return kAnswered;
}

}  // namespace

void add_bench(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("bench", "Measure speed against the machine's limits");
  const auto options = std::make_shared<BenchOptions>();
  BenchmarkRequest& request = options->request;
  request.parallel = {1, 4, 16};
  add_model_options(*command, options->model);
  command->add_option("-p,--prompt", request.prompt, "tokens of the prompt test, 0 leaves it out")
      ->capture_default_str()
      ->check(whole_number(0));
  command->add_option("-g,--gen", request.generate, "tokens of the generation tests, 0 leaves them out")
      ->capture_default_str()
      ->check(whole_number(0));
  command->add_option("--parallel", request.parallel, "branches drawn at once, a list such as 1,4,16")
      ->delimiter(',')
      ->capture_default_str()
      ->check(whole_number(1, 4096));
  command->add_option("-r,--repetitions", request.repetitions, "runs that count")
      ->capture_default_str()
      ->check(whole_number(1, 1000));
  command->add_flag("--signature", options->signature,
                    "print one hash over a fixed set of answers instead: same hash, same answers");
  command->add_flag("--json", options->json, "print one JSON document");
  command->callback([options, &action] { action = [options] { return bench_command(*options); }; });
}

}  // namespace reckon
