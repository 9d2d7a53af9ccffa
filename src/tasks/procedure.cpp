// Procedure: follow an explicit procedure state by state. Source: ProcBench, Fujisawa et al. 2024, arXiv:2410.03117, with a
// strict answer form (lines "s1: state", the last state boxed) so that the checker is exact. Instance::words holds the
// procedure's name, then its arguments as in the prompt.
#include <algorithm>
#include <array>
#include <cstdio>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/procedures.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kProcedureVersion = 1;
constexpr std::array<StepRange, 5> kProcedureLevels{{{2, 3}, {4, 6}, {7, 12}, {13, 18}, {19, 25}}};

std::string state_line(std::size_t index, std::string_view state) {
  return 's' + std::to_string(index + 1) + ": " + std::string(state);
}

Words true_states(const Instance& instance) {
  const Procedure* procedure = find_procedure(instance.words.at(0));
  if (!procedure) throw Error(ErrorCode::internal, "an instance names no known procedure", instance.id);
  return procedure->run(std::span(instance.words).subspan(1));
}

std::string state_lines(const Words& states) {
  std::string lines;
  for (std::size_t i = 0; i < states.size(); ++i) lines += state_line(i, states[i]) + '\n';
  return lines;
}

std::string worked(const Words& states) { return worked_solution(state_lines(states), states.back()); }

std::string prompt_of_words(const Words& words) {
  std::string prompt = words[0];
  for (std::size_t i = 1; i < words.size(); ++i) prompt += (i == 1 ? " " : "; ") + words[i];
  return prompt + '.';
}

// The states claimed by lines "s3: …", wherever the text puts them: after the thinking if there are any, else in it.
std::vector<std::string_view> claimed_states(std::string_view text) {
  const auto collect = [](const std::vector<std::string_view>& lines) {
    std::vector<std::string_view> states;
    for (const std::string_view line : lines) {
      const std::size_t colon = line.find(':');
      const bool is_state = line.front() == 's' && colon != std::string_view::npos && colon > 1 && colon < 8 &&
                            line.substr(1, colon - 1).find_first_not_of("0123456789") == std::string_view::npos;
      if (is_state) states.push_back(trimmed(line.substr(colon + 1)));
    }
    return states;
  };
  const std::vector<std::string_view> after = collect(split_lines(after_thinking(text).value_or("")));
  return after.empty() ? collect(working_lines(text)) : after;
}

std::size_t common_prefix(const Words& truth, std::span<const std::string_view> claimed) {
  std::size_t length = 0;
  while (length < truth.size() && length < claimed.size() && truth[length] == claimed[length]) ++length;
  return length;
}

// PA: common prefix over the longer length. The claimed states end with the boxed one; it may repeat the last line, and both
// readings are allowed because two equal states in a row can also be the truth.
double prefix_accuracy(const Words& truth, std::vector<std::string_view> states, std::string_view boxed) {
  const auto accuracy = [&] {
    return static_cast<double>(common_prefix(truth, states)) / static_cast<double>(std::max(truth.size(), states.size()));
  };
  double best = 0;
  if (!states.empty() && states.back() == boxed) best = accuracy();
  states.push_back(boxed);
  return std::max(best, accuracy());
}

class ProcedureTask final : public GeneratedTask {
 public:
  explicit ProcedureTask(const Parameters& parameters) : GeneratedTask(parameters) {
    const std::string& name = parameters.text("procedure");
    for (const Procedure& procedure : text_procedures()) {
      if (name == "any" || name == "all" || name == procedure.name) chosen_.push_back(&procedure);
    }
    for (const Procedure& procedure : list_procedures()) {
      if (name == "all" || name == procedure.name) chosen_.push_back(&procedure);
    }
  }

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("procedure", kProcedureVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const StepRange steps = kProcedureLevels[static_cast<std::size_t>(level - 1)];
    struct Drawn {
      Words words;
      std::string key() const { return "procedure|" + prompt_of_words(words); }
    };
    const Drawn drawn = draw_in_split(rng, split, [&](SplitMix64& r) {
      const Procedure& procedure = *chosen_[r.below(chosen_.size())];
      Drawn result{procedure.draw(r, steps)};
      result.words.insert(result.words.begin(), procedure.name);
      return result;
    });
    instance.family = drawn.words.front();
    instance.key = drawn.key();
    instance.words = drawn.words;
    instance.prompt = prompt_of_words(drawn.words);
    const Words states = true_states(instance);
    instance.gold = states.back();
    instance.reference = worked(states);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return worked(true_states(instance)); }

  // correct: the final state is right (FM). PA and SM judge the states before it as well.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return {.extracted = {}, .detail = "no boxed answer", .measures = {{"PA", 0}, {"SM", 0}, {"FM", 0}}};
    const Words truth = true_states(instance);
    const double prefix = prefix_accuracy(truth, claimed_states(text), *answer);
    const bool final_match = *answer == truth.back();
    const double sequence_match = prefix == 1.0 ? 1 : 0;
    std::array<char, 64> detail{};
    std::snprintf(detail.data(), detail.size(), "PA %.3f, SM %d, FM %d", prefix, prefix == 1.0, final_match);
    return {.extracted = answer->substr(0, kLongestExtract),
            .correct = final_match,
            .score = final_match ? 1.0 : 0.0,
            .detail = detail.data(),
            .measures = {{"PA", prefix}, {"SM", sequence_match}, {"FM", final_match ? 1.0 : 0.0}}};
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return lines_as_expected(working_lines(text), state_lines(true_states(instance)));
  }

 protected:
  std::string rules(const Instance& instance) const override {
    return "Follow the procedure " + instance.words.at(0) + ": " + find_procedure(instance.words[0])->meaning +
           ".\nWrite the state after each step on a line of its own, s1: first, s2: second; the last one is the answer.";
  }

 private:
  std::vector<const Procedure*> chosen_;
};

std::vector<std::string> procedure_choices() {
  std::vector<std::string> names{"any", "all"};
  for (const Procedure& procedure : text_procedures()) names.push_back(procedure.name);
  for (const Procedure& procedure : list_procedures()) names.push_back(procedure.name);
  return names;
}

}  // namespace

TaskEntry procedure_entry() {
  return {.name = "procedure",
          .summary = "follow an explicit procedure over a string or list, state by state",
          .source = "ProcBench, arXiv:2410.03117",
          .parameters =
              generated_task_parameters("1+2", {{.name = "procedure",
                                                 .default_value = std::string("any"),
                                                 .meaning = "which one is followed: any of the first twelve, all 23, or one",
                                                 .choices = procedure_choices()}}),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> {
            return std::make_unique<ProcedureTask>(parameters);
          }};
}

}  // namespace reckon
