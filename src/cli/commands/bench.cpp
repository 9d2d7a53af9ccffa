// reckon bench: tokens per second next to what the machine allows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/benchmark.h"
#include "app/json.h"
#include "app/signature.h"
#include "app/synthetic/model.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "base/units.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct BenchOptions {
  ModelOptions model;
  BenchmarkRequest request;
  std::string synthetic_out;
  bool json = false;
  bool signature = false;
  bool profile = false;
};

void print_profile(const BenchmarkRow& row) {
  double accounted = 0;
  for (const ProfileLine& line : row.profile) {
    fmt::print("  {:<24} {:>6.1f} %  {:>9.3f} s  {:>9.1f} us each\n", line.name, 100 * line.share, line.seconds,
               1e6 * line.seconds / static_cast<double>(std::max<std::int64_t>(line.calls, 1)));
    accounted += line.share;
  }
  fmt::print("  {:<24} {:>6.1f} %\n", "in all", 100 * accounted);
}

int write_synthetic(const BenchOptions& options) {
  const SyntheticModel model = parse_synthetic_model(options.model.synthetic);
  std::uint64_t bytes = 0;
  {
    ProgressBar progress("writing");
    bytes = write_synthetic_model(model, options.synthetic_out, threads_or_processors(options.model.threads),
                                  [&progress](std::int64_t done, std::int64_t total) { progress.update(done, total); });
  }
  if (options.json) {
    fmt::print("{}\n", dump(Json{{"file", options.synthetic_out}, {"parameters", parameters_of(model)}, {"bytes", bytes}}));
  } else {
    fmt::print("{}: {} parameters, {}\n", options.synthetic_out, format_count(static_cast<double>(parameters_of(model))),
               format_bytes(static_cast<std::int64_t>(bytes)));
  }
  return kAnswered;
}

// Names, without the shapes' sizes: what --synthetic takes.
std::string shape_names() {
  std::vector<std::string_view> names;
  for (const SyntheticShape& shape : synthetic_shapes()) names.push_back(shape.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

void print_ceilings(const Ceilings& ceilings) {
  fmt::print("{} thread{}: {:.1f} GB/s read, {:.0f} f32 GFLOP/s, {:.0f} bf16 GFLOP/s, {:.0f} int8 GOP/s\n", ceilings.threads,
             ceilings.threads == 1 ? "" : "s", ceilings.read_gbps, ceilings.f32_gflops, ceilings.bf16_gflops, ceilings.int8_gops);
}

void print_report(const BenchmarkReport& report) {
  const Machine& machine = report.machine;
  fmt::print("{}, {} kernels\n", machine.processor, machine.isa);
  for (const Ceilings& ceilings : machine.fewer) print_ceilings(ceilings);
  print_ceilings({machine.threads, machine.read_gbps, machine.f32_gflops, machine.bf16_gflops, machine.int8_gops});
  const bool crowded = report.threads > machine.threads;  // slower, whatever the limits say
  fmt::print("{}{}\n", report.model, crowded ? fmt::format(", on {} threads, more than processors", report.threads) : "");
  std::size_t width = 10;  // of the names
  for (const BenchmarkRow& row : report.rows) width = std::max(width, row.test.size());
  fmt::print("{:<{}} {:>12} {:>22} {:>10}\n", "test", width, "tokens/s", "min … max", "of limit");
  for (const BenchmarkRow& row : report.rows) {
    fmt::print("{:<{}} {:>12.1f} {:>10.1f} … {:>9.1f} {:>9.2f} {}\n", row.test, width, row.median, row.minimum, row.maximum,
               row.roofline, row.bound);
    if (!row.profile.empty()) print_profile(row);
  }
}

int bench_command(BenchOptions& options) {
  if (!options.model.synthetic.empty() && !options.model.model.empty()) {
    throw Error(
        ErrorCode::bad_argument,
        fmt::format("makes its own model; leave out --model {} (or RECKON_MODEL, where it comes from)", options.model.model),
        "--synthetic");
  }
  if (options.signature && !options.model.synthetic.empty()) {
    throw Error(ErrorCode::bad_argument, "asks a model that chats; random weights have no chat template", "--signature");
  }
  if (!options.synthetic_out.empty()) return write_synthetic(options);
  // No prompt comes twice, and without a cache its pages are used again: memory is new to the system only once.
  options.model.no_prefix_cache = options.model.no_prefix_cache || !options.signature;
  Profile profile;
  const std::unique_ptr<Runtime> runtime = load_runtime(options.model, options.profile ? &profile : nullptr);
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
  CLI::Option* synthetic =
      command
          ->add_option("--synthetic", options->model.synthetic,
                       "SHAPE:QUANT[:layers=N], as qwen3-0.6b:Q4_K: random weights instead of --model. Shapes: " + shape_names())
          ->check(not_empty("SHAPE:QUANT, such as qwen3-0.6b:Q4_K"));
  CLI::Option* out =
      command->add_option("--synthetic-out", options->synthetic_out, "write those weights as a GGUF file instead of measuring")
          ->needs(synthetic)
          ->check(not_empty("the name of a file to write"));
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
  command
      ->add_option("--context", request.contexts, "generate behind prompts of so many tokens too, a list such as 512,2048,8192")
      ->delimiter(',')
      ->check(whole_number(1));
  command->add_option("-r,--repetitions", request.repetitions, "runs that count")
      ->capture_default_str()
      ->check(whole_number(1, 1000));
  command->add_flag("--profile", options->profile, "print where the time of each test went: ops, waiting, drawing, planning");
  command
      ->add_flag("--signature", options->signature, "print one hash over a fixed set of answers instead: same hash, same answers")
      ->excludes(out);
  command->add_flag("--json", options->json, "print one JSON document");
  command->callback([options, &action] { action = [options] { return bench_command(*options); }; });
}

}  // namespace reckon
