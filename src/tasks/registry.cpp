#include <array>

#include "base/error.h"
#include "tasks/task.h"

namespace reckon {

TaskEntry countdown_entry();
TaskEntry arithmetic_entry();
TaskEntry linear_entry();
TaskEntry procedure_entry();
TaskEntry gsm8k_entry();
TaskEntry math500_entry();

std::span<const TaskEntry> tasks() {
  static const std::array table{countdown_entry(), arithmetic_entry(), linear_entry(),
                                procedure_entry(), gsm8k_entry(),      math500_entry()};
  return table;
}

std::unique_ptr<const Task> make_task(std::string_view specification) {
  const NamedParameters named = parse_named_parameters(specification, "--task");
  std::vector<std::string> names;
  for (const TaskEntry& entry : tasks()) {
    if (entry.name == named.name) return entry.make(Parameters(entry.parameters, named.values, "task '" + entry.name + "'"));
    names.push_back(entry.name);
  }
  const std::string near = nearest(named.name, names);
  throw Error(ErrorCode::not_found,
              "no such task" + (near.empty() ? "" : "; did you mean '" + near + "'?") + " 'reckon tasks' lists all",
              "--task " + named.name);
}

}  // namespace reckon
