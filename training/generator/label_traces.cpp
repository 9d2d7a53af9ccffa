// reckon_labels: exact labels of written-out working, for training and measuring a process reward model. Reads JSON lines
//   {"problem": "countdown/1/train/L2/17", "text": …}        as `reckon eval --trace` writes them; other fields are passed on
// and adds to each: "task", "level", "prompt", "ok" and "good" (per line of working: every step valid so far; and a right answer
// still within reach) and "correct" (the answer is right). A field "task" may give the problem's task with its parameters, as in
// arithmetic:operation=mul. Lines without a text, such as the heads of a trace, are left out.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "tasks/task.h"

namespace {

using namespace reckon;
using Json = nlohmann::ordered_json;

// What an instance's id says: task, version, split, level, index.
struct Address {
  std::string task;
  Split split = Split::train;
  int level = 0;
  std::uint64_t index = 0;
};

std::uint64_t whole_number(const std::string& text, const std::string& id) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
    throw Error(ErrorCode::bad_argument, "expected a whole number, got '" + text + "'", id);
  }
  return std::stoull(text);
}

Address address_of(const std::string& id) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= id.size();) {
    const std::size_t slash = std::min(id.find('/', from), id.size());
    parts.push_back(id.substr(from, slash - from));
    from = slash + 1;
  }
  if (parts.size() != 5 || parts[3].size() != 2 || parts[3][0] != 'L') {
    throw Error(ErrorCode::bad_argument, "expected the id of a generated problem, such as countdown/1/train/L2/17", id);
  }
  return {parts[0], split_named(parts[2]), static_cast<int>(whole_number(parts[3].substr(1), id)), whole_number(parts[4], id)};
}

class Labeller {
 public:
  void label(Json& record) {
    const std::string id = record.at("problem").get<std::string>();
    const Address address = address_of(id);
    const std::string specification = record.value("task", address.task);
    const Task& task = task_of(specification);
    const Instance instance = task.generate(address.split, address.level, address.index);
    if (instance.id != id) {
      throw Error(ErrorCode::bad_argument, "the task '" + specification + "' makes " + instance.id + " there", id);
    }
    const std::string text = record.at("text").get<std::string>();
    Json valid = Json::array();
    Json solvable = Json::array();
    for (const StepVerdict& step : task.check_steps(instance, text)) {
      valid.push_back(step.valid ? 1 : 0);
      solvable.push_back(step.still_solvable ? 1 : 0);
    }
    record["task"] = specification;
    record["level"] = instance.level;
    record["prompt"] = instance.prompt;
    record["ok"] = std::move(valid);
    record["good"] = std::move(solvable);
    record["correct"] = task.check(instance, text).correct;
  }

 private:
  const Task& task_of(const std::string& specification) {
    std::unique_ptr<const Task>& task = tasks_[specification];
    if (!task) task = make_task(specification);
    return *task;
  }

  std::map<std::string, std::unique_ptr<const Task>> tasks_;
};

void label_lines(std::istream& in) {
  Labeller labeller;
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    try {
      Json record = Json::parse(line);
      if (!record.is_object()) throw Error(ErrorCode::bad_argument, "expected a JSON object");
      if (!record.contains("text")) continue;
      labeller.label(record);
      line = record.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    } catch (const Json::exception& fault) {
      throw Error(ErrorCode::bad_argument, fault.what(), "line " + std::to_string(number));
    }
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return;  // the reader went away
  }
}

}  // namespace

int main(int argc, char**) {
  if (argc > 1) {
    std::fprintf(stderr, "usage: reckon_labels < TRACE > LABELLED    (JSON lines; training/README.md)\n");
    return 2;
  }
  try {
    std::ios::sync_with_stdio(false);
    label_lines(std::cin);
    return EXIT_SUCCESS;
  } catch (const Error& error) {
    std::fprintf(stderr, "reckon_labels: %s\n", error.what());
    return error.code() == ErrorCode::internal ? 3 : 2;
  }
}
