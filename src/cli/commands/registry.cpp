#include <array>

#include "cli/command.h"

namespace reckon {

void add_solve(CLI::App& app, std::function<int()>& action);
void add_run(CLI::App& app, std::function<int()>& action);
void add_eval(CLI::App& app, std::function<int()>& action);
void add_search_config(CLI::App& app, std::function<int()>& action);
void add_tree(CLI::App& app, std::function<int()>& action);
void add_bench(CLI::App& app, std::function<int()>& action);
void add_inspect(CLI::App& app, std::function<int()>& action);
void add_quantize(CLI::App& app, std::function<int()>& action);
void add_aggregate(CLI::App& app, std::function<int()>& action);
void add_lists(CLI::App& app, std::function<int()>& action);

std::span<const AddCommand> commands() {
  static constexpr std::array table{add_solve, add_run,     add_eval,     add_search_config, add_tree,
                                    add_bench, add_inspect, add_quantize, add_aggregate,     add_lists};
  return table;
}

}  // namespace reckon
