// reckon_examples: the tasks' generators as JSON lines for training and for eyes:
//   {"task","level","key","prompt","completion"}, one per problem, completions without chat markers.
// Every line's completion has passed the task's own checker before it is written.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "base/error.h"
#include "tasks/task.h"

namespace {

using namespace reckon;

constexpr const char* kUsage =
    "usage: reckon_examples --task NAME[:key=value,…] [--levels 1,2,3] [--split train|validation|test]\n"
    "                       [--start I] [--count N]\n"
    "Problem i of the split has level levels[i mod count of levels]; a level may be listed twice to weigh it.\n";

struct Request {
  std::string task;
  std::vector<int> levels;  // empty: the task's own
  Split split = Split::train;
  std::uint64_t start = 0;
  std::uint64_t count = 10;
};

std::uint64_t whole_number(const std::string& text, const std::string& option) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
    throw Error(ErrorCode::bad_argument, "expected a whole number, got '" + text + "'", option);
  }
  return std::stoull(text);
}

std::vector<int> level_list(const std::string& text) {
  std::vector<int> levels;
  for (const char c : text) {
    if (c >= '0' + kLowestLevel && c <= '0' + kHighestLevel) {
      levels.push_back(c - '0');
    } else if (c != ',' && c != '+') {
      throw Error(ErrorCode::bad_argument, "expected levels 1 to 5 joined by commas, got '" + text + "'", "--levels");
    }
  }
  return levels;
}

Request parse(int argc, char** argv) {
  Request request;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 >= argc) throw Error(ErrorCode::bad_argument, std::string("a value is missing\n") + kUsage, option);
    const std::string value = argv[i + 1];
    if (option == "--task") {
      request.task = value;
    } else if (option == "--levels") {
      request.levels = level_list(value);
    } else if (option == "--split") {
      request.split = split_named(value);
    } else if (option == "--start") {
      request.start = whole_number(value, option);
    } else if (option == "--count") {
      request.count = whole_number(value, option);
    } else {
      throw Error(ErrorCode::bad_argument, std::string("no such option\n") + kUsage, option);
    }
  }
  if (request.task.empty()) throw Error(ErrorCode::bad_argument, std::string("no task given\n") + kUsage, "--task");
  return request;
}

void append_quoted(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      default: out += c;  // generated text has no other control characters
    }
  }
  out += '"';
}

void append_field(std::string& out, const char* name, const std::string& value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_quoted(out, value);
}

void write_examples(const Request& request) {
  const std::unique_ptr<const Task> task = make_task(request.task);
  const std::vector<int> levels = request.levels.empty() ? task->levels() : request.levels;
  std::string line;
  for (std::uint64_t i = request.start; i < request.start + request.count; ++i) {
    const Instance instance = task->generate(request.split, levels[i % levels.size()], i);
    if (!task->check(instance, instance.reference).correct) {
      throw Error(ErrorCode::internal, "the reference solution fails the checker: " + instance.reference, instance.id);
    }
    line = "{\"task\":";
    append_quoted(line, instance.task);
    line += ",\"level\":" + std::to_string(instance.level);
    append_field(line, "key", instance.key);
    append_field(line, "prompt", instance.prompt);
    append_field(line, "completion", instance.reference);
    line += "}\n";
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return;  // the reader went away
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == std::string("--help")) return std::fputs(kUsage, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
  try {
    write_examples(parse(argc, argv));
    return EXIT_SUCCESS;
  } catch (const Error& error) {
    std::fprintf(stderr, "reckon_examples: %s\n", error.what());
    return error.code() == ErrorCode::internal ? 3 : 2;
  }
}
