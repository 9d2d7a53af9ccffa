#include "app/quantization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "base/mapped_file.h"
#include "base/parameters.h"
#include "base/thread_pool.h"
#include "base/units.h"
#include "text/tokenizers/from_gguf.h"
#include "text/tokenizers/tokenizer.h"
#include "tune/quantize.h"

namespace reckon {
namespace {

DType type_named(const std::string& name, const std::string& option) {
  std::string upper = name;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::vector<std::string> known;
  for (const DType type : quantizable_types()) known.emplace_back(name_of(type));
  if (std::ranges::find(known, upper) != known.end()) return find_dtype(std::string_view(upper))->type;
  const std::string near = nearest(upper, known);
  throw Error(ErrorCode::bad_argument,
              fmt::format("there is no quantiser for '{}'{}; known are {}", name,
                          near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(known, ", ")),
              option);
}

std::vector<Token> calibration_tokens(const QuantizationRequest& request, const Model& model) {
  const MappedFile file(request.calibration);
  const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  const auto tokenizer = make_tokenizer(vocabulary_from_gguf(model.file().metadata()));
  // It is a text of the user's choice for measuring: chats in it may use the model's control tokens.
  return tokenizer->encode(text, EncodeOptions{.parse_special = true});
}

constexpr int kContext = 512;  // tokens that see each other where nobody says

Importance calibrate(const QuantizationRequest& request, ThreadPool& threads) {
  const std::shared_ptr<const Model> model = Model::load(request.in);
  const int longest = model->info().context_length;
  if (request.context > longest) {
    throw Error(ErrorCode::bad_argument, fmt::format("is {}, more than the model's context of {}", request.context, longest),
                "--context");
  }
  const int context = request.context > 0 ? request.context : std::min(kContext, longest);
  return measure_importance(model, calibration_tokens(request, *model), context, threads, request.on_calibrated);
}

Json tensor_json(const TensorReport& tensor) {
  return Json{{"name", tensor.name},
              {"from", name_of(tensor.from)},
              {"to", name_of(tensor.to)},
              {"elements", tensor.elements},
              {"bytes", tensor.bytes},
              {"relative_rmse", tensor.relative_rmse},
              {"largest_error", tensor.largest_error},
              {"weighted", tensor.weighted},
              {"note", tensor.note}};
}

bool is_rounded(const Json& tensor) { return tensor["to"] != "F32" && tensor["from"] != tensor["to"]; }

// Says what calibration did: types without a choice, and tensors that the text never reached, ignore it.
std::string calibration_text(const Json& document) {
  std::int64_t rounded = 0, weighted = 0;
  for (const Json& tensor : document["tensors"]) {
    if (is_rounded(tensor)) ++rounded;
    if (tensor["weighted"]) ++weighted;
  }
  const std::int64_t tokens = document["calibration_tokens"];
  if (weighted == 0)
    return fmt::format("the {} calibration tokens changed nothing: these types leave no choice to weight\n", tokens);
  const std::string which = weighted == rounded ? "" : fmt::format(" of {} of {} tensors", weighted, rounded);
  constexpr std::int64_t kFew = 1000;  // about a page of text: means over fewer say more about the text than about the model
  const std::string few = tokens < kFew ? "; that is little text, a few thousand tokens are usual" : "";
  return fmt::format("errors{} weighted by the inputs of {} calibration tokens{}\n", which, tokens, few);
}

}  // namespace

Json quantize_model(const QuantizationRequest& request) {
  if (request.threads < 0 || request.threads > 1024) {
    throw Error(ErrorCode::bad_argument, fmt::format("is {}; expected 0 (all processors) to 1024", request.threads), "--threads");
  }
  if (request.context < 0) throw Error(ErrorCode::bad_argument, "is below 0; expected a number of tokens", "--context");
  QuantizeOptions options;
  options.types.type = type_named(request.type, "--type");
  if (!request.output_type.empty()) options.types.output = type_named(request.output_type, "--keep-output");
  options.requantize = request.requantize;
  options.on_progress = request.on_written;
  const GgufFile in = GgufFile::open(request.in);
  check_quantizable(in, request.out, options);
  ThreadPool threads(threads_or_processors(request.threads));
  Importance importance;
  if (!request.calibration.empty()) {
    importance = calibrate(request, threads);
    options.importance = &importance;
    options.calibration = std::filesystem::path(request.calibration).filename().string();
  }

  const QuantizeReport report = quantize_file(in, request.out, options, threads);

  Json document{{"file", request.out},
                {"bytes_before", report.bytes_before},
                {"bytes", report.bytes},
                {"bits_per_weight",
                 8.0 * static_cast<double>(report.bytes) / static_cast<double>(std::max<std::int64_t>(1, report.elements))},
                {"calibration_tokens", importance.tokens}};
  document["tensors"] = Json::array();
  for (const TensorReport& tensor : report.tensors) document["tensors"].push_back(tensor_json(tensor));
  return document;
}

std::string quantization_text(const Json& document) {
  std::string text =
      fmt::format("{:<32} {:>5} {:>5} {:>10} {:>10} {:>14}\n", "tensor", "from", "to", "bytes", "rel. RMSE", "largest error");
  std::int64_t kept = 0;
  for (const Json& tensor : document["tensors"]) {
    const std::string note = tensor["note"];
    if (!is_rounded(tensor) && note.empty()) {
      ++kept;
      continue;
    }
    text +=
        fmt::format("{:<32} {:>5} {:>5} {:>10} {:>10.5f} {:>14.3g}{}{}\n", tensor["name"].get<std::string>(),
                    tensor["from"].get<std::string>(), tensor["to"].get<std::string>(), format_bytes(tensor["bytes"]),
                    tensor["relative_rmse"].get<double>(), tensor["largest_error"].get<double>(), note.empty() ? "" : "  ", note);
  }
  if (kept > 0) text += fmt::format("{} more are kept as they are, or F32\n", kept);
  const std::int64_t tokens = document["calibration_tokens"];
  if (tokens > 0) text += calibration_text(document);
  text +=
      fmt::format("{}: {} from {}, {:.2f} bits per weight", document["file"].get<std::string>(), format_bytes(document["bytes"]),
                  format_bytes(document["bytes_before"]), document["bits_per_weight"].get<double>());
  return text;
}

}  // namespace reckon
