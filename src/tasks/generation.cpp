#include "tasks/generation.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "search/answers/extract.h"
#include "tasks/working_lines.h"

namespace reckon {

std::string instance_id(std::string_view task, int version, Split split, int level, std::uint64_t index) {
  if (level < kLowestLevel || level > kHighestLevel) {
    throw Error(ErrorCode::bad_argument, "level " + std::to_string(level) + " does not exist; levels are 1 to 5",
                std::string(task));
  }
  std::string id(task);
  id += '/';
  id += std::to_string(version);
  id += '/';
  id += name_of(split);
  id += "/L";
  id += std::to_string(level);
  id += '/';
  id += std::to_string(index);
  return id;
}

std::vector<ParameterSpec> generated_task_parameters(std::string default_levels, std::vector<ParameterSpec> own) {
  std::vector<ParameterSpec> rows{{.name = "level",
                                   .default_value = std::move(default_levels),
                                   .meaning = "levels of difficulty, 1 to 5, taken in turn: 3 or 2+3"},
                                  {.name = "shots",
                                   .default_value = std::int64_t{0},
                                   .meaning = "solved examples put before each problem",
                                   .minimum = 0,
                                   .maximum = 32},
                                  {.name = "prompt",
                                   .default_value = std::string("terse"),
                                   .meaning = "the bare problem, or the rules and the form of the answer before it",
                                   .choices = {"terse", "full"}}};
  rows.insert(rows.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  return rows;
}

GeneratedTask::GeneratedTask(const Parameters& parameters)
    : levels_(parse_levels(parameters.text("level"))),
      shots_(static_cast<int>(parameters.integer("shots"))),
      full_(parameters.text("prompt") == "full") {}

std::string GeneratedTask::preamble(const Instance& instance) const {
  return full_ ? rules(instance) + "\nThink first. Then put the answer into \\boxed{}.\n\n" : "";
}

Instance instance_at(std::string_view task, int version, Split split, int level, std::uint64_t index) {
  return {.id = instance_id(task, version, split, level, index), .task = std::string(task), .level = level};
}

std::vector<int> parse_levels(std::string_view text) {
  std::vector<int> levels;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_separator = (i % 2 == 1) && (text[i] == '+' || text[i] == ',') && i + 1 < text.size();
    const bool is_level = (i % 2 == 0) && text[i] >= '0' + kLowestLevel && text[i] <= '0' + kHighestLevel;
    if (!is_separator && !is_level) {
      levels.clear();
      break;
    }
    if (is_level) levels.push_back(text[i] - '0');
  }
  if (levels.empty()) {
    throw Error(ErrorCode::bad_argument, "expected levels from 1 to 5 joined by '+', as in 2+3; got '" + std::string(text) + "'",
                "level");
  }
  return levels;
}

std::size_t training_variant(SplitMix64& rng, Split split, std::size_t variants) {
  if (split != Split::train || rng.below(2) == 0) return 0;
  return rng.below(variants);
}

Verdict with_shares(Verdict verdict, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const bool named = std::ranges::find(verdict.measures, name, &Measure::name) != verdict.measures.end();
    if (!named) verdict.measures.push_back({name, verdict.correct ? 1.0 : 0.0});
  }
  return verdict;
}

Verdict unanswered() { return {.extracted = {}, .detail = "no boxed answer"}; }

Verdict judged(std::string_view answer, bool correct, std::string detail, double score) {
  return {.extracted = std::string(answer.substr(0, kLongestExtract)),
          .correct = correct,
          .score = correct ? 1.0 : score,
          .detail = std::move(detail)};
}

std::vector<StepVerdict> lines_as_expected(std::span<const std::string_view> lines, std::string_view expected) {
  const std::vector<std::string_view> wanted = split_lines(expected);
  std::vector<StepVerdict> verdicts;
  bool sound = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    sound = sound && i < wanted.size() && lines[i] == wanted[i];
    verdicts.push_back({sound, sound});
  }
  return verdicts;
}

void put_reference(Instance& instance, std::string reference) {
  instance.gold = extract_answer(reference).value_or("");
  instance.reference = std::move(reference);
}

std::string worked_solution(std::string_view lines, std::string_view answer) {
  std::string text;
  text.reserve(lines.size() + answer.size() + 32);
  text += "<think>\n";
  text += lines;
  text += "</think>\n\\boxed{";
  text += answer;
  text += '}';
  return text;
}

}  // namespace reckon
