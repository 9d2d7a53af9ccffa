#include <array>

#include "search/registry.h"
#include "tasks/task.h"

namespace reckon {

TaskEntry countdown_entry();
TaskEntry game24_entry();
TaskEntry arithmetic_entry();
TaskEntry integers_entry();
TaskEntry linear_entry();
TaskEntry systems_entry();
TaskEntry procedure_entry();
TaskEntry graphnav_entry();
TaskEntry sat3_entry();
TaskEntry color3_entry();
TaskEntry tsp_entry();
TaskEntry maze_entry();
TaskEntry map_entry();
TaskEntry calendar_entry();
TaskEntry order_entry();
TaskEntry corr2cause_entry();
TaskEntry nli_logic_entry();
TaskEntry kgqa_entry();
TaskEntry needle_entry();
TaskEntry ner_entry();
TaskEntry listdsl_entry();
TaskEntry griddsl_entry();
TaskEntry trialnli_entry();
TaskEntry toolplan_entry();
TaskEntry claimlink_entry();
TaskEntry prove_entry();
TaskEntry codegen_entry();
TaskEntry gsm8k_entry();
TaskEntry math500_entry();
TaskEntry aime_entry();
TaskEntry bbh_entry();
TaskEntry arc_entry();
TaskEntry arc_agi_entry();
TaskEntry logiqa_entry();
TaskEntry humaneval_entry();
TaskEntry mbpp_entry();

std::span<const TaskEntry> tasks() {
  static const std::array table{
      countdown_entry(), game24_entry(),   arithmetic_entry(), integers_entry(),   linear_entry(),    systems_entry(),
      procedure_entry(), graphnav_entry(), sat3_entry(),       color3_entry(),     tsp_entry(),       maze_entry(),
      map_entry(),       calendar_entry(), order_entry(),      corr2cause_entry(), nli_logic_entry(), kgqa_entry(),
      needle_entry(),    ner_entry(),      listdsl_entry(),    griddsl_entry(),    trialnli_entry(),  toolplan_entry(),
      claimlink_entry(), prove_entry(),    codegen_entry(),    gsm8k_entry(),      math500_entry(),   aime_entry(),
      bbh_entry(),       arc_entry(),      arc_agi_entry(),    logiqa_entry(),     humaneval_entry(), mbpp_entry(),
  };
  return table;
}

std::unique_ptr<const Task> make_task(std::string_view specification) {
  const NamedParameters named = parse_named_parameters(specification, "--task");
  const TaskEntry& entry = find_entry(tasks(), named.name, "task", "'reckon tasks' lists all");
  return entry.make(Parameters(entry.parameters, named.values, "task '" + entry.name + "'"));
}

}  // namespace reckon
