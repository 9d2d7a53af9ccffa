#include "cli/cli.h"

int main(int argc, char** argv) { return reckon::run_command_line(argc, argv); }
