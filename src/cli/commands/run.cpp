// reckon run: plain streaming generation.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/generate.h"
#include "app/json.h"
#include "app/prompt.h"
#include "base/error.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/one_line.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct RunOptions {
  ModelOptions model;
  std::string prompt;
  std::string system;
  std::string budget;
  GenerateRequest request;
  bool json = false;
};

Json likely_json(const std::vector<std::vector<LikelyToken>>& likely_tokens) {
  Json rows = Json::array();
  for (const std::vector<LikelyToken>& likely : likely_tokens) {
    Json row = Json::array();
    for (const LikelyToken& one : likely) row.push_back(Json{{"token", one.token}, {"log_probability", one.log_probability}});
    rows.push_back(std::move(row));
  }
  return rows;
}

Json result_json(const GenerateResult& result) {
  Json document{{"text", result.text},
                {"reason", result.opened ? name_of(result.reason) : "budget"},
                {"prompt_tokens", result.prompt_tokens},
                {"tokens", result.tokens},
                {"log_probabilities", result.log_probabilities},
                {"receipt", to_json(result.receipt)}};
  if (!result.likely_tokens.empty()) document["top"] = likely_json(result.likely_tokens);
  return document;
}

// The budget ended it before there was anything to show. A text that it ended later is an answer, as far as it goes.
bool ran_out_of_budget(const GenerateResult& result) {
  const bool by_budget = result.reason == StopReason::lease || result.reason == StopReason::budget;
  return !result.opened || (by_budget && result.text.empty());
}

void print_no_text(const Budget& budget, const GenerateResult& result) {
  fmt::print(stderr, "{} no text: --budget {} {} the prompt of {} token{}; raise it\n", error_style("reckon:"), to_string(budget),
             result.opened ? "was used up behind" : "cannot pay for", result.prompt_tokens.size(),
             result.prompt_tokens.size() == 1 ? "" : "s");
}

int run_command(RunOptions& options) {
  GenerateRequest& request = options.request;
  request.prompt = read_text_argument(options.prompt, "PROMPT");
  check_utf8(options.system, "--system");
  request.system = options.system;
  if (!options.budget.empty()) request.budget = parse_budget(options.budget);
  validate(request.sampling);
  for (const std::string& stop : request.stop_texts) check_text(stop, "--stop");
  const std::unique_ptr<Runtime> runtime = load_runtime(options.model);
  if (request.chat && runtime->chat_template().empty()) {
    throw Error(ErrorCode::bad_argument, "this model's file has no chat template; leave --chat out", runtime->model_path());
  }
  if (!options.json) {
    request.on_text = [raw = !stdout_is_terminal()](std::string_view piece) {
      const std::string shown = raw ? std::string(piece) : printable(piece);
      std::fwrite(shown.data(), 1, shown.size(), stdout);
      std::fflush(stdout);
    };
  }
  const GenerateResult result = generate_now(*runtime, request);
  const bool ran_out = ran_out_of_budget(result);
  if (options.json) {
    fmt::print("{}\n", dump(result_json(result)));
  } else if (!ran_out) {
    fmt::print("\n");
  }
  if (ran_out) print_no_text(request.budget, result);
  return ran_out ? kNoAnswer : kAnswered;
}

void add_sampling_options(CLI::App& command, SamplingOptions& sampling) {
  const auto add = [&command](const char* flag, auto& value, const char* meaning, const CLI::Validator& check) {
    command.add_option(flag, value, meaning)->capture_default_str()->check(check);
  };
  add("--temperature", sampling.temperature, "0 takes the most likely token", number(0, 100));
  add("--top-k", sampling.top_k, "keep the k most likely tokens; 0 = all", whole_number(0));
  add("--top-p", sampling.top_p, "keep the most likely tokens up to this mass", number(1e-9, 1));
  add("--min-p", sampling.min_p, "keep tokens with this share of the top probability", number(0, 1));
  add("--repetition-penalty", sampling.repetition_penalty, "above 1 discourages tokens seen", number(1e-6, 1e6));
  add("--presence-penalty", sampling.presence_penalty, "taken off once per token generated before", number(-1e6, 1e6));
  add("--frequency-penalty", sampling.frequency_penalty, "taken off per earlier occurrence", number(-1e6, 1e6));
}

}  // namespace

void add_run(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("run", "Continue a prompt, printing text as it comes");
  const auto options = std::make_shared<RunOptions>();
  GenerateRequest& request = options->request;
  request.sampling.temperature = 0.8;
  request.sampling.top_p = 0.95;
  command->add_option("PROMPT", options->prompt, "the prompt; - reads standard input")->required();
  add_model_options(*command, options->model);
  CLI::Option* chat = command->add_flag("--chat", request.chat, "make the prompt a user's turn with the model's chat template");
  command->add_option("--system", options->system, "system prompt, with --chat")->needs(chat);
  command->add_option("-n,--max-tokens", request.max_tokens, "most tokens drawn")->capture_default_str()->check(whole_number(1));
  add_sampling_options(*command, request.sampling);
  command->add_option("--stop", request.stop_texts, "end where this text appears; may be given several times");
  command->add_flag("--ignore-eos", request.ignore_end_of_text, "go on past the model's end token");
  command->add_option("-b,--budget", options->budget, "tokens=N,flops=N,seconds=N,joules=N; never exceeded")
      ->envname("RECKON_BUDGET")
      ->check(not_empty("tokens=N, flops=N, seconds=N or joules=N"));
  command->add_option("--seed", request.seed, "same seed, same text")
      ->envname("RECKON_SEED")
      ->capture_default_str()
      ->check(seed_number());
  CLI::Option* json = command->add_flag("--json", options->json, "print one JSON document with token ids and log-probabilities");
  command->add_option("--top", request.likely_tokens, "with --json: list the N most likely tokens beside each drawn one")
      ->capture_default_str()
      ->check(whole_number(0))
      ->needs(json);
  command->callback([options, &action] { action = [options] { return run_command(*options); }; });
}

}  // namespace reckon
