// ARC-AGI: grids of colours; some pairs show a rule, the answer is the grid that it makes of the last one. Read from a task's
// document {"train": [{"input", "output"}], "test": […]} or from one that holds many of them by name. An answer is rows of
// digits. Source: Chollet 2019, arXiv:1911.01547. Instance::words holds the rows of the right grid.
#include <nlohmann/json.hpp>

#include "search/answers/extract.h"
#include "tasks/file_addresses.h"
#include "tasks/generation.h"
#include "tasks/grid.h"
#include "tasks/problem_file.h"

namespace reckon {
namespace {

struct GridProblem {
  std::string id;
  std::string prompt;
  Grid output;
};

Grid read_grid(const nlohmann::json& rows) {
  const auto wrong = [] { return Error(ErrorCode::bad_file, "expected a grid: rows of equal length, of colours from 0 to 9"); };
  if (!rows.is_array() || rows.empty() || rows.size() > kLargestGrid) throw wrong();
  Grid grid;
  for (const nlohmann::json& row : rows) {
    if (!row.is_array() || row.empty() || row.size() > kLargestGrid || row.size() != rows[0].size()) throw wrong();
    std::string cells;
    for (const nlohmann::json& cell : row) {
      if (!cell.is_number_unsigned() || cell.get<std::uint64_t>() > 9) throw wrong();
      cells += static_cast<char>('0' + cell.get<int>());
    }
    grid.push_back(std::move(cells));
  }
  return grid;
}

const nlohmann::json& member(const nlohmann::json& object, const char* name) {
  if (!object.is_object() || !object.contains(name))
    throw Error(ErrorCode::bad_file, std::string("expected a field '") + name + "'");
  return object[name];
}

void read_puzzle(const std::string& id, const nlohmann::json& puzzle, std::vector<GridProblem>& problems) {
  std::string shown;
  for (const nlohmann::json& pair : member(puzzle, "train")) {
    shown += demonstration(read_grid(member(pair, "input")), read_grid(member(pair, "output")));
  }
  for (const nlohmann::json& pair : member(puzzle, "test")) {
    problems.push_back({id, shown + question(read_grid(member(pair, "input"))), read_grid(member(pair, "output"))});
  }
}

std::vector<GridProblem> read_grids(const std::string& path) {
  const nlohmann::json document = read_json_document(path);
  std::vector<GridProblem> problems;
  std::string id = "task";
  try {
    if (document.is_object() && document.contains("train")) {
      read_puzzle(id, document, problems);
    } else if (document.is_object()) {
      for (const auto& [name, puzzle] : document.items()) read_puzzle(id = name, puzzle, problems);
    }
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), path + ": " + id);
  }
  if (problems.empty())
    throw Error(ErrorCode::bad_file, "expected an object with 'train' and 'test', or one of such objects", path);
  return problems;
}

class ArcAgi final : public Task {
 public:
  explicit ArcAgi(const Parameters& parameters)
      : problems_(read_grids(parameters.text("file"))), instruction_(parameters.flag("instruction")) {}

  std::vector<int> levels() const override { return {0}; }
  std::optional<std::uint64_t> size() const override { return problems_.size(); }

  Instance generate(Split, int, std::uint64_t index) const override {
    std::string address = file_address("arc_agi", index, problems_.size());
    const GridProblem& problem = problems_[index];
    Instance instance{.id = std::move(address), .task = "arc_agi", .key = "arc_agi|" + problem.id};
    instance.prompt = (instruction_ ? kGridInstruction : "") + problem.prompt;
    instance.gold = shown(problem.output);
    instance.words = problem.output;
    instance.reference = worked_solution("", instance.gold);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return instance.reference; }
  Verdict check(const Instance& instance, std::string_view text) const override { return judge_grid(instance.words, text); }

 private:
  std::vector<GridProblem> problems_;
  bool instruction_;
};

}  // namespace

TaskEntry arc_agi_entry() {
  return {
      .name = "arc_agi",
      .summary = "grids whose rule some pairs show, read from a file",
      .source = "ARC-AGI, arXiv:1911.01547",
      .parameters = {file_parameter("the JSON document"),
                     {.name = "instruction", .default_value = true, .meaning = "say what is asked before the pairs"}},
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<ArcAgi>(parameters); },
      .checks_steps = false};
}

}  // namespace reckon
