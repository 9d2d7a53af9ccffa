#include "search/stages/stage.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace reckon {
namespace {

constexpr double kMostModels = 63;  // the highest number; a machine holds a few

ParameterSpec quote_parameter() {
  return {"quote", std::int64_t{4000}, "most bytes of each text that a question quotes", 1, 1e6};
}

}  // namespace

std::vector<ParameterSpec> asking_parameters(std::string_view places, std::int64_t max_tokens) {
  return {{"model", std::int64_t{0}, "which model is asked: 0, or 1, 2 … in the order of --ensemble", 0, kMostModels},
          {"prompt", std::string(), "what is asked; holds " + std::string(places) + "; empty = ours"},
          {"temperature", 0.0, "of what it writes; 0 takes the most likely token", 0, 100},
          {"max_tokens", max_tokens, "most tokens of what it writes; -1 = as many as the context holds", -1, 1e9},
          quote_parameter()};
}

Asking::Asking(const Parameters& parameters, std::string_view ours, std::string_view needed)
    : model(static_cast<int>(parameters.integer("model"))),
      prompt(parameters.text("prompt").empty() ? std::string(ours) : parameters.text("prompt")),
      quote(static_cast<std::size_t>(parameters.integer("quote"))) {
  step.sampling.temperature = parameters.number("temperature");
  step.path_tokens = parameters.integer("max_tokens");
  if (prompt.find(needed) != std::string::npos) return;
  throw Error(ErrorCode::bad_argument, "does not hold " + std::string(needed) + ", where what is asked about goes",
              "parameter 'prompt'");
}

std::vector<std::string> questions_about_each(const Asking& asking, const Board& board, std::span<const Filling> more) {
  std::vector<std::string> questions;
  for (std::size_t i = 0; i < board.candidates.size(); ++i) {
    const std::string shown = board.quoted_one(i, asking.quote);
    std::vector<Filling> fillings{{"problem", board.problem().text}, {"candidate", shown}};
    fillings.insert(fillings.end(), more.begin(), more.end());
    questions.push_back(filled_in(asking.prompt, fillings));
  }
  return questions;
}

ParameterSpec models_parameter() {
  return {"models", std::string("0"),
          "which models: 0, and 1, 2 … in the order of --ensemble; several as 0+1, in a file as [0, 1]"};
}

std::vector<int> models_of(const Parameters& parameters) {
  std::vector<int> models;
  for (const std::string& piece : pieces_of(parameters.text("models"), '+')) {
    int model = -1;
    const auto read = std::from_chars(piece.data(), piece.data() + piece.size(), model);
    const bool whole = read.ec == std::errc() && read.ptr == piece.data() + piece.size();
    const bool known = std::ranges::find(models, model) != models.end();
    if (!whole || model < 0 || model > static_cast<int>(kMostModels) || known) {
      throw Error(ErrorCode::bad_argument,
                  "'" + piece + "' is not the number of another model in 0..63; write 0+1, or [0, 1] in a file",
                  "parameter 'models'");
    }
    models.push_back(model);
  }
  if (models.empty()) throw Error(ErrorCode::bad_argument, "names no model; write 0", "parameter 'models'");
  return models;
}

ParameterSpec judge_parameter() {
  return {.name = "by",
          .default_value = std::string("model"),
          .meaning = "who judges: a model that is asked, or the verifier",
          .choices = {"model", "verifier"}};
}

ParameterSpec keep_parameter(std::int64_t keep) { return {"keep", keep, "candidates left at most, the best", 1, 4096}; }

}  // namespace reckon
