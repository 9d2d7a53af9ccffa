// The command line: parses, calls app, prints. Exit codes: 0 answered, 1 no answer within the budget, 2 bad usage or input,
// 3 a fault of ours.
#pragma once

namespace reckon {

int run_command_line(int argc, char** argv);

}  // namespace reckon
