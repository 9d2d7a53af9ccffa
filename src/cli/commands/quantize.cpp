// reckon quantize: the weights of a model in a smaller type, and what that lost.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/json.h"
#include "app/quantization.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct QuantizeCommandOptions {
  QuantizationRequest request;
  bool json = false;
};

int quantize_command(QuantizeCommandOptions& options) {
  Json document;
  {
    ProgressBar reading("reading the calibration text"), writing("quantising");
    options.request.on_calibrated = [&reading](std::int64_t done, std::int64_t total) { reading.update(done, total); };
    options.request.on_written = [&writing](std::int64_t done, std::int64_t total) { writing.update(done, total); };
    document = quantize_model(options.request);
  }
  fmt::print("{}\n", options.json ? dump(document) : quantization_text(document));
  return kAnswered;
}

}  // namespace

void add_quantize(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("quantize", "Write a model with its weights in a smaller type, and report the errors");
  const auto options = std::make_shared<QuantizeCommandOptions>();
  QuantizationRequest& request = options->request;
  command->add_option("IN", request.in, "GGUF file with F32, F16 or BF16 weights")->required()->check(not_empty("a GGUF file"));
  command->add_option("OUT", request.out, "GGUF file to write")->required()->check(not_empty("the name of a file to write"));
  command->add_option("--type", request.type, "Q8_0, Q6_K, Q5_K, Q4_K, Q4_0, TQ2_0 …: of the layers' matrices")
      ->capture_default_str();
  command->add_option(
      "--keep-output", request.output_type,
      "type of the output matrix, or of an embedding that is tied to it; default Q6_K, or --type if that is larger");
  CLI::Option* calibration = command->add_option("--calibration", request.calibration,
                                                 "text to run the model on: errors are weighted by what its layers see");
  command
      ->add_option("--context", request.context,
                   "tokens that see each other in calibration; default 512, or the model's context if that is less")
      ->needs(calibration)
      ->check(whole_number(1, 1 << 20));
  command->add_option("-t,--threads", request.threads, "0 = one per processor; changes no byte")
      ->envname("RECKON_THREADS")
      ->check(whole_number(0, 1024));
  command->add_flag("--requantize", request.requantize, "round again what is quantised already in another type, and lose twice");
  command->add_flag("--json", options->json, "print one JSON document");
  command->callback([options, &action] { action = [options] { return quantize_command(*options); }; });
}

}  // namespace reckon
